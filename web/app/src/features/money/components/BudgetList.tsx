// Budgets: how far each is used up, and when it begins anew.
import type { Budget } from '@albumen/api';
import { Meter } from '@albumen/ui';
import type { ReactNode } from 'react';

import { money } from '../../../format.ts';
import { renewal } from '../periods.ts';
import styles from './BudgetList.module.css';

export interface BudgetListProps {
  budgets: Budget[];
  /** One's own is "Yours". */
  userId: string;
  /** What can be done with each. */
  actionsOf?: (budget: Budget, name: string) => ReactNode;
}

function nameOf({ scope, userName, period, userId }: Budget, me: string): string {
  const whose = scope === 'total' ? 'All together' : userId === me ? 'Yours' : (userName ?? 'A user');
  return `${whose}, per ${period}`;
}

export function BudgetList({ budgets, userId, actionsOf }: BudgetListProps) {
  return (
    <ul className={styles.list}>
      {budgets.map((budget) => {
        const name = nameOf(budget, userId);
        const { limitMicros, spentMicros, reservedMicros, leftMicros } = budget;
        const text = `${money(spentMicros)} of ${money(limitMicros)} spent`;
        return (
          <li key={budget.id} className={styles.budget}>
            <div className={styles.head}>
              <span className={styles.name}>{name}</span>
              <span className={leftMicros > 0 ? styles.left : styles.gone}>{leftMicros > 0 ? `${money(leftMicros)} left` : 'Used up'}</span>
              {actionsOf?.(budget, name)}
            </div>
            <Meter label={name} value={spentMicros + reservedMicros} max={limitMicros} text={text} />
            <p className={styles.note}>
              {text}{reservedMicros > 0 && `, ${money(reservedMicros)} held back for jobs under way`}. Begins anew {renewal(budget.renewsAt)}.
            </p>
          </li>
        );
      })}
    </ul>
  );
}
