// What was made and spent, and how much may be.
import type { Budget, Usage } from '@albumen/api';

import { client } from '../../../data/client.ts';
import { useQuery, type Query } from '../../../data/hooks.ts';
import type { Range } from '../periods.ts';

export type By = Usage['by'];

export function useUsage({ from, to }: Range, by: By): Query<Usage> {
  return useQuery(`usage${from}/${to}/${by}`, async () => await client.send('GET /api/usage', { query: { from, to, by } }));
}

/** One's own, and those of all together. */
export function useMyBudgets(): Query<Budget[]> {
  return useQuery('budgets/mine', async () => {
    const { answer, eventId } = await client.send('GET /api/budgets/mine');
    return { answer: answer.budgets, eventId };
  });
}
