// A call that fails once: the request that met it is refused or done, never half done, and the server goes on.
import { expect, test } from 'vitest';

import { makeHome, Server, startServer } from '../scenario/harness.ts';

const POINTS = ['db_begin', 'db_step', 'db_commit', 'net_accept', 'net_read', 'net_write'];

test.each(POINTS)('a failing %s loses nothing and stops nothing', async (point) => {
  for (let pass = 20; pass < 60; pass += 8) {
    const server = await startServer({
      env: { ALBUMEN_FAULT: `${point}:${pass}:fail` },
      expectedErrors: [/fail|error|I\/O/i],
    });
    const made: string[] = [];
    const refused: string[] = [];
    for (let i = 0; i < 20; i++) {
      const name = `user-${i}`;
      const reply = await server.api('POST', '/api/users', { name }).catch(() => null);
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
});

test('a failing step while starting ends the program with a sentence, not with a crash', async () => {
  for (const fault of ['db_open:1:fail', 'folder_make:1:fail', 'file_write:1:fail', 'db_migrate_statement:2:fail']) {
    const server = new Server({ home: makeHome(), env: { ALBUMEN_FAULT: fault } });
    const code = await server.ended();
    expect(typeof code === 'number' && code > 0 && code < 90, `${fault} ended with ${code}\n${server.stderr}`).toBe(true);
    expect(server.stderr.trim(), fault).toMatch(/\S{3}/);
  }
});
