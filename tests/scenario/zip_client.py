#!/usr/bin/env python3
"""Downloads a ZIP as a careful client does, and judges it. Prints what it found as JSON.

usage: zip_client.py URL TOKEN FILE [--blobs FOLDER] [--keys FILE] [--resume COUNT] [--unzip]

FILE becomes the archive, with holes where it has zeros. --keys: a list of keys in the order of the entries, whose files
below --blobs each entry is compared with. --resume: from so many random places on, what comes must be what FILE has there.
"""
import argparse
import http.client
import json
import os
import random
import subprocess
import urllib.parse
import zipfile

PIECE = 1 << 16
ZEROS = bytes(PIECE)


class Client:
    def __init__(self, url, token):
        parts = urllib.parse.urlsplit(url)
        self.host, self.port, self.path, self.token = parts.hostname, parts.port, parts.path, token

    def get(self, **headers):
        connection = http.client.HTTPConnection(self.host, self.port, timeout=60)
        connection.request('GET', self.path, headers={'Authorization': f'Bearer {self.token}', **headers})
        return connection, connection.getresponse()


def download(client, path):
    connection, reply = client.get()
    length = int(reply.headers['Content-Length'])
    got = 0
    with open(path, 'wb') as file:
        while piece := reply.read(PIECE):
            if piece == ZEROS[:len(piece)]:
                file.seek(len(piece), os.SEEK_CUR)
            else:
                file.write(piece)
            got += len(piece)
        file.truncate(got)
    connection.close()
    return {'status': reply.status, 'length': length, 'got': got, 'etag': reply.headers['ETag']}


def resume(client, path, etag, count):
    """Gives the places that went wrong."""
    size, chance, wrong = os.path.getsize(path), random.Random(7), []
    with open(path, 'rb') as file:
        for number in range(count):
            # Half of them near the end, where the directory is.
            start = chance.randrange(size) if number % 2 else size - 1 - chance.randrange(min(size, 300000))
            connection, reply = client.get(Range=f'bytes={start}-', **{'If-Range': etag})
            file.seek(start)
            wanted = file.read(400000)
            right = reply.status == 206 and reply.headers['Content-Range'] == f'bytes {start}-{size - 1}/{size}' \
                and int(reply.headers['Content-Length']) == size - start and reply.read(len(wanted)) == wanted
            if not right:
                wrong.append(start)
            connection.close()  # most of it unread: the server must not mind
    return wrong


def same(entry, path):
    with entry, open(path, 'rb') as file:
        while True:
            ours, theirs = entry.read(PIECE), file.read(PIECE)
            if ours != theirs:
                return False
            if not ours:
                return True


def judge(path, blobs, keys):
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        found = {'entries': len(names), 'first': names[:3], 'last': names[-1], 'unlike': [],
                 'stored': all(info.compress_type == zipfile.ZIP_STORED for info in archive.infolist())}
        if keys:  # reading to the end compares the checksum, too
            pairs = zip(archive.infolist(), keys, strict=True)
            found['unlike'] = [info.filename for info, key in pairs if not same(archive.open(info), f'{blobs}/{key}')]
    return found


def main():
    parser = argparse.ArgumentParser()
    for name in ('url', 'token', 'file', '--blobs', '--keys'):
        parser.add_argument(name)
    parser.add_argument('--resume', type=int, default=0)
    parser.add_argument('--unzip', action='store_true')
    given = parser.parse_args()
    client = Client(given.url, given.token)
    found = download(client, given.file)
    keys = None
    if given.keys:
        with open(given.keys, encoding='ascii') as file:
            keys = json.load(file)
    if found['got'] == found['length']:
        found |= judge(given.file, given.blobs, keys)
    if given.resume:
        found['wrong'] = resume(client, given.file, found['etag'], given.resume)
    if given.unzip:
        found['unzip'] = subprocess.run(['unzip', '-tqq', given.file], capture_output=True).returncode
        lines = subprocess.run(['zipinfo', '-1', given.file], capture_output=True, check=True).stdout.splitlines()
        found['zipinfo'] = len(lines)
    found['disk'] = os.stat(given.file).st_blocks * 512
    print(json.dumps(found))


if __name__ == '__main__':
    main()
