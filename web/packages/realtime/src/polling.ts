// Asking again and again, only while the event stream is down.
import type { Hub } from './hub.ts';

const FIRST_MS = 1000;
const FACTOR = 1.5;
const MAX_MS = 10_000;

/** Calls `poll` after 1 s, then after pauses that grow by half to 10 s, until the stream is back. Gives what ends it. */
export function pollWhileDown(hub: Hub, poll: () => Promise<unknown>): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let round = 0;

  const rest = () => {
    clearTimeout(timer);
    timer = undefined;
    round++;
  };
  const wait = (delay: number, mine: number) => {
    timer = setTimeout(() => {
      void poll()
        .catch(() => undefined)
        .then(() => {
          if (mine === round) wait(Math.min(delay * FACTOR, MAX_MS), mine);
        });
    }, delay);
  };
  const stop = hub.listen({
    onStatus(status) {
      if (status === 'down' && timer === undefined) wait(FIRST_MS, round);
      if (status === 'open' || status === 'refused') rest();
    },
  });
  return () => {
    stop();
    rest();
  };
}
