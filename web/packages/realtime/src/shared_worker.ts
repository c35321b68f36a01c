// One connection for all tabs, in a SharedWorker: the tabs' side.
import type { ServerEvent } from './events.ts';
import type { Hub } from './hub.ts';
import type { Source, StreamStatus } from './source.ts';

/** What names a stream: tabs with the same share it. */
export interface StreamKey {
  url: string;
  token: string | null;
}

export type ToWorker = { type: 'start'; stream: StreamKey; after: number | null } | { type: 'stop' };
export type FromWorker = { type: 'status'; status: StreamStatus } | { type: 'event'; id: number; event: ServerEvent | null };

/** The part of a SharedWorker that is used; tests have one of their own. */
export interface WorkerLike {
  port: Pick<MessagePort, 'postMessage' | 'start' | 'close' | 'addEventListener'>;
  addEventListener(type: 'error', listener: () => void): void;
}

function openWorker(): WorkerLike {
  return new SharedWorker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'albumen-events' });
}

/**
 * A tab that is put away says goodbye, because a worker cannot see it go; when the browser shows it again it goes on behind the
 * last number it heard. A worker that does not start is replaced.
 */
export function sharedWorkerSource(stream: StreamKey, instead: Source, open: () => WorkerLike = openWorker): Source {
  return {
    start(after, sink) {
      let last = after;
      let stopInstead: (() => void) | null = null;
      let ended = false;
      const worker = open();
      const post = (message: ToWorker) => worker.port.postMessage(message);
      const begin = () => post({ type: 'start', stream, after: last });
      const leave = () => post({ type: 'stop' });
      const onShow = (event: PageTransitionEvent) => event.persisted && begin();

      worker.port.addEventListener('message', (message) => {
        if (ended || stopInstead) return;
        const news = (message as MessageEvent<FromWorker>).data;
        if (news.type === 'status') return sink.onStatus(news.status);
        last = news.id;
        sink.onEvent(news.id, news.event);
      });
      worker.addEventListener('error', () => {
        if (!ended && !stopInstead) stopInstead = instead.start(last, sink);
      });
      globalThis.addEventListener?.('pagehide', leave);
      globalThis.addEventListener?.('pageshow', onShow as EventListener);
      worker.port.start();
      begin();
      return () => {
        ended = true;
        globalThis.removeEventListener?.('pagehide', leave);
        globalThis.removeEventListener?.('pageshow', onShow as EventListener);
        leave();
        worker.port.close();
        stopInstead?.();
      };
    },
  };
}

/** The worker's side of one tab. */
export function serveTab(port: Pick<MessagePort, 'postMessage' | 'start' | 'addEventListener'>, hubOf: (stream: StreamKey) => Hub): void {
  let stop: (() => void) | null = null;
  const post = (message: FromWorker) => port.postMessage(message);
  port.addEventListener('message', (message) => {
    const order = (message as MessageEvent<ToWorker>).data;
    stop?.();
    stop = null;
    if (order.type === 'stop') return;
    stop = hubOf(order.stream).listen({
      after: order.after,
      onStatus: (status) => post({ type: 'status', status }),
      onEvent: (event, id) => post({ type: 'event', id, event }),
      onPosition: (id) => post({ type: 'event', id, event: null }),
    });
  });
  port.start();
}
