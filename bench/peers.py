"""Starting and stopping what is measured, and reading what a process costs."""
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


def start_albumen(binary, folder, **env):
    """The product with its rate limits off; gives process, port, token and the milliseconds to its first answer."""
    config = f'{folder}/bench.yaml'
    with open(config, 'w', encoding='ascii') as file:
        file.write('limits:\n  requests_per_minute_per_token: 0\n  requests_per_minute_per_user: 0\n'
                   '  requests_per_minute_per_address: 0\n')
    port = free_port()
    settings = {'ALBUMEN_DATA': f'{folder}/data', 'ALBUMEN_LISTEN': f'127.0.0.1:{port}', 'ALBUMEN_CONFIG': config, **env}
    began = time.monotonic()
    process = Process([binary, 'serve'], env=settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
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


def wrk(url, seconds, connections, headers=(), core=1):
    """Requests per second and the transfer in MB per second."""
    command = ['taskset', '-c', str(core), 'wrk', '-t1', f'-c{connections}', f'-d{seconds}s', '--latency']
    for header in headers:
        command += ['-H', header]
    text = subprocess.run([*command, url], capture_output=True, text=True, check=True).stdout
    rate = float(re.search(r'Requests/sec:\s+([\d.]+)', text)[1])
    bad = re.search(r'Non-2xx or 3xx responses: (\d+)', text)
    if bad:
        raise SystemExit(f'{url}: {bad[1]} answers were errors\n{text}')
    p99 = re.search(r'99%\s+([\d.]+)(us|ms|s)', text)
    return rate, float(p99[1]) * {'us': 0.001, 'ms': 1, 's': 1000}[p99[2]]


def temporary_folder():
    return tempfile.mkdtemp(prefix='albumen-bench-')
