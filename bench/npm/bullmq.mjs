// BullMQ beside bench_queue: node bullmq.mjs submits COUNT IN-FLIGHT | lives COUNT | starts COUNT
// The Redis is that of BENCH_REDIS_PORT; with appendfsync always what it has answered is durable.
import { Queue, Worker } from 'bullmq';
import { nowMs, PAYLOAD, Starts, starts, submits } from './measure.mjs';

const [mode, count, inFlight] = [process.argv[2], Number(process.argv[3]), Number(process.argv[4])];
const BATCH = 100;
const CONCURRENCY = 50;
const connection = { host: '127.0.0.1', port: Number(process.env.BENCH_REDIS_PORT), maxRetriesPerRequest: null };
const queue = new Queue('bench', { connection, defaultJobOptions: { removeOnComplete: true } });
const seen = new Starts();
const add = () => queue.add('noop', PAYLOAD);
const work = async (concurrency) => {
  const worker = new Worker('bench', async () => seen.note(), { connection, concurrency });
  await worker.waitUntilReady();
  return worker;
};

await queue.waitUntilReady();
await queue.obliterate({ force: true });
if (mode === 'submits') {
  await submits(count, inFlight, add);
} else if (mode === 'lives') {
  for (let i = 0; i < count; i += BATCH)
    await queue.addBulk(Array.from({ length: BATCH }, () => ({ name: 'noop', data: PAYLOAD })));
  const began = nowMs();
  const worker = await work(CONCURRENCY);
  await seen.reach(count);
  await worker.close();
  console.log(((count * 1000) / (nowMs() - began)).toFixed(0));
} else {
  const worker = await work(4);
  await starts(count, seen, add);
  await worker.close();
}
await queue.close();
