// One job: what it is, how far it is, what can be done about it.
import { messageOf, type Job } from '@albumen/api';
import { Badge, IconButton, Progress, toasts, type BadgeProps } from '@albumen/ui';

import { cache } from '../../../data/cache.ts';
import { client } from '../../../data/client.ts';
import { useAction } from '../../../data/hooks.ts';
import { useGlimpse } from '../../../data/job.ts';
import { useMay } from '../../../data/session.ts';
import { ago, counted, dateTime, duration, shortened } from '../../../format.ts';
import styles from './JobRow.module.css';

const KINDS: Record<string, string> = { generate: 'Picture', generate_anchor: 'Anchor', generate_shot: 'Shot', thumbnail: 'Thumbnail' };
const STATES: Record<Job['status'], { label: string; tone: NonNullable<BadgeProps['tone']> }> = {
  queued: { label: 'Queued', tone: 'plain' },
  running: { label: 'Running', tone: 'accent' },
  completed: { label: 'Done', tone: 'good' },
  failed: { label: 'Failed', tone: 'danger' },
  cancelled: { label: 'Cancelled', tone: 'plain' },
};

function useVerb(job: Job, verb: 'cancel' | 'retry') {
  return useAction(async () => {
    try {
      await client.call(`POST /api/jobs/{id}/${verb}`, { params: { id: job.id } });
    } catch (error) {
      toasts.add(messageOf(error), { tone: 'error' });
    }
    cache.invalidate('jobs');
  });
}

/** What there is to say beside the state. */
function noteOf(job: Job): string {
  if (job.status === 'failed') return job.error ?? 'No reason was given.';
  if (job.status === 'completed' && job.startedAt && job.finishedAt) return `Took ${duration(Date.parse(job.finishedAt) - Date.parse(job.startedAt))}.`;
  if (job.status === 'queued' && job.attempt > 0) return `Tried ${counted(job.attempt, 'time')}, waits for another try.`;
  if (job.status === 'queued' && job.position >= 0) return job.position === 0 ? 'Next in its lane.' : `${job.position} ahead.`;
  return '';
}

function Running({ job, label }: { job: Job; label: string }) {
  const { progress, words } = useGlimpse(job.id);
  return (
    <>
      <Progress label={label} value={progress} />
      {words && <span className={styles.words}>{words}</span>}
    </>
  );
}

export function JobRow({ job }: { job: Job }) {
  const mayChange = useMay('member');
  const [cancel, isCancelling] = useVerb(job, 'cancel');
  const [retry, isRetrying] = useVerb(job, 'retry');
  const { label, tone } = STATES[job.status];
  const note = noteOf(job);
  const isOpen = job.status === 'queued' || job.status === 'running';
  const canRetry = job.status === 'failed' || job.status === 'cancelled';
  const kind = KINDS[job.kind] ?? job.kind;
  // What tells this one from the others of its kind.
  const which = job.prompt ? `: ${shortened(job.prompt)}` : '';
  const when = job.finishedAt ?? job.createdAt;
  return (
    <li className={styles.row}>
      <div className={styles.state}><Badge tone={tone} isLive={job.status === 'running'}>{label}</Badge></div>
      <div className={styles.what}>
        <span className={styles.kind}>{kind}</span>
        <span className={styles.lane}>{job.lane}</span>
        {job.prompt && <p className={styles.prompt} title={job.prompt}>{shortened(job.prompt)}</p>}
      </div>
      <div className={styles.note}>
        {job.status === 'running' ? <Running job={job} label={`${kind} on ${job.lane}${which}`} /> : <span className={job.status === 'failed' ? styles.failed : undefined}>{note}</span>}
      </div>
      <time className={styles.time} dateTime={when} title={dateTime(when)}>{ago(when)}</time>
      <div className={styles.actions}>
        {mayChange && isOpen && <IconButton size="small" icon="close" label={`Cancel ${kind.toLowerCase()}${which}`} isBusy={isCancelling} onClick={() => void cancel()} />}
        {mayChange && canRetry && <IconButton size="small" icon="redo" label={`Try ${kind.toLowerCase()} again${which}`} isBusy={isRetrying} onClick={() => void retry()} />}
      </div>
    </li>
  );
}
