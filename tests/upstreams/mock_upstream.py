#!/usr/bin/env python3
"""
A paid service for pictures, for tests: mock_upstream.py [--port N] [--state FILE] [--key KEY] [--files FILE]
[--price MICROS]. Prints "listening on PORT".

  POST /jobs {prompt, width, height, seed} -> 201 {id}        GET /jobs/ID -> {id, status, percent, count}
  PUT /jobs/ID, the same under an id of the client's choice: the second time nothing is bought
  GET /jobs/ID/images/N -> image                              POST /jobs/ID/cancel
  POST /images, the same with the image as its answer, which therefore takes as long as the work
  GET /account -> 200 with the right key                      GET /counters -> what was called how often (no key)
  GET /bought -> how often each prompt was bought (no key)

With --state, jobs and counters are on disk before an answer is sent, so a restart of this server loses neither. Each job has
on its bill what its pictures cost, by --price: from the moment it is bought, cancelled or not, but not one that fails.
Words of the prompt script it: fail:503 retry-after:2 (the answer to the create, nothing is bought), fail-times:N (the first
N creates of this prompt fail with 500), slow:200ms, hang, late:200ms (bought, and the answer comes so much later), refuse,
unknown (bought, then the connection ends), poll-fail:N
(the first N questions get 500), lost (bought, then unknown: 404), broken (no JSON), fails (the job fails), cut:N (an image
ends after N bytes), image-404, count:N, bytes:N, html, svg, truncate, file:N (the Nth of --files, which hostile.py writes; with
count:M the next ones follow).
"""
import argparse
import base64
import binascii
import hashlib
import json
import os
import re
import struct
import sys
import threading
import time
import uuid
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SAFE_ID = re.compile(r'^/jobs/([0-9a-f-]{36})(/images/(\d+)|/cancel)?$')


def number(prompt, word, default=0):
    found = re.search(rf'(?:^|\s){word}:(\d+)', prompt)
    return int(found.group(1)) if found else default


def says(prompt, word):
    return word in prompt.split()


def chunk(kind, data):
    return struct.pack('>I', len(data)) + kind + data + struct.pack('>I', binascii.crc32(kind + data))


def png(width, height, seed, size):
    """Grey cells by seed, padded by a private chunk up to size."""
    width, height = width or 64, height or 64
    rows = b''.join(b'\0' + bytes((x // 8 * 31 + y // 8 * 17 + seed * 97) % 256 for x in range(width)) for y in range(height))
    head = b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', width, height, 8, 0, 0, 0, 0))
    tail = chunk(b'IDAT', zlib.compress(rows)) + chunk(b'IEND', b'')
    missing = size - len(head) - len(tail) - 12
    return head + (chunk(b'paDd', bytes(missing)) if missing >= 0 else b'') + tail


class State:
    """Jobs and counters; each change is on disk before it is told."""

    def __init__(self, path):
        self.path, self.lock = path, threading.Lock()
        self.data = {'jobs': {}, 'counters': {}, 'creates': {}, 'bought': {}}
        if path and os.path.exists(path):
            with open(path, encoding='utf-8') as file:
                self.data = json.load(file)

    def save(self):
        if not self.path:
            return
        temporary = f'{self.path}.tmp'
        with open(temporary, 'w', encoding='utf-8') as file:
            json.dump(self.data, file)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, self.path)

    def count(self, name):
        self.data['counters'][name] = self.data['counters'].get(name, 0) + 1


class Handler(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def log_message(self, *_):
        pass

    def reply(self, status, body=b'', kind='application/json', headers=()):
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header('Content-Type', kind)
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        cut = getattr(self, 'cut', 0)
        self.wfile.write(body[:cut] if cut else body)
        self.close_connection = self.close_connection or bool(cut)

    def hang_up(self):
        self.close_connection = True

    def read_body(self):
        """None when the client died while it was sending."""
        length = int(self.headers.get('Content-Length') or 0)
        body = self.rfile.read(length)
        self.close_connection = self.close_connection or len(body) < length
        return body if len(body) == length else None

    def do_POST(self):
        body = self.read_body()
        if body is None or not self.allowed():
            return
        if self.path in ('/jobs', '/images'):
            self.create(body)
        else:
            self.of_job()

    def do_PUT(self):
        body = self.read_body()
        found = SAFE_ID.match(self.path)
        if body is not None and self.allowed() and found and not found.group(2):
            self.create(body, found.group(1))

    def do_GET(self):
        state = self.server.state
        if self.path in ('/counters', '/bought'):
            with state.lock:
                return self.reply(200, state.data[self.path[1:]])
        if self.allowed():
            if self.path == '/account':
                self.reply(200, {'name': 'test'})
            else:
                self.of_job()

    def allowed(self):
        if self.headers.get('Authorization') == f'Bearer {self.server.key}':
            return True
        self.reply(401, {'error': {'message': f'the key {self.headers.get("Authorization") or self.headers.get("X-Front-Key", "")} is wrong'}})
        return False

    def create(self, body, own_id=None):
        request = json.loads(body)
        # What is remembered of a reference is its type and its digest.
        request['references'] = [[url.split(';')[0], hashlib.sha256(base64.b64decode(url.split(',')[1])).hexdigest()]
                                 for url in request.get('references', [])]
        prompt, state = request['prompt'], self.server.state
        with state.lock:
            if own_id in state.data['jobs']:
                return self.reply(200, {'id': own_id})
            state.count('creates')
            times = state.data['creates'][prompt] = state.data['creates'].get(prompt, 0) + 1
            status = number(prompt, 'fail') or (500 if times <= number(prompt, 'fail-times') else 0)
            job = {'id': own_id or str(uuid.uuid4()), 'request': request, 'created': time.time(), 'polls': 0,
                   'cancelled': False,
                   'billed': 0 if says(prompt, 'fails') else self.server.price * number(prompt, 'count', 1)}
            bought = not status and not says(prompt, 'refuse')
            if bought:
                state.count('purchases')
                state.data['jobs'][job['id']] = job
                state.data['bought'][prompt] = state.data['bought'].get(prompt, 0) + 1
            state.save()
        if status:
            wait = number(prompt, 'retry-after')
            return self.reply(status, {'error': {'message': 'as scripted'}}, headers=[('Retry-After', str(wait))] if wait else [])
        if not bought:
            return self.reply(422, {'error': {'message': 'not that picture', 'code': 'content_policy'}})
        if says(prompt, 'unknown'):
            return self.hang_up()
        wait = number(prompt, 'late') + (number(prompt, 'slow') if self.path == '/images' else 0)
        threading.Event().wait(3600 if self.path == '/images' and says(prompt, 'hang') else wait / 1000)
        if self.path == '/images':
            return self.image(job, 0)
        return self.reply(201, b'<html>' if says(prompt, 'broken') else {'id': job['id'], 'unheard': [1]})

    def of_job(self):
        found, state = SAFE_ID.match(self.path), self.server.state
        with state.lock:
            job = state.data['jobs'].get(found.group(1)) if found else None
            if job is None or says(job['request']['prompt'], 'lost'):
                return self.reply(404, {'detail': 'no such job'})
            if self.command == 'POST':
                state.count('cancels')
                job['cancelled'] = job['cancelled'] or self.status_of(job) == 'running'
                state.save()
                return self.reply(200, {'id': job['id']})
            if not found.group(2):
                state.count('polls')
                job['polls'] += 1
        return self.image(job, int(found.group(3))) if found.group(2) else self.status(job)

    def status_of(self, job):
        prompt = job['request']['prompt']
        if job['cancelled']:
            return 'cancelled'
        if says(prompt, 'hang') or time.time() * 1000 < job['created'] * 1000 + number(prompt, 'slow'):
            return 'running'
        return 'failed' if says(prompt, 'fails') else 'succeeded'

    def status(self, job):
        prompt = job['request']['prompt']
        if job['polls'] <= number(prompt, 'poll-fail'):
            return self.reply(500, b'oops', 'text/plain')
        slow = number(prompt, 'slow') or 1
        percent = min(100, int((time.time() - job['created']) * 100000 / slow))
        return self.reply(200, {'id': job['id'], 'status': self.status_of(job), 'percent': percent,
                                'count': number(prompt, 'count', 1)})

    def image(self, job, which):
        prompt, request = job['request']['prompt'], job['request']
        seed = request['seed'] if request['seed'] >= 0 else zlib.crc32(job['id'].encode())
        body = png(request['width'], request['height'], seed + which, number(prompt, 'bytes'))
        if number(prompt, 'file'):
            body = self.server.files[number(prompt, 'file') - 1 + which]
        if says(prompt, 'html'):
            body = b'<!doctype html><script>alert(1)</script>'
        if says(prompt, 'svg'):
            body = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
        if says(prompt, 'truncate'):
            body = body[:len(body) // 2]
        if says(prompt, 'image-404'):
            return self.reply(404, {'detail': 'expired'})
        self.cut = number(prompt, 'cut')
        return self.reply(200, body, 'image/png', [('X-Seed', str(seed + which))])


def read_files(path):
    """Lines "name expectation length", each with its bytes behind it."""
    files = []
    with open(path, 'rb') as file:
        while line := file.readline():
            files.append(file.read(int(line.split()[2])))
    return files


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        """A client that hangs up is what tests do all the time."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--port', type=int, default=0)
    parser.add_argument('--state')
    parser.add_argument('--key', default='test-key')
    parser.add_argument('--files')
    parser.add_argument('--price', type=int, default=0)
    options = parser.parse_args()
    server = Server(('127.0.0.1', options.port), Handler)
    server.state, server.key, server.price = State(options.state), options.key, options.price
    server.files = read_files(options.files) if options.files else []
    print(f'listening on {server.server_address[1]}', flush=True)
    server.serve_forever()


if __name__ == '__main__':
    main()
