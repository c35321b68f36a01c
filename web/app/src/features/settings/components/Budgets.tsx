// How much users may spend, each and all together.
import { messageOf, type Budget } from '@albumen/api';
import { Button, IconButton, Select, TextField, toasts, useFocusInRows } from '@albumen/ui';

import { cache } from '../../../data/cache.ts';
import { client } from '../../../data/client.ts';
import { useForm } from '../../../data/form.ts';
import { useUser } from '../../../data/session.ts';
import { ShowMore } from '../../../shell/ShowMore.tsx';
import { BudgetList } from '../../money/index.ts';
import { useBudgets, useUsers } from '../hooks/useAccounts.ts';
import { Failure } from './Failure.tsx';
import { Section } from './Section.tsx';
import styles from './Settings.module.css';

const PERIODS: Budget['period'][] = ['day', 'week', 'month'];
/** In dollars, to the cent and below. */
const AMOUNT = '[0-9]+([.][0-9]{1,6})?';

type Wanted = Pick<Budget, 'userId' | 'period' | 'limitMicros'>;

async function setBudget({ userId, period, limitMicros }: Wanted): Promise<void> {
  await client.call('PUT /api/budgets', { body: { ...(userId && { userId }), period, limitMicros } });
  await Promise.all([cache.read('budgets'), cache.read('budgets/mine')]);
}

function NewBudget() {
  const users = useUsers();
  const { onSubmit, isBusy, failure } = useForm(async (fields, form) => {
    const limitMicros = Math.round(Number(fields.get('amount')) * 1_000_000);
    await setBudget({ userId: String(fields.get('user')) || null, period: fields.get('period') as Budget['period'], limitMicros });
    form.reset();
  });
  return (
    <form className={styles.row} onSubmit={onSubmit}>
      <Select className={styles.grow} label="Whose" name="user" defaultValue="">
        <option value="">All together</option>
        {users.items?.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
      </Select>
      <Select label="Per" name="period" defaultValue="month">{PERIODS.map((period) => <option key={period}>{period}</option>)}</Select>
      <TextField className={styles.grow} label="US dollars" name="amount" inputMode="decimal" pattern={AMOUNT} title="As 25 or 0.50" required autoComplete="off" placeholder="25.00" error={failure} />
      <Button type="submit" icon="plus" isBusy={isBusy}>Set budget</Button>
    </form>
  );
}

export function Budgets() {
  const user = useUser();
  const query = useBudgets();
  const { items, error, reload } = query;
  const rows = useFocusInRows<HTMLDivElement>();
  const remove = async (budget: Budget, name: string) => {
    const attempt = async (work: Promise<unknown>) => {
      await work.catch((failure: unknown) => void toasts.add(messageOf(failure), { tone: 'error' }));
      await Promise.all([reload(), cache.read('budgets/mine')]);
    };
    await attempt(
      client.call('DELETE /api/budgets/{id}', { params: { id: budget.id } }).then(() => {
        toasts.add(`The budget is deleted: ${name}.`, { action: { label: 'Undo', isUndo: true, onSelect: () => void attempt(setBudget(budget)) } });
      }),
    );
  };
  return (
    <Section title="Budgets" about="What would go beyond one is refused before it costs anything. Pictures that cost nothing never are. Days are those of UTC, weeks begin on Monday.">
      <NewBudget />
      {error && !items && <Failure what="The budgets" error={error} onRetry={() => void reload()} />}
      {!items && !error && <div className={styles.waiting} aria-busy="true" />}
      {items && (
        <div {...rows}>
          {items.length === 0 && <p className={styles.empty}>No budgets: nothing limits what is spent.</p>}
          {items.length > 0 && (
            <BudgetList budgets={items} userId={user.id} actionsOf={(budget, name) => <IconButton size="small" icon="trash" label={`Delete the budget: ${name}`} onClick={() => void remove(budget, name)} />} />
          )}
        </div>
      )}
      <ShowMore of={query} what="budgets" className={styles.more} />
    </Section>
  );
}
