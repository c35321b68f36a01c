// What waits, what runs, what is done.
import { Button, Choice, EmptyState, Panel, useFocusInRows } from '@albumen/ui';
import { Link, useSearchParams } from 'wouter';

import { useQueue, withPlaces } from '../../data/job.ts';
import { LoadFailure, Page } from '../../shell/Page.tsx';
import { ShowMore } from '../../shell/ShowMore.tsx';
import { useBackends } from '../create/index.ts';
import { JobRow } from './components/JobRow.tsx';
import { Lanes } from './components/Lanes.tsx';
import { useJobs, type JobFilter } from './hooks/useJobs.ts';
import styles from './QueuePage.module.css';

const FILTERS: { value: JobFilter; label: string }[] = [
  { value: 'all', label: 'All' },
  { value: 'queued', label: 'Queued' },
  { value: 'running', label: 'Running' },
  { value: 'completed', label: 'Done' },
  { value: 'failed', label: 'Failed' },
  { value: 'cancelled', label: 'Cancelled' },
];

function Nothing({ filter, onAll }: { filter: JobFilter; onAll(): void }) {
  if (filter !== 'all') return <EmptyState title={`Nothing is ${FILTERS.find(({ value }) => value === filter)!.label.toLowerCase()}`} icon="queue" action={<Button onClick={onAll}>Show all jobs</Button>} />;
  return (
    <EmptyState title="The queue is empty" icon="queue" action={<Link href="/create">Create pictures</Link>}>
      Everything that is generated passes through here, and stays listed when it is done.
    </EmptyState>
  );
}

export default function QueuePage() {
  const [search, setSearch] = useSearchParams();
  const asked = search.get('status');
  const filter = FILTERS.find(({ value }) => value === asked)?.value ?? 'all';
  const jobs = useJobs(filter);
  const queue = useQueue();
  const backends = useBackends();
  const show = (value: JobFilter) => setSearch(value === 'all' ? {} : { status: value }, { replace: true });
  const rows = useFocusInRows<HTMLElement>();
  return (
    <Page title="Queue" isWide={false} subtitle="Your jobs, newest first.">
      {queue.data ? <Lanes queue={queue.data} backends={backends.data} /> : !queue.error && <div className={styles.lanes} aria-hidden="true" />}
      <Choice label="Show" isLabelHidden options={FILTERS} value={filter} onChange={show} />
      {jobs.error && !jobs.items ? (
        <LoadFailure error={jobs.error} what="The queue" onRetry={() => void jobs.reload()} />
      ) : jobs.items?.length === 0 ? (
        <Nothing filter={filter} onAll={() => show('all')} />
      ) : (
        <Panel aria-label="Jobs" {...rows}>
          <ul aria-busy={!jobs.items} className={styles.list}>
            {jobs.items ? withPlaces(jobs.items, queue.data).map((job) => <JobRow key={job.id} job={job} />) : Array.from({ length: 6 }, (_, i) => <li key={i} className={styles.blank} />)}
          </ul>
        </Panel>
      )}
      <ShowMore of={jobs} what="jobs" className={styles.more} />
    </Page>
  );
}
