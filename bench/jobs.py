"""The queue beside graphile-worker (the same PostgreSQL) and BullMQ (Redis with appendfsync always): submits, lives, starts."""
import os
import shutil

from peers import Client, figures, postgres, redis, start_albumen, temporary_folder, wrk
from table import alternate, ratio, row

CONNECTIONS, SLOTS, WAITING = 64, 256, 100000
GRAPHILE, BULLMQ = ['node', 'bench/npm/graphile.mjs'], ['node', 'bench/npm/bullmq.mjs']


def own(build, mode, url, count, more=1):
    return lambda: figures([f'{build}/bench/bench_queue', url(), mode, str(count), str(more)])


def graphile(url, mode, count, core='0,1'):
    return lambda: figures([*GRAPHILE, mode, str(count), str(CONNECTIONS)], core, ALBUMEN_TEST_POSTGRES_URL=url)


def bullmq(port, mode, count, core='0,1'):
    return lambda: figures([*BULLMQ, mode, str(count), str(CONNECTIONS)], core, BENCH_REDIS_PORT=str(port))


class Server:
    """The product with its one slot taken for good, so that what is submitted waits."""

    def __init__(self, build, **env):
        self.folder = temporary_folder()
        self.process, self.port, token, _ = start_albumen(f'{build}/src/albumen', self.folder, **env)
        self.headers = [f'Authorization: Bearer {token}']
        self.client = Client(self.port, token)
        for backend in ('bench', 'paid'):
            job = self.client.ask('POST', '/api/jobs', {'backend': backend, 'request': {'prompt': 'hang', 'width': 64, 'height': 64}})
            self.client.wait_for_job(job['jobIds'][0], 'running')

    def submits(self, seconds, backend='bench'):
        os.environ['BENCH_BACKEND'] = backend
        return wrk(f'http://127.0.0.1:{self.port}/api/jobs', seconds, CONNECTIONS, self.headers, script='bench/submit.lua')

    def stop(self):
        self.process.stop()
        shutil.rmtree(self.folder)


def submit_row(what, ours, goal, name, theirs):
    row(what, f'{ours[0]:,.0f}/s, p99 {ours[1]:.1f} ms', goal, f'{name} {theirs[0]:,.0f}/s, p99 {theirs[2]:.1f} ms',
        ratio(ours[0], theirs[0]))


def submits(build, seconds, rounds):
    """Server and its database on one core, the load on the other; the peers' library is the load and has no HTTP before it."""
    with redis(core=0) as port:
        server = Server(build)
        ours, theirs = alternate(rounds, lambda: server.submits(seconds), bullmq(port, 'submits', 2000 * seconds, core=1))
        server.stop()
        submit_row('durable submit, SQLite', ours, '>= 25,000/s, p99 <= 8 ms', 'BullMQ', theirs)
    with postgres(core=0) as url:
        server = Server(build, ALBUMEN_DATABASE_URL=url)
        ours, theirs = alternate(rounds, lambda: server.submits(seconds), graphile(url, 'submits', 1000 * seconds, core=1))
        server.stop()
        submit_row('durable submit, PostgreSQL', ours, '>= 8,000/s', 'graphile-worker', theirs)


class SqliteFiles:
    """A new file for each run."""

    def __init__(self):
        self.folder, self.count = temporary_folder(), 0

    def __call__(self):
        self.count += 1
        return f'sqlite:{self.folder}/{self.count}.db'

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder)


def life_row(what, ours, goal, name, theirs):
    row(what, f'{ours[0]:,.0f}/s, {ours[1]:.0f} us of CPU', goal, f'{name} {theirs[0]:,.0f}/s', ratio(ours[0], theirs[0]))


def lives(build, seconds, rounds):
    with redis() as port, SqliteFiles() as files:
        ours, theirs = alternate(rounds, own(build, 'lives', files, 20000 * seconds, SLOTS), bullmq(port, 'lives', 3000 * seconds))
        life_row('whole life, SQLite', ours, '>= 30,000/s', 'BullMQ', theirs)
    with postgres() as url:
        ours, pictures, nothing = alternate(rounds, own(build, 'lives', lambda: url, 10000 * seconds, SLOTS),
                                            graphile(url, 'pictures', 2000 * seconds), graphile(url, 'lives', 10000 * seconds))
        life_row('whole life, PostgreSQL', ours, '>= 20,000/s', 'graphile-worker', pictures)
        life_row('  beside jobs that leave no row', ours, '', 'graphile-worker', nothing)


def latency(p50, p99):
    return f'p50 {p50:.2f} ms, p99 {p99:.2f} ms'


def starts(build, seconds, rounds):
    goal = 'p50 <= 0.3 ms, p99 <= 2 ms'
    with redis() as port, SqliteFiles() as files:
        ours, theirs = alternate(rounds, own(build, 'starts', files, 200 * seconds), bullmq(port, 'starts', 100 * seconds))
        row('submit to start, SQLite', latency(*ours), goal, f'BullMQ {latency(*theirs)}', ratio(ours[0], theirs[0], True))
        ours, = alternate(rounds, own(build, 'overtakes', files, 100 * seconds, WAITING))
        row(f'high priority above {WAITING:,}, SQLite', latency(*ours), 'p99 <= 5 ms')
    with postgres() as url:
        ours, theirs = alternate(rounds, own(build, 'starts', lambda: url, 200 * seconds), graphile(url, 'starts', 100 * seconds))
        row('submit to start, PostgreSQL', latency(*ours), goal, f'graphile-worker {latency(*theirs)}', ratio(ours[0], theirs[0], True))
