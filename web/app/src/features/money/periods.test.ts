import { expect, test } from 'vitest';

import { barsOf, dayLabel, daysOf, rangeOf, renewal, type Period } from './periods.ts';

const NOW = Date.parse('2026-01-15T23:59:00Z');

test.each<[Period, string, string]>([
  ['week', '2026-01-09', '2026-01-15'],
  ['month', '2026-01-01', '2026-01-15'],
  ['before', '2025-12-01', '2025-12-31'],
  ['year', '2026-01-01', '2026-01-15'],
])('%s goes from %s to %s', (period, from, to) => expect(rangeOf(period, NOW)).toEqual({ from, to }));

test('days come one by one, over the end of a month and a leap day', () => {
  expect(daysOf({ from: '2028-02-28', to: '2028-03-01' })).toEqual(['2028-02-28', '2028-02-29', '2028-03-01']);
});

test('a day without costs is a bar without height, and a year has one for each month', () => {
  const amounts = new Map([['2026-01-02', 5], ['2026-03-01', 7], ['2026-03-31', 1]]);
  expect(barsOf({ from: '2026-01-01', to: '2026-01-03' }, amounts).map(({ value }) => value)).toEqual([0, 5, 0]);
  expect(barsOf({ from: '2026-01-01', to: '2026-03-31' }, amounts)).toEqual([
    { label: '2026-01', value: 5 }, { label: '2026-02', value: 0 }, { label: '2026-03', value: 8 },
  ]);
});

test('days and months read as people write them, whatever the time zone', () => {
  expect([dayLabel('2026-11-01'), dayLabel('2026-11')]).toEqual(['Nov 1, 2026', 'Nov 2026']);
});

test('a budget begins anew in hours when that is soon, else on a day', () => {
  expect([renewal('2026-01-16T00:00:00.000Z', NOW - 3_600_000), renewal('2026-02-01T00:00:00.000Z', NOW)]).toEqual(['in 1 hour', 'on Feb 1, 2026']);
});
