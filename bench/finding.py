"""A library of a million pictures: pages of 100 by filter and order, the first and a deep one, searches and counts."""
import http.client
import os
import shutil
import statistics
import subprocess
import time

from peers import Client, postgres, start_albumen, temporary_folder, wrk
from table import row

IMAGES, PAGES_DOWN, PAGE, CONNECTIONS = 1000000, 100, 100, 4
FILTERS = {
    'all': '', 'a backend': '&backend=bench', 'a rare backend': '&backend=rare', 'a source': '&source=uploaded', 'favourites': '&starred=true',
    'rated 3 or better': '&rating=3', 'a tag': '&tag=tag-003', 'without a tag': '&q=-tag:tag-003', 'a month': '&from={month}',
}
WORDS = 'lighthouse orchard harbour violin glacier market heron tram meadow lantern canyon gallery ferry cactus comet terrace'.split()
SEARCHES = {
    'one word': '{a}', 'two words': '{a} {b}', 'three words': '{a} {b} {c}', 'four, never together': '{a} {b} {c} {d}',
    'a phrase': '"a {a} beside a {b}"', 'a beginning': '{a:.4}*', 'without': '{a} -{b}', 'with fields': '{a} tag:tag-003 is:starred',
}


def deep(client, path):
    """The address of a page far down."""
    cursor = None
    for _ in range(PAGES_DOWN):
        following = client.ask('GET', path + (f'&cursor={cursor}' if cursor else ''))['nextCursor']
        if following is None:
            break
        cursor = following
    return path + (f'&cursor={cursor}' if cursor else '')


def pages(port, token, seconds):
    client, headers = Client(port, token), [f'Authorization: Bearer {token}']
    month = time.strftime('%Y-%m-%dT00:00:00Z', time.gmtime(time.time() - 30 * 24 * 3600))
    for what, query in FILTERS.items():
        for order in ('newest', 'oldest', 'rating'):
            path = f'/api/images?limit={PAGE}&sort={order}{query.format(month=month)}'
            (first, _), (far, p99) = (wrk(f'http://127.0.0.1:{port}{at}', seconds, CONNECTIONS, headers) for at in (path, deep(client, path)))
            row(f'page of {PAGE}: {what}, {order}', f'{first:,.0f}/s, deep {far:,.0f}/s, p99 {p99:.1f} ms', '>= 4,000/s, within 1.2 x', '', f'{first / far:.2f} x')


def latencies(port, token, paths):
    """Of each, one after the other over one connection, in milliseconds."""
    connection, taken = http.client.HTTPConnection('127.0.0.1', port, timeout=60), []
    for path in paths:
        began = time.perf_counter()
        connection.request('GET', path, headers={'Authorization': f'Bearer {token}'})
        reply = connection.getresponse()
        if reply.status != 200 or not reply.read():
            raise SystemExit(f'{path}: {reply.status}')
        taken.append((time.perf_counter() - began) * 1000)
    connection.close()
    return sorted(taken)


def searches(port, token):
    for what, form in SEARCHES.items():
        texts = [form.format(a=WORDS[i], b=WORDS[(i + 3 + k) % 16], c=WORDS[(i + 7) % 16], d=WORDS[(i + 12) % 16]) for i in range(16) for k in range(16)]
        taken = latencies(port, token, ['/api/images?limit=100&q=' + t.replace(' ', '%20').replace('"', '%22') for t in texts])
        row(f'search: {what}', f'p50 {statistics.median(taken):.1f} ms, p99 {taken[int(len(taken) * 0.99)]:.1f} ms', 'p99 <= 50 ms')
    taken = latencies(port, token, ['/api/images/facets'] * 500)
    row('facets', f'p50 {statistics.median(taken):.2f} ms, p99 {taken[int(len(taken) * 0.99)]:.2f} ms', 'p99 <= 50 ms')


def on(build, seconds, url, extra):
    folder = temporary_folder()
    os.mkdir(f'{folder}/data', 0o700)
    subprocess.run([f'{build}/bench/bench_fill', url or f'sqlite:{folder}/data/albumen.db', str(IMAGES), '0'], check=True)
    if url:
        subprocess.run(['psql', url, '-qc', 'VACUUM ANALYZE'], check=True)
    albumen, port, token, _ = start_albumen(f'{build}/src/albumen', folder, **extra)
    pages(port, token, seconds)
    searches(port, token)
    albumen.stop()
    shutil.rmtree(folder)


def run(build, seconds, _):
    on(build, seconds, None, {})
    with postgres() as url:
        row('on PostgreSQL', '', '')
        on(build, seconds, url, {'ALBUMEN_DATABASE_URL': url})
