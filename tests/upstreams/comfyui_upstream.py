#!/usr/bin/env python3
"""
A ComfyUI for tests, strict about its protocol: comfyui_upstream.py [--port N] [--state FILE] [--key KEY]. Prints "listening on PORT".

Serves /prompt, /queue, /interrupt, /history, /view, /upload/image, /system_stats and the WebSocket /ws as ComfyUI does. A
"purchase" is a job that it took. GET /counters -> what was called how often; GET /jobs -> client id, prompt and state of every job;
GET /uploads -> names and digests; GET /held -> the calls that were held.

A first part of the path makes a place of its own, with its own queue, whose words count for each of its jobs, percent-encoded:
/old%20slow:600ms/prompt. Other words are those of the job's prompt:
  old (gives ids of its own, as servers did), slow:600ms, hang, fail:503 retry-after:2 (the answer to the job, which is not
  taken), fail-times:N, unknown (taken, then the connection ends), broken (taken, no JSON), oom, raises, interrupted, forgets
  (as after a restart), removed, outputs-dropped, no-output, temp-only, count:N, bytes:N, truncate, html, image-404, cut:N,
  poll-fail:N, poll-broken:N, shared (a job of somebody else runs before it), big (graphs of others with NaN in them),
  renames (what is uploaded), refuses-upload, guarded (asks for the key, as a proxy before it does), hold:STAGE:before and
  hold:STAGE:after (that call has no answer, once; before: and does nothing; STAGE is greet, upload, submit, queue, history, view
  or, before, ws), waits:600ms (in the queue, behind somebody else's job), sockets:N (at work until the Nth WebSocket is opened),
  late:600ms (so long between execution_success and the history), all-cached (no node has to be done), foreign (events of
  somebody else's job among those of ours), previews-always (as a
  server does that was started so, asked or not), vanishes:600ms (out of the queue then, and into no history)
And of the WebSocket: ws-refused (404), ws-mute (no answer to the handshake), ws-deaf (opened, and then nothing is sent), ws-cut:N
(cut behind the Nth message, once), ws-cuts:N (each time), ws-parts (messages in parts, with pings between), ws-large (the last
preview is a message of 5 MB)
"""
import argparse
import base64
import hashlib
import json
import os
import re
import select
import socket
import struct
import threading
import time
import urllib.parse
import uuid
from email.parser import BytesParser
from email.policy import HTTP

from mock_upstream import Handler as MockHandler, Server, number, png, says

CANONICAL = re.compile(r'^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$')
FOLDERS = ('input', 'output', 'temp')
MODELS = {'ckpt_name': ['model.safetensors', 'other.safetensors'], 'unet_name': ['flux1-schnell.safetensors'],
          'vae_name': ['ae.safetensors'], 'clip_name1': ['t5xxl_fp8_e4m3fn.safetensors'], 'clip_name2': ['clip_l.safetensors'],
          'sampler_name': ['euler', 'dpmpp_2m'], 'scheduler': ['normal', 'simple', 'karras']}
# Class -> inputs by their kinds: a link, text, a whole number in a range, a real one, a name out of a list.
NODES = {
    'CheckpointLoaderSimple': {'ckpt_name': 'list'},
    'UNETLoader': {'unet_name': 'list', 'weight_dtype': 'text'},
    'DualCLIPLoader': {'clip_name1': 'list', 'clip_name2': 'list', 'type': 'text'},
    'VAELoader': {'vae_name': 'list'},
    'CLIPTextEncode': {'text': 'text', 'clip': 'link'},
    'FluxGuidance': {'conditioning': 'link', 'guidance': (0.0, 100.0)},
    'EmptyLatentImage': {'width': (16, 16384), 'height': (16, 16384), 'batch_size': (1, 4096)},
    'EmptySD3LatentImage': {'width': (16, 16384), 'height': (16, 16384), 'batch_size': (1, 4096)},
    'KSampler': {'seed': (0, 2**64 - 1), 'steps': (1, 10000), 'cfg': (0.0, 100.0), 'denoise': (0.0, 1.0), 'sampler_name': 'list',
                 'scheduler': 'list', 'model': 'link', 'positive': 'link', 'negative': 'link', 'latent_image': 'link'},
    'VAEDecode': {'samples': 'link', 'vae': 'link'},
    'VAEEncode': {'pixels': 'link', 'vae': 'link'},
    'LoadImage': {'image': 'upload'},
    'ImageScale': {'image': 'link', 'upscale_method': 'text', 'crop': 'text', 'width': (0, 16384), 'height': (0, 16384)},
    'RepeatLatentBatch': {'samples': 'link', 'amount': (1, 64)},
    'SaveImage': {'images': 'link', 'filename_prefix': 'text'},
}


class Refusal(Exception):
    """The body of a 400."""


def refuse(kind, message, nodes=None):
    raise Refusal({'error': {'type': kind, 'message': message, 'details': '', 'extra_info': {}}, 'node_errors': nodes or {}})


def complain(node, name, kind, message, details):
    return {node: {'class_type': name, 'dependent_outputs': [], 'errors': [
        {'type': kind, 'message': message, 'details': details, 'extra_info': {'input_name': details.split(':')[0]}}]}}


def check_input(graph, uploads, node, name, key, kind):
    """The errors of one input of a node."""
    inputs = graph[node]['inputs']
    if key not in inputs:
        return complain(node, name, 'required_input_missing', 'Required input is missing', key)
    value = inputs[key]
    if kind == 'link':
        fine = isinstance(value, list) and len(value) == 2 and value[0] in graph and isinstance(value[1], int)
        return {} if fine else complain(node, name, 'bad_linked_input', 'Bad linked input', f'{key}: {value}')
    if kind in ('text', 'list', 'upload') and not isinstance(value, str):
        return complain(node, name, 'invalid_input_type', 'Failed to convert an input value', f'{key}: {value}')
    if kind == 'list' and value not in MODELS[key]:
        return complain(node, name, 'value_not_in_list', 'Value not in list', f"{key}: '{value}' not in {MODELS[key]}")
    if kind == 'upload' and value not in uploads:
        return complain(node, name, 'custom_validation_failed', 'Custom validation failed', f'{key}: no file {value}')
    if isinstance(kind, tuple):
        right = isinstance(value, int) if isinstance(kind[0], int) else isinstance(value, (int, float))
        if not right or isinstance(value, bool):
            return complain(node, name, 'invalid_input_type', 'Failed to convert an input value', f'{key}: {value}')
        if value < kind[0]:
            return complain(node, name, 'value_smaller_than_min', f'Value {value} smaller than min of {kind[0]}', key)
        if value > kind[1]:
            return complain(node, name, 'value_bigger_than_max', f'Value {value} bigger than max of {kind[1]}', key)
    return {}


def check_graph(graph, uploads):
    if not isinstance(graph, dict) or not graph:
        refuse('no_prompt', 'No prompt provided')
    for node, value in graph.items():
        name = value.get('class_type')
        if name not in NODES:
            refuse('missing_node_type', f"Node '{name}' not found. The custom node may not be installed.")
    if not any(node['class_type'] == 'SaveImage' for node in graph.values()):
        refuse('prompt_no_outputs', 'Prompt has no outputs')
    errors = {}
    for node, value in graph.items():
        for key, kind in NODES[value['class_type']].items():
            errors.update(check_input(graph, uploads, node, value['class_type'], key, kind))
    if errors:
        refuse('prompt_outputs_failed_validation', 'Prompt outputs failed validation', errors)


def of_class(graph, *names):
    return next(node['inputs'] for node in graph.values() if node['class_type'] in names)


def text_of(graph, node):
    """The text behind a conditioning, through nodes that only pass it on."""
    inputs = graph[node]['inputs']
    return inputs['text'] if 'text' in inputs else text_of(graph, inputs['conditioning'][0])


class Place:
    """One server's memory, as plain data, so that it can be on disk."""

    @staticmethod
    def new():
        return {'jobs': {}, 'counters': {}, 'submits': {}, 'polls': 0, 'uploads': {}, 'next': 0, 'held': []}

    @staticmethod
    def words(place_name, job):
        return f'{place_name} {job["text"]}'


class State:
    def __init__(self, path):
        self.path, self.lock, self.places = path, threading.RLock(), {}
        if path and os.path.exists(path):
            with open(path, encoding='utf-8') as file:
                self.places = json.load(file)

    def place(self, name):
        return self.places.setdefault(name, Place.new())

    def save(self):
        if self.path:
            with open(f'{self.path}.tmp', 'w', encoding='utf-8') as file:
                json.dump(self.places, file)
                file.flush()
                os.fsync(file.fileno())
            os.replace(f'{self.path}.tmp', self.path)


def frame(kind, payload, is_last=True):
    """As a server writes it."""
    size = len(payload)
    length = bytes([size]) if size < 126 else struct.pack('>BH', 126, size) if size < 65536 else struct.pack('>BQ', 127, size)
    return bytes([kind | (0x80 if is_last else 0)]) + length + payload


class Socket:
    """One WebSocket: tells its client of the jobs that it has sent."""

    TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10
    LOOK_S = 0.01

    def __init__(self, handler):
        self.handler, self.connection = handler, handler.connection
        self.words, self.state, self.place = handler.place_name, handler.server.state, handler.place
        self.client_id, self.opened, self.input = handler.query.get('clientId') or uuid.uuid4().hex, time.time(), b''
        self.sent, self.told, self.names_jobs = 0, {}, False

    def count(self, what):
        with self.state.lock:
            self.place['counters'][what] = self.place['counters'].get(what, 0) + 1

    def run(self):
        self.connection.settimeout(5)
        try:
            self.tell({'type': 'status', 'data': {'status': {'exec_info': {'queue_remaining': 1}}, 'sid': self.client_id}})
            while self.hear():
                with self.state.lock:
                    own = [job for job in self.place['jobs'].values() if job['client_id'] == self.client_id]
                    news = [message for job in own for message in self.news(job)]
                for message in news:
                    self.tell(message)
        except OSError:
            pass  # cut, by either side

    def cut(self):
        self.connection.shutdown(socket.SHUT_RDWR)
        raise ConnectionAbortedError

    def tell(self, message):
        """A dictionary as text, bytes as they are."""
        if says(self.words, 'ws-deaf'):
            return
        if message == 'restart':
            self.cut()
        kind = self.BINARY if isinstance(message, bytes) else self.TEXT
        payload = message if kind == self.BINARY else json.dumps(message).encode()
        if says(self.words, 'ws-parts'):
            third = len(payload) // 3
            for i, part in enumerate((payload[:third], payload[third:2 * third], payload[2 * third:])):
                self.connection.sendall(frame(0 if i else kind, part, i == 2) + (frame(self.PING, b'ping') if i < 2 else b''))
        else:
            self.connection.sendall(frame(kind, payload))
        self.sent += 1
        if self.sent == number(self.words, 'ws-cuts') or (self.sent == number(self.words, 'ws-cut') and 'ws-cut' not in self.place['held']):
            self.place['held'].append('ws-cut')
            self.cut()

    def hear(self):
        """What the client says; False when it has gone."""
        if not select.select([self.connection], [], [], self.LOOK_S)[0]:
            return True
        more = self.connection.recv(65536)
        self.input += more
        while len(self.input) >= 6 and len(self.input) >= 6 + (self.input[1] & 127):
            if self.input[0] & 0x70 or not self.input[1] & 0x80 or self.input[1] & 127 > 125:
                self.count('ws-faults')  # reserved bits, no mask, or longer than anything it has to say
                return False
            size = self.input[1] & 127
            kind, mask, payload = self.input[0] & 15, self.input[2:6], self.input[6:6 + size]
            payload = bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))
            self.input = self.input[6 + size:]
            if kind == self.PONG:
                self.count('ws-pongs')
            if kind == self.CLOSE:
                return False
            if kind == self.TEXT:
                flags = json.loads(payload)
                self.names_jobs = flags['type'] == 'feature_flags' and flags['data'].get('supports_preview_metadata') is True
        return bool(more)

    def preview(self, job, node, step):
        size = 5 * 1024 * 1024 if says(self.words, 'ws-large') and step == job['steps'] else 0
        image = png(16, 16, step, size)
        if not self.names_jobs or step % 2:
            return struct.pack('>II', 1, 2) + image
        about = json.dumps({'node_id': node, 'display_node_id': node, 'parent_node_id': None, 'real_node_id': node,
                            'prompt_id': job['id'], 'image_type': 'image/png'}).encode()
        return struct.pack('>II', 4, len(about)) + about + image

    def foreign(self):
        other = {'id': '00000000-0000-4000-8000-00000000000f', 'steps': 20}
        yield event('execution_start', other, timestamp=1)
        yield event('executing', other, node='sampler', display_node='sampler')
        yield event('progress', other, node='sampler', value=20, max=20)
        yield struct.pack('>II', 1, 2) + b'not a picture of this job'
        about = json.dumps({'node_id': 'sampler', 'prompt_id': other['id'], 'image_type': 'image/png'}).encode()
        yield struct.pack('>II', 4, len(about)) + about + b'not this one either'
        yield event('executing', other, node=None)

    def begin(self, job, told):
        nodes = list(job['graph'])
        first = nodes[:nodes.index(job['sampler']) + 1]
        if job['created'] < self.opened:
            # To who comes back only the node at work is told, and not whose it is.
            return [{'type': 'executing', 'data': {'node': job['sampler']}}] if told['steps'] == 0 else []
        messages = [event('execution_start', job, timestamp=1)]
        if says(told['words'], 'all-cached'):
            return [*messages, event('execution_cached', job, nodes=nodes, timestamp=1)]
        messages.append(event('execution_cached', job, nodes=[], timestamp=1))
        return messages + [event('executing', job, node=node, display_node=node) for node in first]

    def news(self, job):
        """What is to be told of a job since the last time."""
        words = f'{self.words} {job["text"]}'
        told = self.told.setdefault(job['id'], {'words': words, 'begun': False, 'steps': 0, 'drawn': False, 'over': False})
        state, messages = self.handler.state_of(job), []
        if told['over'] or state in ('pending', 'vanished'):
            return []
        if state == 'gone':
            return ['restart']
        if not told['begun']:
            told['begun'] = True
            messages.append({'type': 'status', 'data': {'status': {'exec_info': {'queue_remaining': 1}}}})
            messages += self.begin(job, told)
        slow, ms = number(words, 'slow'), (time.time() - job['created']) * 1000 - number(words, 'waits')
        is_drawn = state in ('done', 'interrupted') or (number(words, 'late') and ms >= slow)
        step = 1 if says(words, 'hang') else job['steps'] if is_drawn else int(job['steps'] * ms / max(slow, 1))
        if not says(words, 'all-cached'):
            for value in range(told['steps'] + 1, min(step, job['steps']) + 1):
                if says(words, 'foreign'):
                    messages += self.foreign()
                    messages.append(event('executing', job, node=job['sampler'], display_node=job['sampler']))
                messages.append(event('progress', job, node=job['sampler'], value=value, max=job['steps']))
                at = {'value': value, 'max': job['steps'], 'state': 'running', 'node_id': job['sampler'], 'prompt_id': job['id']}
                messages.append(event('progress_state', job, nodes={job['sampler']: at}))
                if job['previews']:
                    messages.append(self.preview(job, job['sampler'], value))
                told['steps'] = value
        if is_drawn and not told['drawn']:
            told['drawn'] = True
            nodes = list(job['graph'])
            behind = [] if says(words, 'all-cached') else nodes[nodes.index(job['sampler']) + 1:]
            failure = self.handler.failure(job)
            if failure:
                return [*messages, {'type': failure[0], 'data': failure[1]}]
            messages += [event('executing', job, node=node, display_node=node) for node in behind]
            messages.append(event('executed', job, node='save', output={'images': []}))
            messages.append(event('execution_success', job, timestamp=2))
        if state in ('done', 'interrupted'):
            told['over'] = True
            messages.append(event('executing', job, node=None))
            messages.append({'type': 'status', 'data': {'status': {'exec_info': {'queue_remaining': 0}}}})
        return messages


def event(kind, job, **data):
    return {'type': kind, 'data': {**data, 'prompt_id': job['id']}}


class Handler(MockHandler):
    STAGES = {('GET', '/prompt'): 'greet', ('POST', '/prompt'): 'submit', ('GET', '/queue'): 'queue',
              ('POST', '/queue'): 'delete', ('POST', '/interrupt'): 'interrupt', ('POST', '/upload/image'): 'upload',
              ('GET', '/view'): 'view', ('GET', '/system_stats'): 'stats', ('GET', '/ws'): 'ws'}

    def do_GET(self):
        self.answer(b'')

    def do_POST(self):
        body = self.read_body()
        if body is not None:
            self.answer(body)

    def do_PUT(self):
        self.reply(405, b'405: Method Not Allowed', 'text/plain')

    def answer(self, body):
        url = urllib.parse.urlsplit(self.path)
        self.query = dict(urllib.parse.parse_qsl(url.query, keep_blank_values=True))
        path, self.place_name = url.path, ''
        if not re.match(r'^/(prompt|queue|interrupt|history|view|upload|system_stats|ws|counters|jobs|uploads|held)(/|$)', path):
            self.place_name, path = urllib.parse.unquote(path[1:].partition('/')[0]), '/' + path[1:].partition('/')[2]
        with self.server.state.lock:
            self.place = self.server.state.place(self.place_name)
        if path in ('/counters', '/jobs', '/uploads', '/held'):
            return self.tell(path)
        if self.headers.get('Origin'):
            return self.reply(403, b'', 'text/plain')
        if says(self.place_name, 'guarded') and not self.allowed():
            return None
        stage = 'history' if path.startswith('/history') else self.STAGES.get((self.command, path))
        if stage is None:
            return self.reply(404, b'404: Not Found', 'text/plain')
        with self.server.state.lock:
            self.place['counters'][stage] = self.place['counters'].get(stage, 0) + 1
        if self.hold(stage, 'before'):
            return None
        return getattr(self, stage)(path, body)

    def tell(self, path):
        with self.server.state.lock:
            if path == '/counters':
                places = [self.place] if self.place_name else self.server.state.places.values()
                return self.reply(200, {**self.place['counters'], 'purchases': sum(len(place['jobs']) for place in places)})
            if path == '/jobs':
                return self.reply(200, [{**{key: job[key] for key in ('id', 'client_id', 'text', 'graph')}, 'state': self.state_of(job)}
                                        for job in self.place['jobs'].values()])
            return self.reply(200, self.place[path[1:]])

    def hold(self, stage, when):
        """True when this call gets no answer; the client ends it."""
        word = f'hold:{stage}:{when}'
        with self.server.state.lock:
            if not says(self.place_name, word) or word in self.place['held']:
                return False
            self.place['held'].append(word)
            self.server.state.save()
        self.connection.settimeout(None)
        self.rfile.read(1)
        self.hang_up()
        return True

    def send(self, stage, *arguments, **named):
        if not self.hold(stage, 'after'):
            self.reply(*arguments, **named)

    def ws(self, _path, _body):
        self.close_connection = True
        if self.headers.get('Upgrade') != 'websocket' or says(self.place_name, 'ws-refused'):
            return self.reply(404, b'404: Not Found', 'text/plain')
        if says(self.place_name, 'ws-mute'):
            self.connection.settimeout(None)
            return self.rfile.read(1)
        opened = Socket(self)
        key = self.headers['Sec-WebSocket-Key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
        self.send_response(101)
        self.send_header('Upgrade', 'websocket')
        self.send_header('Connection', 'upgrade')
        self.send_header('Sec-WebSocket-Accept', base64.b64encode(hashlib.sha1(key.encode()).digest()).decode())
        self.end_headers()
        return opened.run()

    def stats(self, _path, _body):
        self.reply(200, {'system': {'os': 'posix', 'comfyui_version': '0.3.50', 'argv': []}, 'devices': []})

    def greet(self, _path, _body):
        waiting = [job for job in self.place['jobs'].values() if self.state_of(job) in ('pending', 'running')]
        self.send('greet', 200, {'exec_info': {'queue_remaining': len(waiting)}})

    def upload(self, _path, body):
        kind = self.headers['Content-Type']
        form = BytesParser(policy=HTTP).parsebytes(b'Content-Type: ' + kind.encode() + b'\r\n\r\n' + body)
        fields = {part.get_param('name', header='content-disposition'): part for part in form.iter_parts()}
        image, folder = fields.get('image'), fields.get('type')
        if image is None or not image.get_filename() or '/' in image.get_filename() or says(self.place_name, 'refuses-upload'):
            return self.reply(400, b'', 'text/plain')
        if folder is not None and folder.get_payload(decode=True).decode() not in FOLDERS:
            return self.reply(400, b'', 'text/plain')
        data, name = image.get_payload(decode=True), image.get_filename()
        digest = hashlib.sha256(data).hexdigest()
        with self.server.state.lock:
            uploads = self.place['uploads']
            if says(self.place_name, 'renames') or uploads.get(name, digest) != digest:
                name = f'{os.path.splitext(name)[0]} (1){os.path.splitext(name)[1]}'
            uploads[name] = digest
            self.server.state.save()
        return self.send('upload', 200, {'name': name, 'subfolder': '', 'type': 'input', 'asset': {'unheard': 1}})

    def submit(self, _path, body):
        state = self.server.state
        if self.headers['Content-Type'].split(';')[0] != 'application/json':
            return self.reply(415, b'', 'text/plain')
        try:
            request = json.loads(body)
        except ValueError:
            return self.reply(500, b'500 Internal Server Error', 'text/plain')
        with state.lock:
            try:
                job, warnings = self.take(request)
            except Refusal as refusal:
                return self.reply(400, refusal.args[0])
            if job is None:
                wait = number(self.words, 'retry-after')
                return self.reply(warnings, {'error': {'message': 'as scripted'}}, headers=[('Retry-After', str(wait))] if wait else [])
            state.save()
        if says(self.words, 'unknown'):
            return self.hang_up()
        if says(self.words, 'broken'):
            return self.reply(200, b'{"prompt_id":"01', 'application/json')
        return self.send('submit', 200, {'prompt_id': job['id'], 'number': job['number'], 'node_errors': warnings})

    def take(self, request):
        """The job with its warnings, or None with the status that the script wants instead."""
        own, is_old = request.get('prompt_id'), says(self.place_name, 'old')
        if own is not None and not is_old and not CANONICAL.match(own):
            refuse('invalid_prompt_id', 'prompt_id must be a canonical lower-case UUID')
        graph = request.get('prompt')
        check_graph(graph, self.place['uploads'])
        sampler = of_class(graph, 'KSampler')
        text = text_of(graph, sampler['positive'][0])
        self.words = f'{self.place_name} {text}'
        times = self.place['submits'][text] = self.place['submits'].get(text, 0) + 1
        status = number(self.words, 'fail') or (500 if times <= number(self.words, 'fail-times') else 0)
        if status:
            return None, status
        size = of_class(graph, 'EmptyLatentImage', 'EmptySD3LatentImage', 'ImageScale')
        latent = of_class(graph, 'EmptyLatentImage', 'EmptySD3LatentImage', 'RepeatLatentBatch')
        pictures = [node['inputs']['image'] for node in graph.values() if node['class_type'] == 'LoadImage']
        job = {'id': str(uuid.uuid4()) if is_old or own is None else own, 'client_id': request.get('client_id'), 'text': text,
               'graph': graph, 'number': self.place['next'], 'created': time.time(), 'ended': None,
               'count': number(self.words, 'count') or latent.get('batch_size') or latent.get('amount'),
               'size': [size['width'], size['height']], 'steps': sampler['steps'],
               'sampler': next(node for node, value in graph.items() if value['class_type'] == 'KSampler'),
               'previews': request.get('extra_data', {}).get('preview_method') == 'auto' or says(self.words, 'previews-always'),
               'seed': sampler['seed'] + sum(zlib_of(self.place['uploads'][name]) for name in pictures)}
        # What is the same as before is not made again: its outputs are empty.
        job['cached'] = any(other['graph'] == graph for other in self.place['jobs'].values())
        self.place['next'] += 1
        self.place['jobs'][f'{job["id"]} {job["number"]}'] = job
        dropped = {'7': {'class_type': 'PreviewImage', 'dependent_outputs': ['7'], 'errors': []}}
        return job, dropped if says(self.words, 'outputs-dropped') else {}

    def state_of(self, job):
        words, ms = f'{self.place_name} {job["text"]}', (time.time() - job['created']) * 1000
        if job['ended']:
            return job['ended']
        if 0 < number(words, 'vanishes') < ms:
            return 'vanished'
        if says(words, 'shared') or ms < number(words, 'waits'):
            return 'pending'
        is_heard = self.place['counters'].get('ws', 0) >= number(words, 'sockets')
        if says(words, 'hang') or not is_heard or ms < sum(number(words, word) for word in ('waits', 'slow', 'late')):
            return 'running'
        if says(words, 'forgets') or says(words, 'removed'):
            return 'gone'
        return 'done'

    def entry(self, job):
        """As in the queue and, with its outputs, in the history."""
        graph = dict(job['graph'])
        if says(f'{self.place_name} {job["text"]}', 'big'):
            graph.update({str(i): {'class_type': 'Note', 'inputs': {}, 'is_changed': [float('nan')]} for i in range(400)})
        return [job['number'], job['id'], graph, {'client_id': job['client_id'], 'create_time': 1}, ['save']]

    def queue(self, _path, _body):
        self.place['polls'] += 1
        if self.place['polls'] <= number(self.place_name, 'poll-fail'):
            return self.reply(500, b'500 Internal Server Error', 'text/plain')
        with self.server.state.lock:
            jobs = list(self.place['jobs'].values())
            lists = {f'queue_{state}': [self.entry(job) for job in reversed(jobs) if self.state_of(job) == state]
                     for state in ('running', 'pending')}
        if says(self.place_name, 'shared') or lists['queue_pending']:
            lists['queue_running'].append([-1, '00000000-0000-4000-8000-000000000000', {}, {}, []])
        text = json.dumps(lists).encode()
        if self.place['polls'] <= number(self.place_name, 'poll-broken'):
            text = text[:-2]
        return self.send('queue', 200, text)

    def delete(self, _path, body):
        request = json.loads(body)
        with self.server.state.lock:
            for job in self.place['jobs'].values():
                if job['id'] in request.get('delete', []) and self.state_of(job) == 'pending':
                    job['ended'] = 'gone'
            self.server.state.save()
        self.send('delete', 200, b'', 'text/plain')

    def interrupt(self, _path, body):
        wanted = json.loads(body or b'{}').get('prompt_id')
        is_old = says(self.place_name, 'old')
        with self.server.state.lock:
            for job in self.place['jobs'].values():
                if self.state_of(job) == 'running' and (is_old or wanted in (None, job['id'])):
                    job['ended'] = 'interrupted'
            self.server.state.save()
        self.send('interrupt', 200, b'', 'text/plain')

    def result(self, job):
        words = f'{self.place_name} {job["text"]}'
        start = ['execution_start', {'prompt_id': job['id'], 'timestamp': 1795219200000}]
        event = self.failure(job)
        outputs = {}
        if not event and not job['cached'] and not says(words, 'no-output'):
            temp = [{'filename': 'preview.png', 'subfolder': '', 'type': 'temp'}]
            kept = [{'filename': f'{job["id"]} {i} &.png', 'subfolder': 'sub', 'type': 'output'} for i in range(job['count'])]
            outputs = {'1': {'images': temp, 'unheard': None}} if says(words, 'temp-only') else \
                {'1': {'images': temp}, 'save': {'images': kept, 'animated': [False]}, '3': {'text': ['words']}}
        return {'prompt': self.entry(job), 'outputs': outputs, 'meta': {},
                'status': {'status_str': 'error' if event else 'success', 'completed': not event,
                           'messages': [start, event] if event else [start]}}

    def failure(self, job):
        """The event that ends a job without pictures, or None."""
        words, event = f'{self.place_name} {job["text"]}', None
        if job['ended'] == 'interrupted' or says(words, 'interrupted'):
            event = ['execution_interrupted', {'prompt_id': job['id'], 'node_id': 'sampler', 'node_type': 'KSampler', 'executed': []}]
        elif says(words, 'oom') or says(words, 'raises'):
            kind, message = ('torch.OutOfMemoryError', 'Allocation on device 0') if says(words, 'oom') else ('ValueError', 'a bad\nthing')
            event = ['execution_error', {'prompt_id': job['id'], 'node_id': 'sampler', 'node_type': 'KSampler', 'executed': [],
                                         'exception_message': message, 'exception_type': kind, 'traceback': ['line\n'],
                                         'current_inputs': {'x': [float('nan')]}, 'current_outputs': []}]
        return event

    def history(self, path, _body):
        wanted = urllib.parse.unquote(path[len('/history/'):])
        with self.server.state.lock:
            over = [job for job in self.place['jobs'].values() if self.state_of(job) in ('done', 'interrupted')]
            over = [job for job in over if not wanted or job['id'] == wanted]
            over = over[-int(self.query.get('max_items', 10000)):]
            entries = {job['id']: self.result(job) for job in over}
        self.send('history', 200, entries)

    def view(self, _path, _body):
        name, folder = self.query.get('filename', ''), self.query.get('type', 'output')
        if not name or '..' in name or folder not in FOLDERS:
            return self.reply(400, b'', 'text/plain')
        with self.server.state.lock:
            found = [job for job in self.place['jobs'].values() if name == 'preview.png' or name.startswith(job['id'])]
        if not found or (folder == 'output' and self.query.get('subfolder') != 'sub'):
            return self.reply(404, b'', 'text/plain')
        job, words = found[-1], f'{self.place_name} {found[-1]["text"]}'
        if says(words, 'image-404'):
            return self.reply(404, b'', 'text/plain')
        which = int(name.split(' ')[1]) if ' ' in name else 0
        body = png(*job['size'], job['seed'] + which, number(words, 'bytes'))
        if says(words, 'html'):
            body = b'<!doctype html><script>alert(1)</script>'
        if says(words, 'truncate'):
            body = body[:len(body) // 2]
        self.cut = number(words, 'cut')
        return self.send('view', 200, body, 'image/png')


def zlib_of(digest):
    return int(digest[:6], 16)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--port', type=int, default=0)
    parser.add_argument('--state')
    parser.add_argument('--key', default='test-key')
    options = parser.parse_args()
    server = Server(('127.0.0.1', options.port), Handler)
    server.state, server.key = State(options.state), options.key
    print(f'listening on {server.server_address[1]}', flush=True)
    server.serve_forever()


if __name__ == '__main__':
    main()
