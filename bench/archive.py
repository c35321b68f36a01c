"""
ZIP of many pictures beside nginx, which sends the same bytes from a file.

All files are mostly holes, so that a run takes little disk; what is read of them is memory of the kernel's, as it is for
files that were read before.
"""
import os
import re
import shutil
import subprocess
import sys
import urllib.request

from peers import Client, start_albumen, start_nginx, temporary_folder
from table import alternate, ratio, row

sys.path.insert(0, os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), 'tests', 'scenario'))
from plant import plant  # noqa: E402

PICTURES, PICTURE_BYTES = 1000, 2000000
PIECE = 1 << 16
UNITS = {'B': 1, 'KB': 2**10, 'MB': 2**20, 'GB': 2**30}


def save(url, token, path):
    """With holes where there are zeros."""
    zeros = bytes(PIECE)
    request = urllib.request.Request(url, headers={'Authorization': f'Bearer {token}'})
    with urllib.request.urlopen(request, timeout=60) as reply, open(path, 'wb') as file:
        while piece := reply.read(PIECE):
            if piece == zeros[:len(piece)]:
                file.seek(len(piece), os.SEEK_CUR)
            else:
                file.write(piece)
        file.truncate(file.tell())


def transfer(url, seconds, connections, token):
    """GB per second; wrk counts those of replies that are still under way."""
    command = ['taskset', '-c', '1', 'wrk', '-t1', f'-c{connections}', f'-d{seconds}s', '--timeout', '60s',
               '-H', f'Authorization: Bearer {token}', url]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rate, unit = re.search(r'Transfer/sec:\s+([\d.]+)(\w+)', text).groups()
    return (float(rate) * UNITS[unit] / 1e9,)


def zips(build, seconds, rounds):
    binary, folder = f'{build}/src/albumen', temporary_folder()
    albumen, port, token, _ = start_albumen(binary, folder)
    user = Client(port, token).ask('GET', '/api/me')['id']
    albumen.stop()
    ids = plant(f'{folder}/data', None, [{'user': user, 'size': PICTURE_BYTES, 'prompt': 'a red fox'}] * PICTURES)
    albumen, port, token, _ = start_albumen(binary, folder)
    answer = Client(port, token).ask('POST', '/api/images/zip', {'imageIds': ids})
    ours = f'http://127.0.0.1:{port}{answer["url"]}'
    save(ours, token, f'{folder}/pictures.zip')
    assert os.path.getsize(f'{folder}/pictures.zip') == answer['sizeBytes']

    nginx, nginx_port = start_nginx(folder)
    theirs = f'http://127.0.0.1:{nginx_port}/pictures.zip'
    before = albumen.rss_kb()
    for connections in (1, 8):
        (mine,), (peer,) = alternate(rounds, lambda: transfer(ours, seconds, connections, token),
                                     lambda: transfer(theirs, seconds, connections, token))
        row(f'ZIP of {PICTURES:,} x 2 MB, {connections} at a time', f'{mine:.2f} GB/s', '>= 0.60 x, goal 0.80 x', f'nginx {peer:.2f} GB/s',
            ratio(mine, peer))
    row('RSS while it was sent', f'{before / 1024:.1f} MB before, {albumen.status("VmHWM") / 1024:.1f} at most', 'flat')
    nginx.stop()
    albumen.stop()
    shutil.rmtree(folder)
