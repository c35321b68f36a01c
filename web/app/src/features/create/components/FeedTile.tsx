// A picture of the feed, from its place in the queue to itself.
import type { Image, Job } from '@albumen/api';
import { Button, Icon, Picture, Progress, toasts } from '@albumen/ui';
import { messageOf } from '@albumen/api';

import { cache } from '../../../data/cache.ts';
import { client } from '../../../data/client.ts';
import { useAction } from '../../../data/hooks.ts';
import { thumbOf, titleOf } from '../../library/index.ts';
import { useCreate } from '../store.ts';
import styles from './FeedTile.module.css';

function useJobAction(job: Job, verb: 'cancel' | 'retry') {
  return useAction(async () => {
    try {
      await client.call(`POST /api/jobs/{id}/${verb}`, { params: { id: job.id } });
      cache.invalidate('jobs');
    } catch (error) {
      toasts.add(messageOf(error), { tone: 'error' });
    }
  });
}

function Failed({ job }: { job: Job }) {
  const dismiss = useCreate((state) => state.dismiss);
  const [retry, isBusy] = useJobAction(job, 'retry');
  return (
    <div className={styles.place} role="alert">
      <Icon name="alert" size={24} />
      <p className={styles.reason}>{job.error ?? 'It did not work.'}</p>
      <div className={styles.actions}>
        <Button size="small" icon="redo" isBusy={isBusy} onClick={() => void retry()}>Try again</Button>
        <Button size="small" variant="ghost" onClick={() => dismiss(job.id)}>Dismiss</Button>
      </div>
    </div>
  );
}

function Waiting({ job, prompt }: { job: Job; prompt: string | undefined }) {
  const [cancel, isBusy] = useJobAction(job, 'cancel');
  const isRunning = job.status === 'running';
  return (
    <div className={styles.place}>
      {isRunning && <span className={styles.developing} aria-hidden="true" />}
      <p className={styles.state}>{isRunning ? 'Developing…' : 'Waiting for its turn'}</p>
      {prompt && <p className={styles.prompt}>{prompt}</p>}
      <div className={styles.actions}>
        <Button size="small" variant="ghost" isBusy={isBusy} onClick={() => void cancel()}>Cancel</Button>
      </div>
      <div className={styles.progress}><Progress label={prompt ?? 'Picture'} value={isRunning && job.progress > 0 ? job.progress : isRunning ? undefined : 0} /></div>
    </div>
  );
}

export function JobTile({ job }: { job: Job }) {
  const prompt = useCreate((state) => state.sent[job.id]?.prompt);
  return <div className={styles.tile}>{job.status === 'failed' ? <Failed job={job} /> : <Waiting job={job} prompt={prompt} />}</div>;
}

export function PictureTile({ image, onOpen }: { image: Image; onOpen(): void }) {
  return (
    <button type="button" className={styles.tile} onClick={onOpen} aria-label={titleOf(image)}>
      <Picture src={thumbOf(image, 512)} alt="" />
      <span className={styles.caption} aria-hidden="true">{titleOf(image)}</span>
    </button>
  );
}
