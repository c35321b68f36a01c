"""
A library of a million pictures: pages of 100 by filter and order, the first and the deepest, searches and counts.

They count by the CPU time that the server takes, so that other programs on the machine do not: for pages what PostgreSQL itself
takes is told beside, for searches and counts it is added. What those take by the clock is told, too. For pages the server has one
core, which several connections keep busy: one that waits for each answer would measure how long a core takes to wake up.
"""
import http.client
import os
import shutil
import statistics
import subprocess
import time

from peers import Client, cpu_seconds, postgres, start_albumen, temporary_folder, wrk
from table import row

IMAGES, ALBUM, PAGE, STRIDE, RATE, DEPTH, SLOWEST_MS, CONNECTIONS = 1000000, 10000, 100, 200, 4000, 1.2, 50, 8
FILTERS = {
    'all': '', 'a backend': '&backend=bench', 'a rare backend': '&backend=rare', 'a source': '&source=uploaded', 'favourites': '&starred=true',
    'rated 3 or better': '&rating=3', 'a tag': '&tag=tag-003', 'without a tag': '&q=-tag:tag-003', 'a month': '&from={month}',
    'an album': '&album={album}',
}
WORDS = 'lighthouse orchard harbour violin glacier market heron tram meadow lantern canyon gallery ferry cactus comet terrace'.split()
SEARCHES = {
    'one word': '{a}', 'two words': '{a} {b}', 'three words': '{a} {b} {c}', 'four, never together': '{a} {b} {c} {d}',
    'a phrase': '"a {a} beside a {b}"', 'a beginning': '{a:.4}*', 'a short beginning': '{a:.1}*', 'without': '{a} -{b}',
    'with fields': '{a} tag:tag-003 is:starred',
}


def verdict(**goals):
    missed = [name.replace('_', ' ') for name, met in goals.items() if not met]
    return 'missed: ' + ', '.join(missed) if missed else 'met'


class Asker:
    """One connection that stays open."""

    def __init__(self, port, token):
        self.connection = http.client.HTTPConnection('127.0.0.1', port, timeout=60)
        self.headers = {'Authorization': f'Bearer {token}'}

    def ask(self, path):
        self.connection.request('GET', path, headers=self.headers)
        reply = self.connection.getresponse()
        text = reply.read()
        if reply.status != 200:
            raise SystemExit(f'{path}: {reply.status} {text[:200]}')


def deepest(client, path):
    """The address of the last page that is full, or of the only one."""
    cursors = ['']
    while True:
        page = client.ask('GET', f'{path}&limit={STRIDE}{cursors[-1]}')
        if page['nextCursor'] is None or not page['images']:
            return f'{path}&limit={PAGE}{cursors[-1 if len(page["images"]) >= PAGE else 0]}'
        cursors = [cursors[-1], f'&cursor={page["nextCursor"]}']


def make_album(client):
    """As many pictures of a tag as an album may have; its id."""
    images, cursor = [], ''
    while len(images) < ALBUM and cursor is not None:
        page = client.ask('GET', f'/api/images?tag=tag-003&limit={STRIDE}{cursor}')
        images += [image['id'] for image in page['images']]
        cursor = page['nextCursor'] and f'&cursor={page["nextCursor"]}'
    album = client.ask('POST', '/api/albums', {'name': 'bench'})['id']
    client.ask('POST', f'/api/albums/{album}/images', {'imageIds': images[:ALBUM]})
    return album


def backends_of(is_postgres):
    """The processes of the database server that work for somebody."""
    if not is_postgres:
        return []
    return [int(pid) for pid in subprocess.run(['pgrep', '-f', '^postgres: albumen '], capture_output=True, text=True, check=False).stdout.split()]


def spent(pids, before):
    return sum(max(cpu_seconds(pid) - at, 0) for pid, at in zip(pids, before))


def cost(albumen, asker, path, is_postgres):
    """Seconds of CPU, ours and the database server's, and by the clock."""
    pids = [albumen.pid, *backends_of(is_postgres)]
    before = [cpu_seconds(pid) for pid in pids]
    began = time.perf_counter()
    asker.ask(path)
    took = time.perf_counter() - began
    return spent(pids, before), took


def page_cost(albumen, port, token, path, seconds, is_postgres):
    """Seconds of CPU for a page, ours and the database server's."""
    pids = [albumen.pid, *backends_of(is_postgres)]
    before = [cpu_seconds(pid) for pid in pids]
    rate, _ = wrk(f'http://127.0.0.1:{port}{path}', seconds, CONNECTIONS, [f'Authorization: Bearer {token}'])
    return [took / (rate * seconds) for took in (spent(pids[:1], before[:1]), spent(pids[1:], before[1:]))]


def pages(albumen, port, token, seconds, rounds, is_postgres):
    client = Client(port, token)
    album = make_album(client)
    month = time.strftime('%Y-%m-%dT00:00:00Z', time.gmtime(time.time() - 30 * 24 * 3600))
    for what, query in FILTERS.items():
        for order in ('newest', 'oldest', 'rating'):
            path = f'/api/images?sort={order}{query.format(month=month, album=album)}'
            addresses = (f'{path}&limit={PAGE}', deepest(client, path))
            runs = [[page_cost(albumen, port, token, address, seconds, is_postgres) for address in addresses] for _ in range(rounds)]
            (first, theirs), (far, _) = (map(statistics.median, zip(*side)) for side in zip(*runs))
            beside = f'PostgreSQL {theirs * 1e6:,.0f} us a page; ' if is_postgres else ''
            row(f'page of {PAGE}: {what}, {order}', f'{1 / first:,.0f}/s, deepest {1 / far:,.0f}/s', f'>= {RATE:,}/s of CPU, within {DEPTH} x',
                beside + verdict(rate=min(1 / first, 1 / far) >= RATE, depth=far <= first * DEPTH), f'{far / first:.2f} x')


def latencies(albumen, asker, paths, is_postgres):
    """Of each, one after the other: milliseconds of CPU and by the clock, both sorted."""
    asker.ask(paths[0])
    taken = [cost(albumen, asker, path, is_postgres) for path in paths]
    return [sorted(each * 1000 for each in column) for column in zip(*taken)]


def tell(what, taken):
    cpu, clock = ((statistics.median(column), column[int(len(column) * 0.99)]) for column in taken)
    row(what, f'p50 {cpu[0]:.1f} ms, p99 {cpu[1]:.1f} ms', f'p99 <= {SLOWEST_MS} ms of CPU',
        f'by the clock {clock[0]:.1f}, {clock[1]:.1f} ms; ' + verdict(p99=cpu[1] <= SLOWEST_MS))


def searches(albumen, port, token, is_postgres):
    asker = Asker(port, token)
    for what, form in SEARCHES.items():
        texts = [form.format(a=WORDS[i], b=WORDS[(i + 3 + k) % 16], c=WORDS[(i + 7) % 16], d=WORDS[(i + 12) % 16]) for i in range(16) for k in range(16)]
        paths = ['/api/images?limit=100&q=' + text.replace(' ', '%20').replace('"', '%22') for text in texts]
        tell(f'search: {what}', latencies(albumen, asker, paths, is_postgres))
    tell('facets', latencies(albumen, asker, ['/api/images/facets'] * 500, is_postgres))


def on(build, seconds, rounds, url, extra):
    folder = temporary_folder()
    os.mkdir(f'{folder}/data', 0o700)
    subprocess.run([f'{build}/bench/bench_fill', url or f'sqlite:{folder}/data/albumen.db', str(IMAGES), '0'], check=True)
    if url:
        subprocess.run(['psql', url, '-qc', 'VACUUM ANALYZE'], check=True)
    albumen, port, token, _ = start_albumen(f'{build}/src/albumen', folder, **extra)
    pages(albumen, port, token, seconds, rounds, url is not None)
    searches(albumen, port, token, url is not None)
    albumen.stop()
    shutil.rmtree(folder)


def run(build, seconds, rounds):
    row('on SQLite', '')
    on(build, seconds, rounds, None, {})
    with postgres() as url:
        row('on PostgreSQL', '')
        on(build, seconds, rounds, url, {'ALBUMEN_DATABASE_URL': url})
