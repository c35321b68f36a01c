// @vitest-environment node
import { expect, test } from 'vitest';

import { withFreshHead, withNextPage, type Pages } from './pages.ts';

const pages = (ids: string, nextCursor: string | null = null): Pages<{ id: string }> => ({ items: [...ids].map((id) => ({ id })), nextCursor });
const show = ({ items, nextCursor }: Pages<{ id: string }>) => `${items.map(({ id }) => id).join('')} ${nextCursor ?? '.'}`;

test('a fresh first page brings news, takes out what is gone, and keeps the pages behind', () => {
  const cases: [string, Pages<{ id: string }> | undefined, Pages<{ id: string }>, string][] = [
    ['nothing yet', undefined, pages('abc', 'x'), 'abc x'],
    ['nothing new', pages('abc', 'x'), pages('abc', 'x'), 'abc x'],
    ['pages behind', pages('abcdef', 'y'), pages('abc', 'x'), 'abcdef y'],
    ['news in front', pages('abcdef', 'y'), pages('Zab', 'w'), 'Zabcdef y'],
    ['one gone', pages('abcdef', 'y'), pages('acd', 'z'), 'acdef y'],
    ['all is new', pages('abcdef', 'y'), pages('XYZ', 'z'), 'XYZ z'],
    ['all is gone', pages('abcdef', 'y'), pages(''), ' .'],
    ['it is all there is', pages('abcdef'), pages('bc'), 'bc .'],
    ['the last of it is the last known', pages('abc', 'x'), pages('Zabc', 'x2'), 'Zabc x2'],
  ];
  for (const [what, before, head, expected] of cases) expect(show(withFreshHead(before, head)), what).toBe(expected);
});

test('a next page follows on, and holds nothing twice', () => {
  expect(show(withNextPage(pages('abc', 'x'), pages('def', 'y')))).toBe('abcdef y');
  expect(show(withNextPage(pages('abc', 'x'), pages('cde')))).toBe('abcde .');
});
