// graphile-worker beside bench_queue: node graphile.mjs submits COUNT IN-FLIGHT | lives COUNT | starts COUNT
// The database is that of ALBUMEN_TEST_POSTGRES_URL. Lives run with its own settings for throughput.
import { Logger, makeWorkerUtils, run } from 'graphile-worker';
import { nowMs, PAYLOAD, Starts, starts, submits } from './measure.mjs';

const [mode, count, inFlight] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const BATCH = 100;
const CONCURRENCY = 24;
const LOCAL_QUEUE = 500;
const shared = { connectionString: process.env.ALBUMEN_TEST_POSTGRES_URL, logger: new Logger(() => () => {}), maxPoolSize: 10 };
const seen = new Starts();
const taskList = { noop: () => seen.note() };
const utils = await makeWorkerUtils(shared);
await utils.migrate();
const add = () => utils.addJob('noop', PAYLOAD);

if (mode === 'submits') {
  await submits(count, inFlight, add);
} else if (mode === 'lives') {
  for (let i = 0; i < count; i += BATCH)
    await utils.addJobs(Array.from({ length: BATCH }, () => ({ identifier: 'noop', payload: PAYLOAD })));
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
