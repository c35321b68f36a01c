// graphile-worker beside bench_queue: node graphile.mjs submits COUNT IN-FLIGHT | lives COUNT | pictures COUNT | starts COUNT
// The lives of pictures have the effect of ours, a row of a picture; the others have none.
// The database is that of ALBUMEN_TEST_POSTGRES_URL. Lives run with its own settings for throughput.
import { randomUUID } from 'node:crypto';
import { Logger, makeWorkerUtils, run } from 'graphile-worker';
import { nowMs, PAYLOAD, Starts, starts, submits } from './measure.mjs';

const [mode, count, inFlight] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const BATCH = 100;
const CONCURRENCY = 24;
const LOCAL_QUEUE = 500;
const shared = { connectionString: process.env.ALBUMEN_TEST_POSTGRES_URL, logger: new Logger(() => () => {}), maxPoolSize: 10 };
const seen = new Starts();
const PICTURE = `INSERT INTO bench_picture (id, user_id, job_id, source, backend, key, media_type, width, height, size_bytes, sha256,
    crc32, phash, prompt, recipe, created_at)
  VALUES ($1::text, $2, $3, 'generated', 'bench', 'library/' || $2 || '/' || $1::text || '.png', 'image/png', 1024, 1024, 1234567,
    '3a7bd3e2360a3d29eea436fcfb7e44c735d117c42d1c1835420b6b9942dd4f1b', 1234567, 'c3d2e1f0a5968778', $4, $5, $6)`;
const USER = randomUUID();
const taskList = {
  noop: () => seen.note(),
  picture: async (payload, { job, query }) => {
    await query(PICTURE, [randomUUID(), USER, job.id, payload.request.prompt, JSON.stringify(payload), Date.now()]);
    seen.note();
  },
};
const utils = await makeWorkerUtils(shared);
await utils.migrate();
const add = () => utils.addJob('noop', PAYLOAD);

if (mode === 'submits') {
  await submits(count, inFlight, add);
} else if (mode === 'lives' || mode === 'pictures') {
  const identifier = mode === 'lives' ? 'noop' : 'picture';
  if (mode === 'pictures')
    await utils.withPgClient((client) => client.query('CREATE TABLE IF NOT EXISTS bench_picture (LIKE image INCLUDING ALL)'));
  for (let i = 0; i < count; i += BATCH)
    await utils.addJobs(Array.from({ length: BATCH }, () => ({ identifier, payload: PAYLOAD })));
  const began = nowMs();
  const runner = await run({
    ...shared,
    taskList,
    noHandleSignals: true,
    preset: {
      worker: { concurrentJobs: CONCURRENCY, localQueue: { size: LOCAL_QUEUE }, completeJobBatchDelay: 0, failJobBatchDelay: 0 },
    },
  });
  await seen.reach(count);
  await runner.stop();
  console.log(((count * 1000) / (nowMs() - began)).toFixed(0));
} else {
  const runner = await run({ ...shared, taskList, noHandleSignals: true, concurrency: 4 });
  await starts(count, seen, add);
  await runner.stop();
}
await utils.release();
