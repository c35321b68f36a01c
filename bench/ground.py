"""The ground floor beside nginx, alternating on one core: replies, files, uploads, event streams, start, idleness."""
import os
import re
import shutil
import socket
import statistics
import subprocess
import threading
import time

from peers import Process, start_albumen, start_nginx, temporary_folder, wrk
from table import alternate, ratio, row

STREAMS, UPLOADS, UPLOAD_BYTES = 10000, 100, 50 * 1000 * 1000
SYSCALL_SECONDS = 60


def pair(what, goal, ours, theirs, rounds):
    (mine, *_), (peer, *_) = alternate(rounds, ours, theirs)
    row(what, f'{mine:,.0f}/s', goal, f'nginx {peer:,.0f}/s', ratio(mine, peer))


def start_net_server(build, folder):
    process = Process([f'{build}/bench/bench_net_server', folder, '1'], stdout=subprocess.PIPE, text=True)
    return process, int(process.popen.stdout.readline().rsplit(':', 1)[1])


def files(build, folder, nginx_port, seconds, rounds):
    server, port = start_net_server(build, folder)
    for name, size in (('20k', 20 * 1024), ('2m', 2 * 1024 * 1024)):
        with open(f'{folder}/{name}', 'wb') as file:
            file.write(os.urandom(size))
    for name, text in (('20k', '20 KB file'), ('2m', '2 MB file')):
        connections = 32 if name == '20k' else 8
        pair(text, '>= 0.90 x', lambda: wrk(f'http://127.0.0.1:{port}/{name}', seconds, connections),
             lambda: wrk(f'http://127.0.0.1:{nginx_port}/{name}', seconds, connections), rounds)
    server.stop()


def upload(port, failures):
    block = b'x' * 1000000
    with socket.create_connection(('127.0.0.1', port)) as peer:
        peer.sendall(f'POST /upload HTTP/1.1\r\nHost: localhost\r\nContent-Length: {UPLOAD_BYTES}\r\n\r\n'.encode())
        for _ in range(UPLOAD_BYTES // len(block)):
            peer.sendall(block)
        if not peer.recv(100).startswith(b'HTTP/1.1 204'):
            failures.append(1)


def uploads(build, folder):
    server, port = start_net_server(build, folder)
    before, peak, failures = server.rss_kb(), 0, []
    began = time.monotonic()
    threads = [threading.Thread(target=upload, args=(port, failures)) for _ in range(UPLOADS)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        peak = max(peak, server.rss_kb())
        threads[-1].join(0.05)
    spent = time.monotonic() - began
    peak = max(peak, server.status('VmHWM'))
    server.stop()
    row(f'{UPLOADS} uploads of 50 MB at once', f'RSS +{(peak - before) / 1024:.1f} MB, {spent:.1f} s, {len(failures)} failed',
        '<= 16 MB')


def streams(build, folder):
    server, port = start_net_server(build, folder)
    before = server.rss_kb()
    client = Process([f'{build}/bench/bench_stream_client', str(port), str(STREAMS)], core=1, stdin=subprocess.PIPE,
                     stdout=subprocess.PIPE, text=True)
    client.popen.stdout.readline()
    each = (server.rss_kb() - before) / STREAMS
    print('go', file=client.popen.stdin, flush=True)
    p50, p99 = client.popen.stdout.readline().split()
    after = (server.rss_kb() - before) / STREAMS
    client.popen.stdin.close()
    client.popen.wait(20)
    server.stop()
    row(f'{STREAMS:,} idle event streams', f'{each:.2f} kB each, {after:.2f} kB after 20 events', '<= 1 kB')
    row('one event to all of them', f'p50 {p50} ms, p99 {p99} ms', 'p99 <= 50 ms')


def start_and_idle(binary):
    firsts = []
    for _ in range(9):
        folder = temporary_folder()
        process, _, _, _ = start_albumen(binary, folder)
        process.stop()
        process, port, token, first = start_albumen(binary, folder)  # as usual: the database is there
        firsts.append(first)
        process.stop()
        shutil.rmtree(folder)
    row('exec to the first 200', f'median {statistics.median(firsts):.1f} ms', '<= 15 ms')

    folder = temporary_folder()
    process, port, token, _ = start_albumen(binary, folder)
    wrk(f'http://127.0.0.1:{port}/api/me', 1, 8, [f'Authorization: Bearer {token}'])
    row('idle RSS after work', f'{process.rss_kb() / 1024:.1f} MB', '<= 8 MB')
    time.sleep(2)  # what the last requests left to do is done
    log = f'{folder}/strace'
    tracer = subprocess.Popen(['strace', '-f', '-o', log, '-p', str(process.pid)], stderr=subprocess.DEVNULL)
    time.sleep(SYSCALL_SECONDS)
    tracer.terminate()
    tracer.wait()
    with open(log, encoding='utf-8', errors='replace') as file:
        calls = [line for line in file if re.match(r'\d+ +\w+\(', line)]
    row(f'system calls in {SYSCALL_SECONDS} idle seconds', f'{len(calls)} ({"".join(calls[:3]).strip() or "none"})', 'none that polls')
    process.stop()
    shutil.rmtree(folder)


def run(build, seconds, rounds):
    binary = f'{build}/src/albumen'
    folder = temporary_folder()
    nginx, nginx_port = start_nginx(folder)
    albumen, port, token, _ = start_albumen(binary, folder)
    headers = [f'Authorization: Bearer {token}']
    pair('authorised GET /api/me', '>= 0.60 x', lambda: wrk(f'http://127.0.0.1:{port}/api/me', seconds, 64, headers),
         lambda: wrk(f'http://127.0.0.1:{nginx_port}/json', seconds, 64), rounds)
    albumen.stop()
    files(build, folder, nginx_port, seconds, rounds)
    nginx.stop()
    uploads(build, folder)
    streams(build, folder)
    start_and_idle(binary)
    shutil.rmtree(folder)
