#!/usr/bin/env python3
"""Puts pictures into a stopped server's store and database: rows, and files that are mostly holes.

usage: plant.py DATA_FOLDER [DATABASE_URL] < pictures.json     prints the ids as JSON

pictures.json is a list of {"user", "size", "prompt"?, "recipe"?, "mediaType"?}. Up to 4 KiB at both ends of a file are
its own; what is between takes neither disk nor time.
"""
import hashlib
import json
import os
import random
import sqlite3
import subprocess
import sys
import uuid
import zlib

ENDINGS = {'image/png': 'png', 'image/jpeg': 'jpg', 'image/webp': 'webp'}
COLUMNS = ('id', 'user_id', 'source', 'key', 'media_type', 'size_bytes', 'sha256', 'crc32', 'prompt', 'recipe', 'created_at')
END_BYTES = 4096


def write_file(path, size, seed):
    """Gives the CRC-32 and the SHA-256 of what it writes."""
    chance = random.Random(seed)
    head = chance.randbytes(min(size, END_BYTES))
    tail = chance.randbytes(min(size - len(head), END_BYTES))
    zeros, left = bytes(1 << 20), size - len(head) - len(tail)
    crc, digest = zlib.crc32(head), hashlib.sha256(head)
    while left > 0:
        piece = zeros[:left]
        crc, left = zlib.crc32(piece, crc), left - len(piece)
        digest.update(piece)
    digest.update(tail)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'wb') as file:
        file.write(head)
        file.seek(size - len(tail))
        file.write(tail)
    return zlib.crc32(tail, crc), digest.hexdigest()


def make_row(data, number, picture):
    # Like UUIDv7: ids that were made later sort behind.
    identity = str(uuid.UUID(int=(0x0190 << 112) | (number << 80) | (7 << 76) | (2 << 62) | random.getrandbits(61)))
    media_type = picture.get('mediaType', 'image/png')
    key = f'library/{picture["user"]}/{identity}.{ENDINGS.get(media_type, "bin")}'
    crc, digest = write_file(f'{data}/blobs/{key}', picture['size'], number)
    return (identity, picture['user'], 'uploaded', key, media_type, picture['size'], digest, crc, picture.get('prompt'),
            picture.get('recipe'), 1700000000000 + 1000 * number)


def insert_sqlite(data, rows):
    base = sqlite3.connect(f'{data}/albumen.db')
    base.executemany(f'INSERT INTO image ({", ".join(COLUMNS)}) VALUES ({", ".join("?" * len(COLUMNS))})', rows)
    base.commit()
    base.close()


def literal(value):
    if value is None:
        return 'NULL'
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"


def insert_postgres(url, rows):
    lines = [f'INSERT INTO image ({", ".join(COLUMNS)}) VALUES ({", ".join(map(literal, row))});\n' for row in rows]
    subprocess.run(['psql', url, '-qAtX', '-v', 'ON_ERROR_STOP=1', '-1', '-f', '-'], input=''.join(['SET standard_conforming_strings = on;\n', *lines]),
                   text=True, check=True)


def plant(data, url, pictures):
    rows = [make_row(data, number, picture) for number, picture in enumerate(pictures)]
    if url:
        insert_postgres(url, rows)
    else:
        insert_sqlite(data, rows)
    return [row[0] for row in rows]


if __name__ == '__main__':
    print(json.dumps(plant(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else None, json.load(sys.stdin))))
