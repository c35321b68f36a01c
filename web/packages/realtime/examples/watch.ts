import { connect, pollWhileDown } from '@albumen/realtime';

/** Calls `changed` whenever a job of the user may have changed. Gives what ends it. */
export function watchJobs(userId: string, changed: () => Promise<void>): () => void {
  const hub = connect({ apiBase: '/api', userId });
  const stops = [
    hub.listen({ onEvent: (event) => void ((event.type === 'job' || event.type === 'resync') && changed()) }),
    pollWhileDown(hub, changed),
  ];
  return () => stops.forEach((stop) => stop());
}
