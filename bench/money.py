"""What the ledger costs: submits that cost money beside those that do not, and what was spent, asked of a million jobs."""
import os
import random
import shutil
import sqlite3
import statistics
import time
import uuid

from jobs import Server
from peers import Client, postgres, start_albumen, temporary_folder
from table import alternate, ratio, row

JOBS, USERS, DAYS, DAY_MS = 1000000, 100, 365, 24 * 3600 * 1000
BACKENDS, DOORS = ('one', 'two', 'three', 'four'), ('jobs', 'albums', 'playground', 'templates')
QUESTIONS, GOAL = 200, '<= 5 ms'

LEDGER = """INSERT INTO ledger (id, job_id, user_id, backend, door, outcome, reserved, spent, pictures, opened_at, settled_at)
VALUES (?, ?, ?, ?, ?, 'spent', ?, ?, 1, ?, ?)"""
USAGE = """INSERT INTO usage_tally (user_id, day, backend, door, jobs, failed, pictures, spent, took_ms)
SELECT {user}, settled_at / 86400000 * 86400000, {backend}, {door}, COUNT(*), 0, SUM(pictures), SUM(spent), COUNT(*) * 1500
  FROM ledger GROUP BY 1, 2, 3, 4"""


def beside(server, database, seconds, rounds):
    """With a budget for the user and one for all, neither near its end."""
    user = server.client.ask('GET', '/api/me')['id']
    for scope in ({}, {'userId': user}):
        server.client.ask('PUT', '/api/budgets', {**scope, 'limitMicros': 10 ** 15})
    paid, free = alternate(rounds, lambda: server.submits(seconds, 'paid'), lambda: server.submits(seconds))
    server.stop()
    row(f'submit that costs money, {database}', f'{paid[0]:,.0f}/s, p99 {paid[1]:.1f} ms', '', f'free {free[0]:,.0f}/s, p99 {free[1]:.1f} ms',
        ratio(paid[0], free[0]))


def submits(build, seconds, rounds):
    beside(Server(build), 'SQLite', seconds, rounds)
    with postgres(core=0) as url:
        beside(Server(build, ALBUMEN_DATABASE_URL=url), 'PostgreSQL', seconds, rounds)


def entries(last_day):
    chance = random.Random(1)
    users = [str(uuid.UUID(int=chance.getrandbits(128))) for _ in range(USERS)]
    for _ in range(JOBS):
        at, cost = last_day - chance.randrange(DAYS) * DAY_MS + chance.randrange(DAY_MS), chance.randrange(1, 80000)
        name = str(uuid.UUID(int=chance.getrandbits(128)))
        yield name, name, chance.choice(users), chance.choice(BACKENDS), chance.choice(DOORS), cost, cost, at, at


def fill(path):
    """As the program would have left it."""
    today = int(time.time() * 1000) // DAY_MS * DAY_MS
    base = sqlite3.connect(path)
    with base:
        base.executemany(LEDGER, entries(today))
        for user, backend, door in (('user_id', 'backend', 'door'), ("''", 'backend', 'door'), ('user_id', "''", "''")):
            base.execute(USAGE.format(user=user, backend=backend, door=door))
    base.close()


def usage(build, *_):
    folder = temporary_folder()
    binary = f'{build}/src/albumen'
    start_albumen(binary, folder)[0].stop()  # makes the tables
    fill(os.path.join(folder, 'data/albumen.db'))
    albumen, port, token, _ = start_albumen(binary, folder)
    client = Client(port, token)
    for by in ('day', 'backend', 'door', 'user'):
        took = []
        for _ in range(QUESTIONS):
            began = time.monotonic()
            answer = client.ask('GET', f'/api/usage?by={by}')
            took.append((time.monotonic() - began) * 1000)
        took.sort()
        row(f'a month by {by} of {JOBS:,} jobs ({len(answer["rows"])} rows)',
            f'median {statistics.median(took):.1f} ms, p99 {took[QUESTIONS * 99 // 100]:.1f} ms', GOAL)
    albumen.stop()
    shutil.rmtree(folder)
