// A picture of the feed, from its place in the queue to itself.
import { messageOf, type Image, type Job } from '@albumen/api';
import { Button, Developing, Icon, Picture, toasts } from '@albumen/ui';
import { useRef } from 'react';

import { cache } from '../../../data/cache.ts';
import { client } from '../../../data/client.ts';
import { useAction } from '../../../data/hooks.ts';
import { useGlimpse } from '../../../data/job.ts';
import { shortened } from '../../../format.ts';
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
      {job.prompt && <p className={styles.prompt}>{job.prompt}</p>}
      <p className={styles.reason}>{job.error ?? 'It did not work.'}</p>
      <div className={styles.actions}>
        <Button size="small" icon="redo" isBusy={isBusy} onClick={() => void retry()}>Try again</Button>
        <Button size="small" variant="ghost" onClick={() => dismiss(job.id)}>Dismiss</Button>
      </div>
    </div>
  );
}

function Cancel({ job }: { job: Job }) {
  const [cancel, isBusy] = useJobAction(job, 'cancel');
  return (
    <div className={styles.actions}>
      <Button size="small" variant="ghost" isBusy={isBusy} onClick={() => void cancel()} aria-label={job.prompt ? `Cancel ${shortened(job.prompt)}` : undefined}>Cancel</Button>
    </div>
  );
}

/** What it is to show, and the way to stop it as long as there is one. */
function Order({ job }: { job: Job }) {
  return (
    <>
      {job.prompt && <p className={styles.prompt} title={job.prompt}>{job.prompt}</p>}
      {job.status !== 'completed' && <Cancel job={job} />}
    </>
  );
}

const placeOf = ({ position }: Job): string => (position < 0 ? 'Waiting for its turn' : position === 0 ? 'Next in its lane' : `Waiting, ${position} ahead`);

function Waiting({ job }: { job: Job }) {
  return (
    <div className={styles.place}>
      <p className={styles.state}>{placeOf(job)}</p>
      <Order job={job} />
    </div>
  );
}

/** Also for the moment between the end of the job and its picture: what was seen last stays. */
function Running({ job }: { job: Job }) {
  const glimpse = useGlimpse(job.id);
  const previewUrl = useRef(glimpse.previewUrl);
  if (job.status !== 'completed') previewUrl.current = glimpse.previewUrl;
  return (
    <Developing label={job.prompt ?? 'Picture'} {...glimpse} previewUrl={glimpse.previewUrl ?? previewUrl.current}>
      <Order job={job} />
    </Developing>
  );
}

export function JobTile({ job }: { job: Job }) {
  return (
    <div className={styles.tile}>
      {job.status === 'failed' ? <Failed job={job} /> : job.status === 'queued' ? <Waiting job={job} /> : <Running job={job} />}
    </div>
  );
}

export function PictureTile({ image, onOpen }: { image: Image; onOpen(): void }) {
  return (
    <button type="button" className={styles.tile} onClick={onOpen} aria-label={titleOf(image)}>
      <Picture src={thumbOf(image, 512)} alt="" />
      <span className={styles.caption} aria-hidden="true">{titleOf(image)}</span>
    </button>
  );
}
