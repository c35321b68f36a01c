// What pictures have cost, and how much may still be spent.
import { BarChart, Button, Choice, EmptyState, Panel } from '@albumen/ui';
import { Link, useSearchParams } from 'wouter';

import { useMay, useUser } from '../../data/session.ts';
import { counted, money } from '../../format.ts';
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

function Total({ range }: { range: Range }) {
  const { data, error, reload } = useUsage(range, 'day');
  if (error && !data) return <LoadFailure error={error} what="The usage" onRetry={() => void reload()} />;
  if (!data) return <Panel className={styles.panel} aria-busy="true"><div className={styles.waiting} /></Panel>;
  const total = money(data.costMicros, data.currency);
  const bars = barsOf(range, new Map(data.rows.map(({ name, costMicros }) => [name, costMicros]))).map(({ label, value }) => ({ label: dayLabel(label), value }));
  return (
    <Panel className={styles.panel} aria-label="Total">
      <p className={styles.total}>{total}</p>
      <p className={styles.about}>
        {data.pictures > 0 ? `${counted(data.pictures, 'picture')}, ${money(data.costMicros / data.pictures, data.currency)} each on average` : 'Nothing was paid for.'}
      </p>
      {data.costMicros > 0 && <BarChart label={`${total} from ${dayLabel(range.from)} to ${dayLabel(range.to)}`} bars={bars} format={(micros) => money(micros, data.currency)} />}
    </Panel>
  );
}

function Groups({ range, by, onBy }: { range: Range; by: By; onBy(by: By): void }) {
  const isAdmin = useMay('admin');
  const { data } = useUsage(range, by);
  return (
    <Panel className={styles.panel} aria-label="Spent on">
      <Choice label="Group" isLabelHidden options={isAdmin ? [...GROUPS, BY_USER] : GROUPS} value={by} onChange={onBy} />
      {!data ? (
        <div className={styles.waiting} aria-busy="true" />
      ) : data.rows.length > 0 ? (
        <UsageTable usage={data} />
      ) : (
        <EmptyState title="Nothing was paid for" icon="usage" action={<Link href="/create">Create pictures</Link>}>
          What costs nothing, as the built-in renderer and machines of your own, is not counted.
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
      subtitle={isAdmin ? 'What all users have spent.' : 'What you have spent.'}
      actions={<Button icon="download" onClick={() => download(`/api/usage.csv?from=${range.from}&to=${range.to}&by=${by}`)}>CSV</Button>}
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
