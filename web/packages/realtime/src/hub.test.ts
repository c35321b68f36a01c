// @vitest-environment node
import { beforeEach, expect, test } from 'vitest';

import { createHub, type Hub } from './hub.ts';
import type { Sink, Source } from './source.ts';

class Script implements Source {
  sink: Sink | null = null;
  starts: (number | null)[] = [];
  start(after: number | null, sink: Sink) {
    this.starts.push(after);
    this.sink = sink;
    return () => {
      this.sink = null;
    };
  }
  event(id: number, type = 'job') {
    this.sink!.onEvent(id, { type } as never);
  }
}

let source: Script;
let hub: Hub;
const now = () => Promise.resolve();

beforeEach(() => {
  source = new Script();
  hub = createHub(source);
});

function listen(after?: number) {
  const heard: string[] = [];
  const stop = hub.listen({ ...(after === undefined ? {} : { after }), onEvent: (event, id) => heard.push(`${id} ${event.type}`), onStatus: (status) => heard.push(status) });
  return { heard, stop };
}

test('those who come together share one connection that begins at the lowest number', async () => {
  const [one, other, any] = [listen(8), listen(5), listen()];
  await now();
  expect(source.starts).toEqual([5]);
  source.sink!.onEvent(5, null);
  source.event(6);
  source.event(9);
  expect(one.heard).toEqual(['connecting', '9 job']);
  expect(other.heard).toEqual(['connecting', '6 job', '9 job']);
  expect(any.heard).toEqual(['connecting', '6 job', '9 job']);
});

test('one who comes late hears what lies between its number and now, once', async () => {
  listen();
  await now();
  source.sink!.onStatus('open');
  source.sink!.onEvent(10, null);
  for (const id of [11, 12, 13]) source.event(id);
  const late = listen(11);
  const ahead = listen(13);
  source.event(14);
  expect(late.heard).toEqual(['open', '12 job', '13 job', '14 job']);
  expect(ahead.heard).toEqual(['open', '14 job']);
});

test('one whose number is too old is told to read again', async () => {
  listen();
  await now();
  source.sink!.onEvent(10, null);
  source.event(11);
  expect(listen(7).heard).toEqual(['connecting', '11 resync']);
  for (let id = 12; id < 600; id++) source.event(id);
  const late = listen(11);
  expect(late.heard).toEqual(['connecting', '599 resync']);
  source.event(600);
  expect(late.heard.at(-1)).toBe('600 job');
});

test('a number that came before the first answer is not lost', async () => {
  listen(20);
  await now();
  const earlier = listen(15);
  source.sink!.onEvent(20, null);
  source.event(21);
  expect(earlier.heard).toEqual(['connecting', '20 resync', '21 job']);
});

test('a resync goes to everybody, and the numbers may begin anew behind it', async () => {
  const { heard } = listen(100);
  await now();
  source.event(101);
  source.event(3, 'resync');
  source.event(4);
  expect(heard).toEqual(['connecting', '101 job', '3 resync', '4 job']);
  expect(listen(3).heard).toEqual(['connecting', '4 job']);
});

test('the source runs while somebody listens', async () => {
  const [one, other] = [listen(), listen()];
  await now();
  one.stop();
  expect(source.sink).not.toBeNull();
  other.stop();
  expect(source.sink).toBeNull();
  const again = listen();
  await now();
  expect(source.starts).toEqual([null, null]);
  source.event(1);
  expect(again.heard).toEqual(['connecting', '1 job']);
  expect(one.heard).toEqual(['connecting']);
});

test('one who stops while being told hears no more', async () => {
  const heard: number[] = [];
  const stop = hub.listen({ after: 0, onEvent: (_, id) => (heard.push(id), stop()) });
  listen();
  await now();
  source.sink!.onEvent(0, null);
  source.event(1);
  source.event(2);
  expect(heard).toEqual([1]);
});

test('after a refusal the next listener tries again, for it may have a new session', async () => {
  const first = listen();
  await now();
  source.sink!.onStatus('refused');
  listen();
  await now();
  expect(source.starts).toHaveLength(2);
  expect(first.heard).toEqual(['connecting', 'refused', 'connecting']);
});
