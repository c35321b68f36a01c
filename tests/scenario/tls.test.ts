// https to backends and to a server: whose certificates are trusted, and what is said of the others.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type Server as TlsServer } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { Upstream } from '../faults/upstream.ts';
import { makeHome, runCommand, startServer, type Server } from './harness.ts';

const NOT_TRUSTED = "'127.0.0.1' has no certificate to trust: its authority is not known (guard.ca_file), its name differs, or its time is over";
const folder = mkdtempSync(join(tmpdir(), 'albumen-tls-'));
const fronts: TlsServer[] = [];
let upstream: Upstream;

const file = (name: string) => join(folder, name);
const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'pipe' });
const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

function makeAuthority(name: string): void {
  openssl('req', '-x509', ...NEW_KEY, '-days', '2', '-keyout', file(`${name}.key`), '-out', file(`${name}.pem`), '-subj', `/CN=${name}`);
}

interface Leaf {
  authority?: string;
  subject?: string;
  days?: number;
}

/** What ends TLS before a server, as a proxy does, with a certificate of its own. Gives its address. */
async function startFront(to: string, name: string, { authority = 'ours', subject = 'IP:127.0.0.1', days = 2 }: Leaf = {}): Promise<string> {
  openssl('req', ...NEW_KEY, '-keyout', file(`${name}.key`), '-out', file(`${name}.csr`), '-subj', `/CN=${name}`, '-addext', `subjectAltName=${subject}`);
  openssl('x509', '-req', '-in', file(`${name}.csr`), '-CA', file(`${authority}.pem`), '-CAkey', file(`${authority}.key`), '-days', String(days), '-copy_extensions', 'copy', '-out', file(`${name}.pem`));
  const port = Number(new URL(to).port);
  const front = createServer({ key: readFileSync(file(`${name}.key`)), cert: readFileSync(file(`${name}.pem`)) }, (outside) => {
    const inside = connect(port, '127.0.0.1');
    const end = (one: Socket, other: Socket) => one.on('error', () => other.destroy()).on('close', () => other.destroy());
    end(outside, inside);
    end(inside, outside);
    outside.pipe(inside).pipe(outside);
  });
  // What does not trust it breaks off.
  front.on('tlsClientError', () => {});
  fronts.push(front);
  await new Promise<void>((listening) => front.listen(0, '127.0.0.1', listening));
  return `https://127.0.0.1:${(front.address() as AddressInfo).port}`;
}

const trusting = (name: string) => `guard:\n  ca_file: ${file(name)}\n`;
const backend = (name: string, url: string) => `  ${name}:
    type: comfyui
    base_url: ${url}/${name}
    model: model.safetensors
    default_width: 64
    default_height: 64
    poll_ms: 20
`;
const look = (server: Server, name: string) => server.ok(200, 'POST', `/api/backends/${name}/test`);

beforeAll(async () => {
  makeAuthority('ours');
  makeAuthority('theirs');
  upstream = await Upstream.start([], 'comfyui_upstream.py');
});
afterAll(async () => {
  for (const front of fronts) front.close();
  await upstream.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('a backend behind an authority of one’s own is asked, and heard through its socket; no other certificate is taken', async () => {
  const urls = {
    good: await startFront(upstream.url, 'good'),
    stranger: await startFront(upstream.url, 'stranger', { authority: 'theirs' }),
    renamed: await startFront(upstream.url, 'renamed', { subject: 'DNS:gpu.example.org' }),
    over: await startFront(upstream.url, 'over', { days: -1 }),
  };
  const backends = `backends:\n${Object.entries(urls).map(([name, url]) => backend(name, url)).join('')}`;
  const server = await startServer({ config: trusting('ours.pem') + backends });
  expect(await look(server, 'good')).toMatchObject({ ok: true });
  for (const name of ['stranger', 'renamed', 'over']) expect(await look(server, name), name).toMatchObject({ ok: false, message: NOT_TRUSTED });

  const { jobIds } = await server.ok(202, 'POST', '/api/jobs', { backend: 'good', request: { prompt: 'a fox sockets:1', steps: 5 } });
  await expect.poll(async () => (await server.ok(200, 'GET', `/api/jobs/${jobIds[0]}`)).status, { timeout: 30_000 }).toBe('completed');
  const counters = (await (await fetch(`${upstream.url}/good/counters`)).json()) as any;
  expect([counters.purchases, counters.ws >= 1]).toEqual([1, true]);
  await server.stop();

  const without = await startServer({ config: backends });
  expect(await look(without, 'good')).toMatchObject({ ok: false, message: NOT_TRUSTED });
  await without.stop();
});

test('commands reach a server whose certificate is by an authority of one’s own', async () => {
  const server = await startServer();
  const env = { ALBUMEN_SERVER: await startFront(`http://127.0.0.1:${server.port}`, 'studio'), ALBUMEN_TOKEN: server.token };
  const elsewhere = makeHome('sqlite');
  const refused = await runCommand(['job', 'list'], elsewhere, env);
  expect([refused.code, refused.stderr]).toEqual([4, `albumen: ${NOT_TRUSTED}\n`]);
  // As it comes out of mails and other systems.
  writeFileSync(file('dressed.pem'), `what begins with -----BEGIN CERTIFICATE-----:\n${readFileSync(file('ours.pem'), 'utf8').replaceAll('\n', ' \t\r\n')}`);
  writeFileSync(join(elsewhere.folder, 'albumen.yaml'), trusting('dressed.pem'));
  expect((await runCommand(['config', 'validate'], elsewhere)).code).toBe(0);
  const taken = await runCommand(['job', 'list', '--json'], elsewhere, env);
  expect([taken.code, taken.stderr]).toEqual([0, '']);
  await server.stop();
});

test('what goes to the cloud is for those authorities too, and a file that is gone spoils nothing that is not https', async () => {
  const server = await startServer();
  const plain = { ALBUMEN_SERVER: `http://127.0.0.1:${server.port}`, ALBUMEN_TOKEN: server.token };
  const home = makeHome('sqlite');
  const cloud = `cloud:\n  url: ${await startFront(upstream.url, 'cloud')}\n  service_key: abc\n  owner_user_id: 11111111-1111-4111-8111-111111111111\n`;
  const use = (config: string) => writeFileSync(join(home.folder, 'albumen.yaml'), config);
  const address = () => runCommand(['cloud', 'url', 'some/object.png'], home);

  use(cloud);
  expect((await address()).stderr).toContain(NOT_TRUSTED);
  use(trusting('ours.pem') + cloud);
  const { stderr } = await address();
  expect(stderr, 'reached').toMatch(/^albumen: /);
  expect(stderr).not.toContain('certificate');
  use(trusting('gone.pem') + cloud);
  expect((await address()).stderr).toContain("'127.0.0.1' cannot be trusted: the certificates of authorities cannot be read (guard.ca_file, or the system's)");
  const ended = await runCommand(['job', 'list', '--json'], home, plain);
  expect([ended.code, ended.stderr]).toEqual([0, '']);
  await server.stop();
});

test('a file without certificates, or with a damaged one, is refused before anything begins', async () => {
  const home = makeHome('sqlite');
  const whole = readFileSync(file('ours.pem'), 'utf8');
  const damaged = (name: string, text: string) => {
    writeFileSync(file(name), text);
    return [name, `'guard.ca_file': certificate ${text.startsWith(whole) ? 2 : 1} in '${file(name)}' is damaged`] as const;
  };
  writeFileSync(file('empty.pem'), 'nothing here\n');
  const lines = whole.split('\n');
  const long = `${'x/'.repeat(498)}x`;
  for (const [name, words] of [
    ['missing.pem', `'guard.ca_file': cannot open '${file('missing.pem')}': No such file or directory`],
    ['empty.pem', `'guard.ca_file': there is no certificate (PEM) in '${file('empty.pem')}'`],
    damaged('glued.pem', whole.trimEnd() + whole),
    damaged('gap.pem', lines.toSpliced(3, 0, '').join('\n')),
    damaged('cut.pem', lines.slice(0, 4).join('\n')),
    damaged('shortened.pem', lines.toSpliced(3, 1).join('\n')),
    damaged('second.pem', `${whole}-----BEGIN CERTIFICATE-----\nno base64!\n-----END CERTIFICATE-----\n`),
  ] as const) {
    writeFileSync(join(home.folder, 'albumen.yaml'), trusting(name));
    for (const command of [['config', 'validate'], ['serve'], ['doctor']]) {
      const ended = await runCommand(command, home);
      expect([ended.code === 0, ended.stdout + ended.stderr], command.join(' ')).toEqual([false, expect.stringContaining(words)]);
    }
  }
  writeFileSync(join(home.folder, 'albumen.yaml'), `guard:\n  ca_file: ~/${long}\n`);
  const ended = await runCommand(['config', 'validate'], home);
  expect([ended.code, ended.stderr]).toEqual([3, expect.stringContaining("'guard.ca_file': cannot open")]);
  writeFileSync(join(home.folder, 'albumen.yaml'), trusting('ours.pem'));
  expect((await runCommand(['doctor'], home)).stdout).toContain('the authorities of your own can be trusted');
});
