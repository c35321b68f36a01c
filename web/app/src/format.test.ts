// @vitest-environment node
import { expect, test } from 'vitest';

import { ago, bytes, counted, duration, shortened } from './format.ts';

test('times are told from now', () => {
  const now = Date.parse('2026-11-21T12:00:00Z');
  const cases: [string, string][] = [
    ['2026-11-21T11:59:30Z', 'just now'],
    ['2026-11-21T11:57:00Z', '3 minutes ago'],
    ['2026-11-20T12:00:00Z', 'yesterday'],
    ['2026-12-21T12:00:00Z', 'next month'],
    ['2024-11-21T12:00:00Z', '2 years ago'],
  ];
  for (const [time, expected] of cases) expect(ago(time, now), time).toBe(expected);
});

test('amounts are told in the unit that fits', () => {
  expect([bytes(999), bytes(1499), bytes(978_769), bytes(2_400_000)]).toEqual(['999 B', '1 kB', '979 kB', '2.4 MB']);
  expect([duration(40), duration(230), duration(12_300), duration(119_000), duration(150_000), duration(9_000_000)]).toEqual(['under 0.1 s', '0.2 s', '12 s', '119 s', '3 min', '2.5 h']);
  expect([counted(0, 'picture'), counted(1, 'picture'), counted(2, 'try', 'tries')]).toEqual(['0 pictures', '1 picture', '2 tries']);
});

test('a long text is cut between words, and says so', () => {
  expect([shortened('short'), shortened('a lighthouse at dusk', 12), shortened('a'.repeat(20), 12)]).toEqual(['short', 'a…', `${'a'.repeat(11)}…`]);
});
