// What it would cost; and where the budget does not cover it, the ways that are left.
import type { Backend } from '@albumen/api';
import { Button } from '@albumen/ui';
import { Link } from 'wouter';

import { money } from '../../../format.ts';
import { useQuote } from '../hooks/useQuote.ts';
import { affordable, costOf } from '../request.ts';
import { useCreate } from '../store.ts';
import styles from './Cost.module.css';

export function Cost({ chosen, backends }: { chosen: Backend; backends: Backend[] }) {
  const { draft, change } = useCreate();
  const { data: quote } = useQuote(draft, chosen);
  if (!quote || quote.covered) return <p className={styles.cost}>{costOf(chosen, draft.count, quote)}</p>;
  const fewer = affordable(quote, draft.count);
  const free = backends.find(({ name, price }) => name !== chosen.name && price.kind === 'free');
  return (
    <div className={styles.refused} role="alert">
      <p className={styles.title}>Your budget does not cover this</p>
      <p>
        {quote.reservedMicros !== null && `It needs ${money(quote.reservedMicros)}. `}
        {quote.leftMicros !== null && quote.leftMicros > 0 ? `${money(quote.leftMicros)} is left.` : 'Nothing is left.'} <Link href="/usage">See your budget</Link>
      </p>
      <div className={styles.ways}>
        {fewer > 0 && <Button size="small" onClick={() => change({ count: fewer })}>Make {fewer} instead</Button>}
        {free && <Button size="small" onClick={() => change({ backend: free.name })}>Use {free.name}, which is free</Button>}
      </div>
    </div>
  );
}
