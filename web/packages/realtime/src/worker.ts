// The SharedWorker: one hub for each stream that a tab asks for.
import { createHub, type Hub } from './hub.ts';
import { serveTab, type StreamKey } from './shared_worker.ts';
import { networkSource } from './source.ts';

const hubs = new Map<string, Hub>();

function hubOf(stream: StreamKey): Hub {
  const name = JSON.stringify([stream.url, stream.token]);
  const hub = hubs.get(name) ?? createHub(networkSource(stream));
  hubs.set(name, hub);
  return hub;
}

globalThis.addEventListener('connect', (event) => serveTab((event as MessageEvent).ports[0]!, hubOf));
