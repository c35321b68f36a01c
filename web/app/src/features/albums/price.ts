// What an order costs, and what a backend makes of an album.
import type { Album, Backend, Quote } from '@albumen/api';

import { money } from '../../format.ts';

/** The album's own, as long as the server has it; null: the first one. */
export const backendOf = (backends: Backend[] | undefined, name: string | null | undefined): Backend | undefined =>
  name ? backends?.find((backend) => backend.name === name) : backends?.[0];

/** Nothing to pay, whichever backend stands in. */
export const isFree = ({ price, fallback }: Pick<Backend, 'price' | 'fallback'>): boolean => price.kind === 'free' && fallback.length === 0;

/** As many pictures as the quote is for, so often; in words, none where there is nothing to pay. */
export function priceOf({ costMicros, reservedMicros, leftMicros, currency }: Quote, count: number): string {
  const held = reservedMicros === null ? null : reservedMicros * count;
  if (count === 0 || (costMicros === 0 && held === null)) return '';
  const words =
    costMicros === 0 ? `Free, or up to ${money(held!)}` : costMicros !== null ? money(costMicros * count, currency ?? 'USD') : held !== null ? `About ${money(held)}` : 'The price is known afterwards';
  return held !== null && leftMicros !== null && held > leftMicros ? `${words}, more than your budget covers` : words;
}

export const requestOf = ({ backend, width, height }: Pick<Album, 'backend' | 'width' | 'height'>) => ({
  ...(backend && { backend }),
  // The words do not change the price.
  request: { prompt: 'a picture', ...(width && height && { width, height }) },
});

/** What the backend does not do for a session, in words; none where it does all. */
export const noteOn = ({ maxReferences }: Pick<Backend, 'maxReferences'>): string =>
  maxReferences === 0 ? 'This backend takes no pictures to go by: shots are made by their words alone.' : '';
