// What was made, what it has cost, and how much may still be spent.
import type { Usage } from '@albumen/api';
import { BarChart, Button, Choice, EmptyState, Panel } from '@albumen/ui';
import { Link, useSearchParams } from 'wouter';

import { useMay, useUser } from '../../data/session.ts';
import { counted, duration, money } from '../../format.ts';
import { LoadFailure, Page } from '../../shell/Page.tsx';
import { download } from '../library/index.ts';
import { BudgetList } from './components/BudgetList.tsx';
import { UsageTable } from './components/UsageTable.tsx';
import { useMyBudgets, useUsage, type By } from './hooks/useMoney.ts';
import { barsOf, dayLabel, rangeOf, type Period, type Range } from './periods.ts';
import styles from './UsagePage.module.css';

const PERIODS: { value: Period; label: string }[] = [
  { value: 'week', label: '7 days' },
  { value: 'month', label: 'This month' },
  { value: 'before', label: 'Last month' },
  { value: 'year', label: 'This year' },
];
const GROUPS: { value: By; label: string }[] = [
  { value: 'backend', label: 'By backend' },
  { value: 'door', label: 'By page' },
  { value: 'day', label: 'By day' },
];
const BY_USER: { value: By; label: string } = { value: 'user', label: 'By user' };

/** "12 pictures in 3 min, $0.04 each on average, 1 job failed". */
function aboutAll({ pictures, failed, tookMs, costMicros, currency }: Usage): string {
  const parts = [`${counted(pictures, 'picture')} in ${duration(tookMs)}`];
  if (pictures > 0 && costMicros > 0) parts.push(`${money(costMicros / pictures, currency)} each on average`);
  if (failed > 0) parts.push(`${counted(failed, 'job')} failed`);
  return parts.join(', ');
}

function Total({ range }: { range: Range }) {
  const { data, error, reload } = useUsage(range, 'day');
  if (error && !data) return <LoadFailure error={error} what="The usage" onRetry={() => void reload()} />;
  if (!data) return <Panel className={styles.panel} aria-busy="true"><div className={styles.waitingTotal} /></Panel>;
  const total = money(data.costMicros, data.currency);
  const isFree = data.costMicros === 0;
  const bars = barsOf(range, new Map(data.rows.map(({ name, costMicros, pictures }) => [name, isFree ? pictures : costMicros]))).map(({ label, value }) => ({ label: dayLabel(label), value }));
  const made = counted(data.pictures, 'picture');
  const days = `from ${dayLabel(range.from)} to ${dayLabel(range.to)}`;
  return (
    <Panel className={styles.panel} aria-label="Total">
      <p className={styles.total}>{total}</p>
      <p className={styles.about}>
        {data.jobs === 0 ? 'Nothing was made.' : aboutAll(data)}
      </p>
      <BarChart label={`${isFree ? made : total} ${days}`} bars={bars} format={(value) => (isFree ? counted(value, 'picture') : money(value, data.currency))} />
    </Panel>
  );
}

function Groups({ range, by, onBy }: { range: Range; by: By; onBy(by: By): void }) {
  const isAdmin = useMay('admin');
  const { data, error, reload } = useUsage(range, by);
  return (
    <Panel className={styles.panel} aria-label="Made by">
      <Choice label="Group" isLabelHidden options={isAdmin ? [...GROUPS, BY_USER] : GROUPS} value={by} onChange={onBy} />
      {error && !data ? (
        <LoadFailure error={error} what="What it was spent on" onRetry={() => void reload()} />
      ) : !data ? (
        <div className={styles.waiting} aria-busy="true" />
      ) : data.rows.length > 0 ? (
        <UsageTable usage={data} />
      ) : (
        <EmptyState title="Nothing was made" icon="usage" action={<Link href="/create">Create pictures</Link>}>
          Every picture is counted here, also what costs nothing.
        </EmptyState>
      )}
    </Panel>
  );
}

function Budgets() {
  const user = useUser();
  const isAdmin = useMay('admin');
  const { data, error, reload } = useMyBudgets();
  return (
    <Panel className={styles.panel} aria-label="Budgets">
      <h2>Budgets</h2>
      {error && !data && <LoadFailure error={error} what="Your budgets" onRetry={() => void reload()} />}
      {!data && !error && <div className={styles.waiting} aria-busy="true" />}
      {data?.length === 0 && <p className={styles.about}>Nothing limits what you spend.{isAdmin && <> Limits are set in the <Link href="/settings">settings</Link>.</>}</p>}
      {data && data.length > 0 && <BudgetList budgets={data} userId={user.id} />}
    </Panel>
  );
}

export default function UsagePage() {
  const [params, setParams] = useSearchParams();
  const period = PERIODS.find(({ value }) => value === params.get('period'))?.value ?? 'month';
  const by = [...GROUPS, BY_USER].find(({ value }) => value === params.get('by'))?.value ?? 'backend';
  const isAdmin = useMay('admin');
  const range = rangeOf(period, Date.now());
  const show = (next: { period?: Period; by?: By }) => setParams({ period, by, ...next }, { replace: true });
  return (
    <Page
      title="Usage"
      isWide={false}
      subtitle={isAdmin ? 'What all users have made and spent.' : 'What you have made and spent.'}
      actions={<Button icon="download" onClick={() => void download(`/api/usage.csv?from=${range.from}&to=${range.to}&by=${by}`)}>CSV</Button>}
    >
      <Choice label="Period" isLabelHidden options={PERIODS} value={period} onChange={(next) => show({ period: next })} />
      <div className={styles.columns}>
        <div className={styles.main}>
          <Total range={range} />
          <Groups range={range} by={by} onBy={(next) => show({ by: next })} />
        </div>
        <Budgets />
      </div>
    </Page>
  );
}
