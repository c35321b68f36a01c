#!/usr/bin/env python3
"""ZIP of 1,000 pictures of 2 MB beside nginx, which sends the same bytes from a file; alternating, each on one core.

usage: zip.py BUILD_FOLDER [SECONDS_PER_RUN] [ROUNDS]

All files are mostly holes, so that a run takes little disk; what is read of them is memory of the kernel's, as it is for
files that were read before.
"""
import http.client
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import time

from peers import start_albumen, start_nginx, temporary_folder

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), 'tests', 'scenario'))
from plant import plant  # noqa: E402

PICTURES, PICTURE_BYTES = 1000, 2000000
PIECE = 1 << 16
UNITS = {'B': 1, 'KB': 2**10, 'MB': 2**20, 'GB': 2**30}


def row(what, value, goal):
    print(f'{what:<46} {value:<44} {goal}', flush=True)


def ask(port, token, method, path, body=None):
    connection = http.client.HTTPConnection('127.0.0.1', port, timeout=60)
    headers = {'Authorization': f'Bearer {token}', 'Content-Type': 'application/json'}
    connection.request(method, path, json.dumps(body) if body else None, headers)
    return connection.getresponse()


def save(reply, path):
    """With holes where there are zeros."""
    zeros = bytes(PIECE)
    with open(path, 'wb') as file:
        while piece := reply.read(PIECE):
            if piece == zeros[:len(piece)]:
                file.seek(len(piece), os.SEEK_CUR)
            else:
                file.write(piece)
        file.truncate(file.tell())


def transfer(url, seconds, connections, token):
    """Bytes per second; wrk counts those of replies that are still under way."""
    command = ['taskset', '-c', '1', 'wrk', '-t1', f'-c{connections}', f'-d{seconds}s', '--timeout', '60s',
               '-H', f'Authorization: Bearer {token}', url]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rate, unit = re.search(r'Transfer/sec:\s+([\d.]+)(\w+)', text).groups()
    return float(rate) * UNITS[unit]


def prepare(binary, folder):
    """A server with the pictures in it, the address of their ZIP, and the same ZIP as a file for nginx."""
    albumen, port, token, _ = start_albumen(binary, folder)
    me = json.load(ask(port, token, 'GET', '/api/me'))['id']
    albumen.stop()
    ids = plant(f'{folder}/data', None, [{'user': me, 'size': PICTURE_BYTES, 'prompt': 'a red fox'}] * PICTURES)
    albumen, port, token, _ = start_albumen(binary, folder)
    answer = json.load(ask(port, token, 'POST', '/api/images/zip', {'imageIds': ids}))
    url = f'http://127.0.0.1:{port}{answer["url"]}'
    began = time.monotonic()
    reply = ask(port, token, 'GET', answer['url'])
    row('its first bytes', f'{1000 * (time.monotonic() - began):.1f} ms after the request', '')
    save(reply, f'{folder}/pictures.zip')
    assert os.path.getsize(f'{folder}/pictures.zip') == answer['sizeBytes']
    return albumen, url, token


def main():
    build, seconds, rounds = sys.argv[1], int((sys.argv + ['5', '5'])[2]), int((sys.argv + ['5', '5', '5'])[3])
    folder = temporary_folder()
    albumen, url, token = prepare(f'{build}/src/albumen', folder)
    nginx, nginx_port = start_nginx(folder)
    before = albumen.rss_kb()
    for connections in (1, 8):
        mine, peer = [], []
        for _ in range(rounds):
            mine.append(transfer(url, seconds, connections, token))
            peer.append(transfer(f'http://127.0.0.1:{nginx_port}/pictures.zip', seconds, connections, token))
        a, b = statistics.median(mine), statistics.median(peer)
        row(f'ZIP of {PICTURES:,} x 2 MB, {connections} at a time', f'{a / 1e9:.2f} GB/s, nginx {b / 1e9:.2f} GB/s = {100 * a / b:.0f} %',
            '>= 60 %, goal 80 %')
    row('RSS while it was sent', f'{before / 1024:.1f} MB before, {albumen.status("VmHWM") / 1024:.1f} MB at most', 'flat')
    nginx.stop()
    albumen.stop()
    shutil.rmtree(folder)


if __name__ == '__main__':
    main()
