// What the peers' queue runs share: the clock, many calls at once, and the two lines of figures that bench_queue prints too.

export const PAYLOAD = {
  backend: 'bench',
  key_folder: 'library/0190f1d8-0000-7000-8000-000000000001',
  request: { prompt: 'a lighthouse on a cliff at dusk, oil on canvas', width: 1024, height: 1024, seed: 1234567 },
};

export const nowMs = () => performance.now();

export function printLatencies(times) {
  times.sort((a, b) => a - b);
  console.log(`${times[times.length >> 1].toFixed(3)} ${times[Math.floor(times.length * 0.99)].toFixed(3)}`);
}

// Durable submits, inFlight of them on their way at a time: the rate, then median and 99th percentile.
export async function submits(count, inFlight, add) {
  const times = [];
  const began = nowMs();
  await Promise.all(
    Array.from({ length: inFlight }, async () => {
      while (times.length < count) {
        const called = nowMs();
        await add();
        times.push(nowMs() - called);
      }
    }),
  );
  process.stdout.write(`${((times.length * 1000) / (nowMs() - began)).toFixed(0)} `);
  printLatencies(times);
}

// Wakes whoever waits for the n-th start.
export class Starts {
  count = 0;
  at = 0;
  #waiting = null;

  note() {
    this.at = nowMs();
    this.count += 1;
    if (this.#waiting !== null && this.count >= this.#waiting.wanted) this.#waiting.resolve();
  }

  async reach(wanted) {
    if (this.count >= wanted) return;
    await new Promise((resolve) => {
      this.#waiting = { wanted, resolve };
    });
    this.#waiting = null;
  }
}

// From the call of add to the start of the job, one at a time.
export async function starts(count, seen, add) {
  const times = [];
  for (let i = 1; i <= count; i += 1) {
    const called = nowMs();
    await add();
    await seen.reach(i);
    times.push(seen.at - called);
  }
  printLatencies(times);
}
