// The album guide's own session: its curl lines as they are written, at a server with another port.
import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, expect, test } from 'vitest';

import { startServer, type Server } from './harness.ts';

const CREATE = `curl -X POST http://localhost:8001/api/example-api/albums \\
-H "Authorization: Bearer <token>" \\
-H "Content-Type: application/json" \\
-d '{"name":"Test","subjectDesc":"A cat","templateSet":"portrait"}'`;
const ANCHOR = `curl -X POST http://localhost:8001/api/example-api/albums/<id>/anchor \\
-H "Authorization: Bearer <token>"`;
const WATCH = `curl -N "http://localhost:8001/api/example-api/events?channel=user:<userId>" \\
-H "Authorization: Bearer <token>"`;
// What the guide says in words of the steps behind.
const SHOTS = `curl -X POST http://localhost:8001/api/example-api/albums/<id>/shots \\
-H "Authorization: Bearer <token>"`;
const ONE = `curl -X POST http://localhost:8001/api/example-api/albums/<id>/shots/3 \\
-H "Authorization: Bearer <token>"`;
const RESET = `curl -X DELETE http://localhost:8001/api/example-api/albums/<id>/shots/3 \\
-H "Authorization: Bearer <token>"`;
const READ = `curl http://localhost:8001/api/example-api/albums/<id> -H "Authorization: Bearer <token>"`;
const LIST = `curl http://localhost:8001/api/example-api/albums -H "Authorization: Bearer <token>"`;
const DELETE = `curl -X DELETE http://localhost:8001/api/example-api/albums/<id> -H "Authorization: Bearer <token>"`;

let server: Server;
let userId = '';

beforeAll(async () => {
  server = await startServer();
  userId = (await server.ok(200, 'GET', '/api/me')).id;
});

const filled = (line: string, id = '') => line.replace('localhost:8001', `localhost:${server.port}`).replace('<token>', server.token).replace('<id>', id).replace('<userId>', userId);

/** [status, answer] */
async function run(line: string, id?: string): Promise<[number, any]> {
  const { stdout } = await promisify(execFile)('sh', ['-c', `${filled(line, id)} -sS -w '\\n%{http_code}'`]);
  const end = stdout.lastIndexOf('\n');
  return [Number(stdout.slice(end + 1)), end > 0 ? JSON.parse(stdout.slice(0, end)) : null];
}

/** Events as curl -N prints them. */
class Watch {
  readonly events: any[] = [];
  private text = '';
  private wake: () => void = () => {};
  private readonly child = spawn('sh', ['-c', `exec ${filled(WATCH)} -sS`], { stdio: ['ignore', 'pipe', 'inherit'] });

  constructor() {
    this.child.stdout.on('data', (piece) => {
      this.text += piece;
      this.events.splice(0, this.events.length, ...[...this.text.matchAll(/^data: (.*)\n\n/gm)].map((match) => JSON.parse(match[1]!)));
      this.wake();
    });
  }

  async started(): Promise<void> {
    while (!this.text) await new Promise<void>((resolve) => (this.wake = resolve));
  }

  async until(type: string, count = 1): Promise<any[]> {
    const all = () => this.events.filter((event) => event.type === type);
    while (all().length < count) await new Promise<void>((resolve) => (this.wake = resolve));
    return all();
  }

  stop(): void {
    this.child.kill();
  }
}

test('the session goes as the guide writes it, from the first line to the last', async () => {
  const watch = new Watch();
  await watch.started();
  const [created, album] = await run(CREATE);
  expect([created, album.shots.length]).toEqual([201, 6]);
  expect((await run(SHOTS, album.id))[0], 'shots before the anchor').toBe(422);

  const [accepted, { jobId }] = await run(ANCHOR, album.id);
  expect([accepted, typeof jobId]).toEqual([202, 'string']);
  const anchorUrl = `/media/albums/${userId}/${album.id}/anchor.png`;
  expect((await watch.until('album_anchor_complete'))[0]).toEqual({ type: 'album_anchor_complete', result: { albumId: album.id, anchorUrl } });

  const [queued, { jobIds }] = await run(SHOTS, album.id);
  expect([queued, jobIds.length]).toEqual([202, 6]);
  const done = await watch.until('album_shot_complete', 6);
  for (const { result } of done) expect(result).toEqual({ albumId: album.id, shotIndex: expect.any(Number), imageUrl: expect.stringMatching(`^/media/albums/${userId}/${album.id}/shots/`) });
  expect((await watch.until('album_shot_generating', 6)).map(({ result }) => result)).toEqual([0, 1, 2, 3, 4, 5].map((shotIndex) => ({ albumId: album.id, shotIndex })));
  const [, whole] = await run(READ, album.id);
  expect([whole.anchorUrl, whole.shots.map((shot: any) => shot.status)]).toEqual([anchorUrl, Array(6).fill('complete')]);

  expect(await run(ONE, album.id)).toEqual([202, { jobId: expect.any(String) }]);
  await watch.until('album_shot_complete', 7);
  expect(await run(RESET, album.id)).toMatchObject([200, { index: 3, status: 'pending', imageUrl: null }]);
  expect((await run(LIST))[1].albums.map((one: any) => one.id)).toEqual([album.id]);
  expect(await run(DELETE, album.id)).toEqual([204, null]);
  expect((await run(READ, album.id))[0]).toBe(404);
  watch.stop();
}, 120_000);
