#!/usr/bin/env python3
"""
Albumen beside its peers, alternating in one run; prints a table.

usage: run.py BUILD-FOLDER [SECONDS-PER-RUN] [ROUNDS] [PART]     PART: one of the names below, or a part of one
"""
import sys

import archive
import finding
import ground
import jobs
import library
import money
import table

PARTS = {
    'submits': jobs.submits,
    'lives': jobs.lives,
    'starts': jobs.starts,
    'serving': library.serving,
    'thumbnails': library.thumbnails,
    'streams': library.streams,
    'zips': archive.zips,
    'footprint': library.footprint,
    'finding': finding.run,
    'paid': money.submits,
    'usage': money.usage,
    'ground': ground.run,
}


def main():
    build, seconds, rounds, wanted = (sys.argv[1:] + ['2', '3', ''][len(sys.argv) - 2:])[:4]
    chosen = [part for name, part in PARTS.items() if wanted in name]
    if not chosen:
        sys.exit(f"run.py: no part is called '{wanted}': choose from {', '.join(PARTS)}")
    table.head()
    for part in chosen:
        part(build, int(seconds), int(rounds))


if __name__ == '__main__':
    main()
