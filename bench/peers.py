"""Starting and stopping what is measured, and reading what a process costs."""
import contextlib
import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time

NGINX = """
worker_processes 1;
error_log {folder}/error.log;
pid {folder}/nginx.pid;
daemon off;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 100000000;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port};
        root {folder};
        location = /json {{ default_type application/json; return 200 '{json}'; }}
    }}
}}
"""
ANSWER = '{"id":"0193fd2e-5a7b-7c11-b7a1-2f6f3b1c9d10","name":"admin","role":"admin","plan":"standard",' \
         '"createdAt":"2026-11-21T02:25:42.469Z","updatedAt":"2026-11-21T02:25:42.469Z","disabledAt":null}'


def free_port():
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


def cpu_seconds(pid):
    """What its threads have taken of all cores; those that have ended do not count. 0: it has ended itself."""
    nanoseconds = 0
    with contextlib.suppress(OSError):
        for thread in os.listdir(f'/proc/{pid}/task'):
            with contextlib.suppress(OSError), open(f'/proc/{pid}/task/{thread}/schedstat', encoding='ascii') as file:
                nanoseconds += int(file.read().split()[0])
    return nanoseconds / 1e9


class Process:
    """A process pinned to one core, ended by its id."""

    def __init__(self, command, core=0, env=None, **options):
        self.popen = subprocess.Popen(['taskset', '-c', str(core), *command], env={**os.environ, **(env or {})}, **options)
        self.pid = self.popen.pid

    def status(self, key):
        with open(f'/proc/{self.pid}/status', encoding='ascii') as file:
            return int(re.search(rf'^{key}:\s+(\d+)', file.read(), re.M)[1])

    def rss_kb(self):
        return self.status('VmRSS')

    def stop(self):
        if self.popen.poll() is None:
            self.popen.send_signal(signal.SIGTERM)
            self.popen.wait(20)


def wait_for_port(port, seconds=10):
    end = time.monotonic() + seconds
    while True:
        try:
            with socket.create_connection(('127.0.0.1', port), 1):
                return
        except OSError:
            if time.monotonic() > end:
                raise


def start_nginx(folder):
    port = free_port()
    with open(f'{folder}/nginx.conf', 'w', encoding='ascii') as file:
        file.write(NGINX.format(folder=folder, port=port, json=ANSWER))
    os.chmod(folder, 0o755)
    program = shutil.which('nginx') or '/usr/sbin/nginx'
    process = Process([program, '-p', folder, '-c', f'{folder}/nginx.conf', '-e', f'{folder}/error.log'])
    wait_for_port(port)
    return process, port


BENCH_CONFIG = """
limits:
  requests_per_minute_per_token: 0
  requests_per_minute_per_user: 0
  requests_per_minute_per_address: 0
queue:
  depth: 10000000
backends:
  bench:
    type: mock
    price: free
    concurrency: 1
  paid:
    type: mock
    price: unknown
    price_per_image: 0.000001
    concurrency: 1
"""


def start_albumen(binary, folder, core=0, **env):
    """The product with its rate limits off; gives process, port, token and the milliseconds to its first answer."""
    config = f'{folder}/bench.yaml'
    with open(config, 'w', encoding='ascii') as file:
        file.write(BENCH_CONFIG)
    port = free_port()
    settings = {'ALBUMEN_DATA': f'{folder}/data', 'ALBUMEN_LISTEN': f'127.0.0.1:{port}', 'ALBUMEN_CONFIG': config, **env}
    began = time.monotonic()
    process = Process([binary, 'serve'], core, settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while True:
        try:
            with socket.create_connection(('127.0.0.1', port)) as probe:
                probe.sendall(b'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n')
                if probe.recv(100).startswith(b'HTTP/1.1 200'):
                    break
        except OSError:
            if time.monotonic() > began + 10:
                raise
    first_ms = (time.monotonic() - began) * 1000
    with open(f'{folder}/data/token', encoding='ascii') as file:
        return process, port, file.read().strip(), first_ms


class Client:
    """Asks a server that start_albumen started."""

    def __init__(self, port, token):
        self.port, self.headers = port, {'Authorization': f'Bearer {token}', 'Content-Type': 'application/json'}

    def ask(self, method, path, body=None):
        connection = http.client.HTTPConnection('127.0.0.1', self.port, timeout=20)
        connection.request(method, path, json.dumps(body) if body is not None else None, self.headers)
        reply = connection.getresponse()
        text = reply.read()
        connection.close()
        if reply.status >= 300:
            raise SystemExit(f'{method} {path}: {reply.status} {text[:200]}')
        return json.loads(text) if text else None

    def wait_for_job(self, job_id, status):
        end = time.monotonic() + 20
        while self.ask('GET', f'/api/jobs/{job_id}')['status'] != status:
            if time.monotonic() > end:
                raise SystemExit(f'job {job_id} is not {status} after 20 s')
            time.sleep(0.01)


@contextlib.contextmanager
def postgres(core='0,1'):
    """A private cluster with fsync on, which sorts by bytes; gives the URL of its database."""
    options = {'ALBUMEN_TEST_POSTGRES_LOCALE': '--locale=C',
               'ALBUMEN_TEST_POSTGRES_OPTIONS': '-c shared_buffers=256MB -c max_wal_size=4GB -c checkpoint_timeout=30min'}
    cluster = Process(['tests/contract/postgres_cluster'], core, options, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield cluster.popen.stdout.readline().strip()
    finally:
        cluster.popen.stdin.close()
        cluster.popen.wait(30)


@contextlib.contextmanager
def redis(core='0,1'):
    """A private Redis that has on disk what it has answered; gives its port."""
    folder, port = temporary_folder(), free_port()
    program = shutil.which('redis-server') or '/usr/bin/redis-server'
    server = Process([program, '--port', str(port), '--bind', '127.0.0.1', '--appendonly', 'yes', '--appendfsync', 'always',
                      '--save', '', '--dir', folder], core, stdout=subprocess.DEVNULL)
    try:
        wait_for_port(port)
        yield port
    finally:
        server.stop()
        shutil.rmtree(folder)


def figures(command, core='0,1', **env):
    """The numbers that a program prints in one line."""
    done = subprocess.run(['taskset', '-c', str(core), *command], capture_output=True, text=True, check=False, timeout=300,
                          env={**os.environ, **env})
    if done.returncode != 0:
        raise SystemExit(f'{" ".join(command[:3])} failed:\n{done.stderr[-2000:]}')
    return tuple(float(word) for word in done.stdout.split())


def wrk(url, seconds, connections, headers=(), core=1, script=None):
    """Requests per second, and the 99th percentile in milliseconds."""
    command = ['taskset', '-c', str(core), 'wrk', '-t1', f'-c{connections}', f'-d{seconds}s', '--latency']
    for header in headers:
        command += ['-H', header]
    if script:
        command += ['-s', script]
    text = subprocess.run([*command, url], capture_output=True, text=True, check=True).stdout
    rate = float(re.search(r'Requests/sec:\s+([\d.]+)', text)[1])
    bad = re.search(r'Non-2xx or 3xx responses: (\d+)', text)
    if bad:
        raise SystemExit(f'{url}: {bad[1]} answers were errors\n{text}')
    p99 = re.search(r'99%\s+([\d.]+)(us|ms|s)', text)
    return rate, float(p99[1]) * {'us': 0.001, 'ms': 1, 's': 1000}[p99[2]]


def temporary_folder():
    return tempfile.mkdtemp(prefix='albumen-bench-')
