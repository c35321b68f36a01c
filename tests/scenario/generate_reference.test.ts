// A picture to go by that lies in the public internet: fetched by the call itself, and remembered without what may be secret.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { filesIn, json, ok, runProgram, SMALL } from './cli.ts';
import { BINARY, makeHome } from './harness.ts';

// In a network of its own an address of the public internet is this machine's.
const PUBLIC = '198.41.0.4';
const SET_UP = `set -e
ip link set lo up
ip addr add ${PUBLIC}/32 dev lo
mkfifo ready
python3 pages.py > ready &
read -r line < ready
status=0
"$@" || status=$?
kill $!
exit $status
`;
const PAGES = `
import http.server, sys

class Pages(http.server.SimpleHTTPRequestHandler):
    def log_message(self, form, *arguments):
        with open('asked', 'a') as log:
            print(self.path, file=log)

server = http.server.ThreadingHTTPServer(('${PUBLIC}', 80), Pages)
print('ready', flush=True)
server.serve_forever()
`;

async function generateApart(home: ReturnType<typeof makeHome>, ...args: string[]) {
  writeFileSync(join(home.folder, 'pages.py'), PAGES);
  const run = await runProgram('unshare', ['-Urn', 'sh', '-c', SET_UP, 'sh', BINARY, 'generate', ...args], home);
  const asked = filesIn(home.folder).includes('asked') ? readFileSync(join(home.folder, 'asked'), 'utf8').trim().split('\n') : [];
  return { ...run, asked: asked.filter((line) => line.startsWith('/')) };
}

test('an address is fetched, its picture is gone by, and its query is told to nobody', async () => {
  const home = makeHome('sqlite'); // a database server is not in that network
  await ok(home, 'generate', 'a red kite', '-o', 'kite.png', ...SMALL);
  const made = await generateApart(home, 'a kite at night', '--ref', `http://${PUBLIC}/kite.png?signature=secret`, '--name', 'night', '--seed', '4', '--size', '32', '--json');
  expect([made.code, made.stderr, made.asked]).toEqual([0, '', ['/kite.png?signature=secret']]);
  const record = JSON.parse(made.stdout);
  expect(record.references).toEqual([expect.objectContaining({ sha256: json(home.folder, 'kite.json').sha256 })]);
  expect(JSON.stringify(record.references)).toContain(`http://${PUBLIC}/kite.png`);
  expect(made.stdout + readFileSync(join(home.folder, 'night.json'), 'utf8')).not.toContain('secret');
  const alone = JSON.parse((await ok(home, 'generate', 'a kite at night', '--name', 'alone', '--seed', '4', '--size', '32', '--json')).stdout);
  expect(record.sha256).not.toBe(alone.sha256);
});

test('an address without a picture fails the call, and names what came', async () => {
  const home = makeHome('sqlite'); // a database server is not in that network
  const missing = await generateApart(home, 'a kite', '--ref', `http://${PUBLIC}/missing.png?signature=secret`, ...SMALL);
  expect([missing.code, missing.stdout]).toEqual([expect.any(Number), '']);
  expect(missing.code).not.toBe(0);
  expect(missing.stderr).toMatch(/404/);
  expect(missing.stderr).not.toContain('secret');
  expect(filesIn(home.folder).filter((name) => name.endsWith('.png'))).toEqual([]);
});
