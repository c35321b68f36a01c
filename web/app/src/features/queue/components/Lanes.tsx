// The lanes of the queue and the backends behind them.
import { messageOf, type Backend, type Queue } from '@albumen/api';
import { Badge, IconButton, Panel, toasts } from '@albumen/ui';

import { cache } from '../../../data/cache.ts';
import { client } from '../../../data/client.ts';
import { useAction } from '../../../data/hooks.ts';
import { useMay } from '../../../data/session.ts';
import { ago, counted } from '../../../format.ts';
import styles from './Lanes.module.css';

type LaneState = Queue['lanes'][number];

function State({ lane, backend }: { lane: LaneState; backend: Backend | undefined }) {
  if (lane.paused) return <Badge tone="accent" title={lane.pausedAt ? `Since ${ago(lane.pausedAt)}` : undefined}>Paused</Badge>;
  if (backend?.health.state === 'open') return <Badge tone="danger" title="It failed too often, and is asked again in a while.">Resting</Badge>;
  return <Badge tone={lane.running > 0 ? 'good' : 'plain'} isLive={lane.running > 0}>{lane.running > 0 ? `${lane.running} running` : 'Idle'}</Badge>;
}

function Lane({ lane, backend }: { lane: LaneState; backend: Backend | undefined }) {
  const mayPause = useMay('admin');
  const [toggle, isBusy] = useAction(async () => {
    try {
      await client.call(lane.paused ? 'POST /api/queue/resume' : 'POST /api/queue/pause', { body: { lane: lane.lane } });
    } catch (error) {
      toasts.add(messageOf(error), { tone: 'error' });
    }
    await cache.read('queue');
  });
  const health = backend?.health;
  return (
    <Panel className={styles.lane} aria-label={lane.lane}>
      <div className={styles.words}>
        <h2 className={styles.name}>{lane.lane}</h2>
        <p className={styles.title}>{lane.waiting > 0 ? `${counted(lane.waiting, 'job')} waiting` : (backend?.title ?? 'Nothing waits')}</p>
      </div>
      <State lane={lane} backend={backend} />
      {mayPause && <IconButton size="small" icon={lane.paused ? 'play' : 'pause'} label={`${lane.paused ? 'Resume' : 'Pause'} ${lane.lane}`} isBusy={isBusy} onClick={() => void toggle()} />}
      {health?.lastError && <p className={styles.error}>Last error{health.lastFailureAt && `, ${ago(health.lastFailureAt)}`}: {health.lastError}</p>}
    </Panel>
  );
}

/** The backends' lanes; the house's own only while it is busy or paused. */
export function Lanes({ queue, backends }: { queue: Queue; backends: Backend[] | undefined }) {
  const hasButtons = useMay('admin');
  const backendOf = (lane: LaneState) => backends?.find(({ name }) => name === lane.lane);
  const shown = queue.lanes.filter((lane) => lane.lane !== 'system' || lane.paused || lane.waiting > 0);
  return (
    // Keys scroll it, too, where nothing in it takes the focus.
    <ul className={styles.lanes} aria-label="Lanes" tabIndex={hasButtons ? undefined : 0}>
      {shown.map((lane) => <li key={lane.lane}><Lane lane={lane} backend={backendOf(lane)} /></li>)}
    </ul>
  );
}
