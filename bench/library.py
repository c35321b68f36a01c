"""What is looked at: one job, a page, pictures as they are served, thumbnails as they are made, and a start with a full database."""
import os
import shutil
import statistics
import subprocess
import time

from peers import Client, Process, figures, start_albumen, start_nginx, temporary_folder, wrk
from table import alternate, ratio, row

IMAGES, WAITING, PAGES_DOWN, PAGE = 1000000, 100000, 300, 100
SIZES = {'20 KB picture': (20 * 1024, 32), '2 MB picture': (2 * 1024 * 1024, 8)}
STARTS, STREAMS = 9, 10000


def make_picture(client, size):
    """A picture of that many bytes; gives its job and its address."""
    job = client.ask('POST', '/api/jobs', {'backend': 'bench', 'request': {'prompt': f'bytes:{size}', 'width': 64, 'height': 64}})['jobIds'][0]
    client.wait_for_job(job, 'completed')
    return job, client.ask('GET', '/api/images?limit=1')['images'][0]['url']


def serving(build, seconds, rounds):
    """Beside nginx, which knows nothing of who asks."""
    folder = temporary_folder()
    nginx, nginx_port = start_nginx(folder)
    albumen, port, token, _ = start_albumen(f'{build}/src/albumen', folder)
    client, headers = Client(port, token), [f'Authorization: Bearer {token}']

    def beside(what, goal, path, nginx_path, connections):
        ours, theirs = alternate(rounds, lambda: wrk(f'http://127.0.0.1:{port}{path}', seconds, connections, headers),
                                 lambda: wrk(f'http://127.0.0.1:{nginx_port}{nginx_path}', seconds, connections))
        row(what, f'{ours[0]:,.0f}/s', goal, f'nginx {theirs[0]:,.0f}/s', ratio(ours[0], theirs[0]))

    for number, (what, (size, connections)) in enumerate(SIZES.items()):
        job, url = make_picture(client, size)
        with open(f'{folder}/{size}', 'wb') as file:
            file.write(os.urandom(size))
        if number == 0:
            beside('authorised GET of one job', '>= 0.60 x', f'/api/jobs/{job}', '/json', 64)
        beside(f'authorised {what}', '>= 0.90 x', url, f'/{size}', connections)
    albumen.stop()
    nginx.stop()
    shutil.rmtree(folder)


def page_address(client, pages_down):
    path = f'/api/images?limit={PAGE}'
    cursor = None
    for _ in range(pages_down):
        cursor = client.ask('GET', path + (f'&cursor={cursor}' if cursor else ''))['nextCursor']
    return path + (f'&cursor={cursor}' if cursor else '')


def footprint(build, seconds, rounds):
    """After years of use: pages at any depth, the start, and what it takes to do nothing."""
    folder = temporary_folder()
    os.mkdir(f'{folder}/data', 0o700)
    subprocess.run([f'{build}/bench/bench_fill', f'sqlite:{folder}/data/albumen.db', str(IMAGES), str(WAITING)], check=True)
    binary, firsts = f'{build}/src/albumen', []
    for _ in range(STARTS):
        albumen, port, token, first = start_albumen(binary, folder)
        firsts.append(first)
        albumen.stop()
    row(f'exec to 200 with {IMAGES:,} images', f'median {statistics.median(firsts):.1f} ms', '<= 15 ms')
    albumen, port, token, _ = start_albumen(binary, folder)
    headers = [f'Authorization: Bearer {token}']
    time.sleep(2)
    row('idle RSS with them', f'{albumen.rss_kb() / 1024:.1f} MB', '<= 8 MB')
    for what, down in (('first', 0), (f'{PAGES_DOWN * PAGE:,}th image', PAGES_DOWN)):
        path = page_address(Client(port, token), down)
        (rate, p99), = alternate(rounds, lambda: wrk(f'http://127.0.0.1:{port}{path}', seconds, 16, headers))
        row(f'page of {PAGE} from the {what} on', f'{rate:,.0f}/s, p99 {p99:.1f} ms', '>= 4,000/s')
    albumen.stop()
    shutil.rmtree(folder)


def streams(build, *_):
    """One user's event to as many streams of the admin's channel."""
    folder = temporary_folder()
    albumen, port, token, _ = start_albumen(f'{build}/src/albumen', folder)
    before = albumen.rss_kb()
    client = Process([f'{build}/bench/bench_stream_client', str(port), str(STREAMS), token], 1, stdin=subprocess.PIPE,
                     stdout=subprocess.PIPE, text=True)
    client.popen.stdout.readline()
    each = (albumen.rss_kb() - before) / STREAMS
    print('go', file=client.popen.stdin, flush=True)
    p50, p99 = client.popen.stdout.readline().split()
    client.popen.stdin.close()
    client.popen.wait(20)
    albumen.stop()
    shutil.rmtree(folder)
    row(f'{STREAMS:,} event streams', f'{each:.2f} kB each', '<= 1.5 kB')
    row('one event to all of them', f'p50 {p50} ms, p99 {p99} ms', 'p99 <= 40 ms')


def thumbnails(build, _, rounds):
    """One core each, from a file of 1024 x 1024 to WebP of 320."""
    folder = temporary_folder()
    picture = f'{folder}/picture.png'
    ours, theirs = alternate(rounds, lambda: figures([f'{build}/bench/bench_image', f'{build}/src/albumen-image', picture, '15', '320'], 1),
                             lambda: figures(['node', 'bench/npm/thumbnail.mjs', picture, '15'], 1))
    row('thumbnail of 320, WebP', f'{ours[0]:.1f} ms, {ours[1] / 1024:.0f} MB', '<= 32 ms', f'sharp {theirs[0]:.1f} ms, {theirs[1] / 1024:.0f} MB',
        ratio(ours[0], theirs[0], True))
    shutil.rmtree(folder)
