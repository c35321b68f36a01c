// A call that fails: the request that met it is refused or done, never half done, and the server goes on.
import { expect, test } from 'vitest';

import { makeHome, Server, startServer } from '../scenario/harness.ts';
import { Commander } from './commander.ts';

const POINTS: [string, number[]][] = [
  ['db_begin', [1, 8]],
  ['db_step', [1, 12, 22]],
  ['db_commit', [1, 8]],
  ['net_accept', [1, 2]],
  ['net_read', [2, 9]],
  ['net_write', [2, 9]],
];

test.each(POINTS)('a failing %s loses nothing and stops nothing', async (point, passes) => {
  let met = 0;
  for (const pass of passes) {
    const home = makeHome();
    const commander = new Commander(home);
    const server = await startServer({ home, env: commander.env, expectedErrors: [/fail|error|I\/O/i] });
    const made: string[] = [];
    const refused: string[] = [];
    for (let i = 0; i < 40; i++) {
      // Again and again: the server's own calls may meet it, too.
      if (i % 10 === 0) commander.set(`${point}:${pass}:fail`);
      const name = `user-${i}`;
      const reply = await server.api('POST', '/api/users', { name }).catch(() => null);
      if (reply?.status !== 201) met++;
      if (reply?.status === 201) made.push(name);
      // Without an answer nobody knows; with an error nothing may have happened.
      else if (reply !== null) refused.push(name);
      if (reply !== null && reply.status !== 201) expect(reply.status, reply.text).toBeGreaterThanOrEqual(500);
    }
    const names = new Set((await server.ok(200, 'GET', '/api/users?limit=200')).users.map((user: any) => user.name));
    expect(made.filter((name) => !names.has(name)), `${point}:${pass}: acknowledged and gone`).toEqual([]);
    expect(refused.filter((name) => names.has(name)), `${point}:${pass}: refused and done`).toEqual([]);
    expect((await server.api('GET', '/healthz')).status).toBe(200);
    await server.stop();
  }
  // A cut connection may be tried again by the client, and some calls are the server's own; the rest shows.
  if (point.startsWith('db_')) expect(met, 'requests that met the fault').toBeGreaterThan(0);
});

test('a failing step while starting ends the program with a sentence, not with a crash', async () => {
  for (const fault of ['db_open:1:fail', 'folder_make:1:fail', 'file_write:1:fail', 'db_migrate_statement:2:fail']) {
    const server = new Server({ home: makeHome(), env: { ALBUMEN_FAULT: fault } });
    const code = await server.ended();
    expect(typeof code === 'number' && code > 0 && code < 90, `${fault} ended with ${code}\n${server.stderr}`).toBe(true);
    expect(server.stderr.trim(), fault).toMatch(/\S{3}/);
  }
});
