// Tabs that share one connection, in both ways.
// @vitest-environment node
import { beforeEach, describe, expect, test, vi } from 'vitest';

import { FakeServer } from '../../../tools/fake_server.ts';
import { createHub, type Hub } from './hub.ts';
import { leaderTabSource, type TabWorld } from './leader_tab.ts';
import { serveTab, sharedWorkerSource, type WorkerLike } from './shared_worker.ts';
import { networkSource, type Source } from './source.ts';

let server: FakeServer;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  server = new FakeServer();
});

const STREAM = { url: 'http://studio.test/api/events?channel=user:u1', token: null };
const network = () => networkSource({ ...STREAM, fetch: server.fetch as typeof fetch });

/** Everything that is on its way through ports, channels and promises. */
async function settle(ms = 0): Promise<void> {
  for (let i = 0; i < 5; i++) {
    await vi.advanceTimersByTimeAsync(i === 0 ? ms : 0);
    await new Promise((turn) => setImmediate(turn));
  }
}

function tabOn(source: Source, after?: number) {
  const heard: string[] = [];
  const stop = createHub(source).listen({
    ...(after === undefined ? {} : { after }),
    onEvent: (event, id) => heard.push(`${id} ${event.type}`),
    onStatus: (status) => heard.push(status),
  });
  return { heard, stop };
}

describe('a SharedWorker', () => {
  let workerHub: Hub;
  const open = (): WorkerLike => {
    const { port1, port2 } = new MessageChannel();
    serveTab(port2 as unknown as MessagePort, () => workerHub);
    return { port: port1 as unknown as MessagePort, addEventListener: () => undefined };
  };
  const dead: Source = { start: () => expect.unreachable('there is a worker') };

  beforeEach(() => {
    workerHub = createHub(network());
  });

  test('has one connection for all tabs, and each hears the same', async () => {
    const tabs = Array.from({ length: 20 }, () => tabOn(sharedWorkerSource(STREAM, dead, open)));
    await settle();
    server.publish('job', {});
    await settle();
    server.cut();
    await settle();
    server.publish('image_added', {});
    await settle(1000);
    expect(server.count('/events')).toBe(2);
    for (const { heard } of tabs) expect(heard).toEqual(['connecting', 'open', '1 job', 'down', 'open', '2 image_added']);
    for (const { stop } of tabs) stop();
    await settle();
    expect(server.streams.size).toBe(0);
  });

  test('tells a later tab from its number on', async () => {
    tabOn(sharedWorkerSource(STREAM, dead, open));
    await settle();
    for (const type of ['job', 'job', 'image_added']) server.publish(type, {});
    await settle();
    const late = tabOn(sharedWorkerSource(STREAM, dead, open), 1);
    await settle();
    expect(late.heard).toEqual(['connecting', 'open', '2 job', '3 image_added']);
  });

  test('goes on behind the last number when the browser shows a tab again', async () => {
    const page = new EventTarget();
    vi.stubGlobal('addEventListener', page.addEventListener.bind(page));
    vi.stubGlobal('removeEventListener', page.removeEventListener.bind(page));
    tabOn(sharedWorkerSource(STREAM, dead, open));
    const { heard } = tabOn(sharedWorkerSource(STREAM, dead, open));
    await settle();
    server.publish('job', {});
    await settle();
    page.dispatchEvent(new Event('pagehide'));
    await settle();
    server.publish('image_added', {});
    await settle();
    expect(heard).toEqual(['connecting', 'open', '1 job']);
    page.dispatchEvent(Object.assign(new Event('pageshow'), { persisted: true }));
    await settle();
    expect(heard.at(-1)).toBe('2 image_added');
  });

  test('that does not start is replaced', async () => {
    let fail: () => void = () => undefined;
    const broken = (): WorkerLike => ({
      port: { postMessage: () => undefined, start: () => undefined, close: () => undefined, addEventListener: () => undefined },
      addEventListener: (_, listener) => (fail = listener),
    });
    const { heard, stop } = tabOn(sharedWorkerSource(STREAM, network(), broken));
    await settle();
    fail();
    await settle();
    server.publish('job', {});
    await settle();
    expect(heard).toEqual(['connecting', 'open', '1 job']);
    stop();
    expect(server.streams.size).toBe(0);
  });
});

describe('a leading tab', () => {
  /** Locks of one browser: the next in line gets it when the holder leaves. */
  function createWorld(): TabWorld {
    let line: Promise<unknown> = Promise.resolve();
    return {
      locks: {
        request: (_name, { signal }, held) => {
          line = line.then(() => (signal.aborted ? undefined : held()));
          return line;
        },
      },
      channel: (name) => new BroadcastChannel(name),
    };
  }
  let world: TabWorld;
  let name = 0;
  const openTab = (after?: number) => tabOn(leaderTabSource(`stream ${name}`, network(), world), after);

  beforeEach(() => {
    world = createWorld();
    name++;
  });

  test('has the connection and tells the others', async () => {
    const tabs = [openTab(), openTab(), openTab()];
    await settle();
    server.publish('job', {});
    await settle();
    expect(server.streams.size).toBe(1);
    expect(server.count('/events')).toBe(1);
    for (const { heard } of tabs) expect(heard).toEqual(['connecting', 'open', '1 job']);
    for (const { stop } of tabs) stop();
  });

  test('is followed by another when it leaves, and nothing is lost or doubled', async () => {
    const [first, second, third] = [openTab(), openTab(), openTab()] as const;
    await settle();
    server.publish('job', {});
    await settle();
    first.stop();
    server.publish('image_added', {});
    await settle();
    server.publish('job', {});
    await settle();
    expect(server.asked.at(-1)!.headers.get('Last-Event-ID')).toBe('1');
    for (const { heard } of [second, third]) {
      expect(heard.filter((entry) => /^\d/.test(entry))).toEqual(['1 job', '2 image_added', '3 job']);
    }
    second.stop();
    third.stop();
    expect(server.streams.size).toBe(0);
  });

  test('says where it stands to a tab that comes later; one that is behind reads again', async () => {
    const leader = openTab();
    await settle();
    for (const type of ['job', 'job', 'job']) server.publish(type, {});
    await settle();
    const [fresh, behind, level] = [openTab(), openTab(1), openTab(3)];
    await settle();
    server.publish('image_added', {});
    await settle();
    expect(fresh.heard).toEqual(['connecting', 'open', '4 image_added']);
    expect(behind.heard).toEqual(['connecting', 'open', '3 resync', '4 image_added']);
    expect(level.heard).toEqual(['connecting', 'open', '4 image_added']);
    for (const { stop } of [leader, fresh, behind, level]) stop();
  });
});
