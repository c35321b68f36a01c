#!/usr/bin/env python3
"""Kills a writer and checks that what it acknowledged is there: db_kill.py <db_writer> sqlite|postgres [kills]

Runs under postgres_cluster. Prints "ok"/"not ok" lines (TAP) and ends with 0 only when all is well.
"""
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile

WRITER, DATABASE = sys.argv[1:3]
KILLS = int(sys.argv[3]) if len(sys.argv) > 3 else 200
CRASHES = 10  # of the server
ACKNOWLEDGED_MAX = 1000 if DATABASE == "sqlite" else 150  # before a kill: some tens of commits
POINTS = ("db_migrate_statement", "db_commit", "db_committed")
SEED = int(os.environ.get("ALBUMEN_TEST_SEED", random.randrange(1 << 30)))
chance = random.Random(SEED)


class Place:
    """An empty database, gone afterwards."""
    count = 0

    def __enter__(self):
        Place.count += 1
        self.folder = tempfile.mkdtemp(prefix="albumen-kill-")
        self.schema = f"albumen_kill_{os.getpid()}_{Place.count}"
        self.path = os.path.join(self.folder, "test.db")
        self.url = f"sqlite:{self.path}"
        if DATABASE == "postgres":
            self.url = f"{os.environ['ALBUMEN_TEST_POSTGRES_URL']}?options=-csearch_path%3D{self.schema}"
            psql(f"CREATE SCHEMA {self.schema}")
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder)
        if DATABASE == "postgres":
            psql(f"DROP SCHEMA {self.schema} CASCADE")


def psql(sql):
    subprocess.run(["psql", "-qX", "-v", "ON_ERROR_STOP=1", os.environ["ALBUMEN_TEST_POSTGRES_URL"]], input=sql, text=True,
                   check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def run(place, *args, fault=None):
    """Exit code, output."""
    env = {**os.environ, **({"ALBUMEN_FAULT": fault} if fault else {})}
    done = subprocess.run([WRITER, place.url, *map(str, args)], env=env, capture_output=True, text=True, timeout=120)
    return done.returncode, done.stdout.split("\n") if done.returncode == 0 else done.stdout + done.stderr


def listed(place, start=0):
    """The numbers that are there. A trigger counts rows in the same transactions: the count must be right."""
    code, lines = run(place, "list", start)
    assert code == 0, lines
    said = [line.split() for line in lines if line]
    count, tally = (int(next(n for word, n in said if word == want)) for want in ("count", "tally"))
    assert tally == count + 1, f"{count} rows, but the tally says {tally} (with one from the start)"
    return {int(n) for word, n in said if word == "have"}


def start_writer(place, first):
    return subprocess.Popen([WRITER, place.url, "write", str(first)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def acknowledged(writer, enough):
    """The numbers that are acknowledged until there are enough of them."""
    found = set()
    while len(found) < enough:
        line = writer.stdout.readline()
        assert line, f"the writer ended by itself: {writer.stderr.read()}"
        if line.startswith("ack "):
            found.add(int(line.split()[1]))
    return found


def end_writer(writer):
    """Kills it and gives what it said before it died."""
    writer.send_signal(signal.SIGKILL)
    rest, errors = writer.communicate()
    assert writer.returncode == -signal.SIGKILL, f"the writer ended by itself: {errors}"
    return {int(line.split()[1]) for line in rest.split("\n") if line.startswith("ack ") and line.split()[1:]}


def check_integrity(place):
    if DATABASE == "sqlite":
        base = sqlite3.connect(place.path)
        assert base.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert base.execute("PRAGMA foreign_key_check").fetchall() == []
        base.close()


def a_kill_at_each_point_of_a_migration_leaves_whole_steps():
    for point in POINTS:
        for number in range(1, 100):
            with Place() as place:
                code, _ = run(place, "migrate", fault=f"{point}:{number}:kill")
                assert code in (0, -signal.SIGKILL), code
                assert listed(place) == {0}
                check_integrity(place)
            if code == 0:
                break
        assert number >= 4, f"{point} was passed {number - 1} times"


def two_processes_that_migrate_at_once_both_succeed():
    for _ in range(10):
        with Place() as place:
            both = [subprocess.Popen([WRITER, place.url, "migrate"], stderr=subprocess.PIPE, text=True) for _ in range(2)]
            ends = [process.communicate()[1] for process in both]
            assert [process.returncode for process in both] == [0, 0], ends
            assert listed(place) == {0}


def a_writer_killed_at_random_has_lost_nothing_that_it_acknowledged():
    with Place() as place:
        for kill in range(KILLS):
            first = 1 + kill * 100000
            writer = start_writer(place, first)
            promised = acknowledged(writer, chance.randrange(1, ACKNOWLEDGED_MAX))
            promised |= end_writer(writer)
            lost = promised - listed(place, first)
            assert not lost, f"kill {kill}: lost {sorted(lost)[:10]}"
        check_integrity(place)


def a_writer_killed_around_its_commits_has_lost_nothing():
    for point in ("db_commit", "db_committed"):
        for number in range(5, 15):
            with Place() as place:
                code, said = run(place, "write", 1, fault=f"{point}:{number}:kill")
                assert code == -signal.SIGKILL, said
                promised = {int(line.split()[1]) for line in said.split("\n") if line.startswith("ack ")}
                assert promised <= listed(place)


def crash_server():
    data = os.environ["ALBUMEN_TEST_POSTGRES_DATA"]
    bindir = sorted(os.listdir("/usr/lib/postgresql"))[-1]
    command = [f"/usr/lib/postgresql/{bindir}/bin/pg_ctl", "-D", data, "-m", "immediate", "-w", "-s", "restart"]
    if os.getuid() == 0:
        command = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--", *command]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=os.path.dirname(data))


def a_server_that_crashes_under_a_writer_has_lost_nothing():
    with Place() as place:
        writer = start_writer(place, 1)
        promised = set()
        for _ in range(CRASHES):
            promised |= acknowledged(writer, chance.randrange(50, 500))
            crash_server()
        promised |= acknowledged(writer, 100)  # it goes on after the last crash
        promised |= end_writer(writer)
        lost = promised - listed(place)
        assert not lost, f"lost {sorted(lost)[:10]}"


def main():
    tests = [a_kill_at_each_point_of_a_migration_leaves_whole_steps, two_processes_that_migrate_at_once_both_succeed,
             a_writer_killed_around_its_commits_has_lost_nothing, a_writer_killed_at_random_has_lost_nothing_that_it_acknowledged]
    if DATABASE == "postgres":
        tests.append(a_server_that_crashes_under_a_writer_has_lost_nothing)
    print(f"1..{len(tests)}\n# ALBUMEN_TEST_SEED={SEED}", flush=True)
    failed = 0
    for number, test in enumerate(tests, 1):
        try:
            test()
            print(f"ok {number} - {test.__name__}", flush=True)
        except AssertionError as wrong:
            failed += 1
            print(f"not ok {number} - {test.__name__}\n# {wrong}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
