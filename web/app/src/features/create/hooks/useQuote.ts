// What the pictures of the form would cost, and whether the budget covers them.
import type { Quote } from '@albumen/api';

import { client } from '../../../data/client.ts';
import { useQuery, type Query } from '../../../data/hooks.ts';
import { sizeFor, type Draft, type Target } from '../request.ts';

export function useQuote({ aspect, count }: Pick<Draft, 'aspect' | 'count'>, target: Target): Query<Quote> {
  // The words do not change the price: the same quote serves all of them.
  const body = { backend: target.name, count, request: { prompt: 'a picture', ...sizeFor(aspect, target) } };
  return useQuery(`quote${JSON.stringify(body)}`, async () => await client.send('POST /api/quote', { body }));
}
