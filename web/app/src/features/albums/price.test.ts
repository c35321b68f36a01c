// @vitest-environment node
import type { Backend, Quote } from '@albumen/api';
import { expect, test } from 'vitest';

import { backendOf, isFree, noteOn, priceOf, requestOf } from './price.ts';

const quote = (costMicros: number | null, reservedMicros: number | null, leftMicros: number | null = null): Quote =>
  ({ backend: 'b', currency: 'USD', basis: 'per_image', covered: true, costMicros, reservedMicros, leftMicros });

test('the price of so many pictures is told where there is one', () => {
  const cases: [Quote, number, RegExp][] = [
    [quote(0, null), 6, /^$/],
    [quote(40_000, 40_000), 0, /^$/],
    [quote(40_000, 40_000), 1, /^\D*0\.04$/],
    [quote(40_000, 40_000), 6, /^\D*0\.24$/],
    [quote(null, 50_000), 4, /^About \D*0\.20$/],
    [quote(null, null), 4, /^The price is known afterwards$/],
    [quote(0, 40_000), 2, /^Free, or up to \D*0\.08$/],
    [quote(40_000, 40_000, 240_000), 6, /^\D*0\.24$/],
    [quote(40_000, 40_000, 239_999), 6, /^\D*0\.24, more than your budget covers$/],
  ];
  for (const [given, count, words] of cases) expect(priceOf(given, count), `${count} of ${JSON.stringify(given)}`).toMatch(words);
});

test('nothing is paid where the backend and those that stand in are free', () => {
  const backend = (kind: Backend['price']['kind'], ...fallback: string[]) => ({ price: { kind, costMicros: null, estimateMicros: null, currency: null }, fallback });
  expect([isFree(backend('free')), isFree(backend('free', 'fal')), isFree(backend('told'))]).toEqual([true, false, false]);
});

test('an album without a backend has the first, one whose backend is gone has none', () => {
  const [first, second] = ['sketch', 'fal'].map((name) => ({ name }) as Backend);
  const backends = [first!, second!];
  expect([backendOf(backends, null), backendOf(backends, 'fal'), backendOf(backends, 'old'), backendOf(undefined, null)]).toEqual([first, second, undefined, undefined]);
});

test('the quote is for pictures of the album\'s size, by its backend', () => {
  expect(requestOf({ backend: 'fal', width: 512, height: 768 })).toMatchObject({ backend: 'fal', request: { width: 512, height: 768 } });
  expect(requestOf({ backend: null, width: null, height: null })).toEqual({ request: { prompt: 'a picture' } });
});

test('a backend that takes no pictures to go by is told of', () => {
  expect([noteOn({ maxReferences: 4 }), noteOn({ maxReferences: 0 })]).toEqual(['', expect.stringMatching(/takes no pictures to go by/)]);
});
