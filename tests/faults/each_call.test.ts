// One generation from POST to picture, again and again, each time with another call failing, once or for a while: nobody
// hears of success without it, nothing hangs, crashes or leaks, and the next one works.
import { expect, test } from 'vitest';

import { POINTS } from './commander.ts';
import { World, type Backend } from './world.ts';

const POSTGRES = process.env.ALBUMEN_TEST_DATABASE === 'postgres';

/** The process ends by design: what is on the disk is unknown, or memory is out. */
const DEADLY = POSTGRES ? ['memory'] : ['memory', 'db_committed'];

/** Passed at the start, by uploads, by the sweep, by long jobs or by commands alone: other tests go through them. */
const ELSEWHERE = ['db_open', 'db_migrate_statement', 'file_open', 'file_sync', 'file_rename', 'folder_sync', 'folder_make', 'blob_remove', 'job_renew', 'file_new_name'];

/** Passed when the program is cold alone, or not at all on this database. */
const COLD = ['db_connect', 'db_prepare', 'blob_folder_make'];

/** A drawn picture passes what a paid one does not. */
const DRAWN = /^(blob|image|file_read|memory|job_claim|job_settle)/;

interface Walk {
  point: string;
  backend: Backend;
  /** For the paid backend: what it does before it gives a picture. */
  words: string;
}

const WALKS: Walk[] = POINTS.filter((point) => !ELSEWHERE.includes(point)).map((point) => ({
  point,
  backend: DRAWN.test(point) ? 'sketch' : 'paid',
  words: point === 'job_tick' ? ' fail-times:1' : '',
}));

/** One by one; those of memory, which are many and all end the same way, in growing steps. */
const next = (point: string, pass: number) => pass + (point === 'memory' ? Math.ceil(pass / 3) : 1);

async function walk(world: World, { point, backend, words }: Walk): Promise<number> {
  let met = 0;
  for (let pass = 1, missed = 0; missed < 2; pass = next(point, pass)) {
    if (point === 'image_start') world.endHelpers();
    if (await world.under(`${point}:${pass}:fail`, backend, words, () => false)) met++;
    else missed++;
  }
  return met;
}

/** All passes fail until some have, then none: as when a disk or a network was away. */
async function outage(world: World, { point, backend, words }: Walk): Promise<void> {
  await world.under(`${point}:1:from`, backend, words, () => world.commander.hits() >= 3);
}

test.concurrent.each(WALKS)('a failing $point is told or mended', async (walked) => {
  const { point, backend } = walked;
  const world = await World.open(DEADLY.includes(point));
  const met = await walk(world, walked);
  if (!COLD.includes(point)) expect(met, `passes of ${point} that failed`).toBeGreaterThan(0);
  if (!DEADLY.includes(point)) await outage(world, walked);
  expect(await world.generate(backend), 'the next one works').toBe('completed');
  const outcomes = [...world.outcomes].map(([outcome, times]) => `${times} ${outcome}`);
  await world.close();
  console.log(`${point}: ${met} passes failed: ${outcomes.join(', ')}`);
}, 300_000);
