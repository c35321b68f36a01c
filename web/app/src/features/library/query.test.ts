import { describe, expect, test } from 'vitest';

import { hasTerms, hasWords, monthTerms, termOf, termsOf, toggled } from './query.ts';

describe('a search', () => {
  test.each([
    ['', []],
    ['  two   words ', ['two', 'words']],
    ['"beside a harbour" -storm', ['"beside a harbour"', '-storm']],
    ['tag:"night sky" -tag:sea light*', ['tag:"night sky"', '-tag:sea', 'light*']],
    ['"not closed', ['"not closed']],
    ['https://example.org', ['https://example.org']],
  ])('%j has the terms %j', (q, terms) => expect(termsOf(q)).toEqual(terms));

  test.each([
    ['', ['is:starred'], 'is:starred'],
    ['lighthouse is:starred', ['is:starred'], 'lighthouse'],
    ['tag:sea', ['tag:"night sky"'], 'tag:sea tag:"night sky"'],
    ['a backend:comfy b', ['backend:sketch'], 'a b backend:sketch'],
    ['rating:4', ['rating:5'], 'rating:5'],
    ['after:2026-10 before:2026-11 kite', monthTerms('2026-12'), 'kite after:2026-12 before:2027-01'],
    ['kite after:2026-12 before:2027-01', monthTerms('2026-12'), 'kite'],
  ])('%j toggled by %j is %j', (q, terms, expected) => expect(toggled(q, terms)).toBe(expected));

  test('quotes a value with spaces, and never more than once', () => {
    expect(termOf('tag', 'sea')).toBe('tag:sea');
    expect(termOf('tag', 'the "night" sky')).toBe('tag:"the night sky"');
  });

  test('has words to rank by, or none', () => {
    expect(['lighthouse', '"a storm" tag:sea', 'tag:sea', '-storm is:starred', ''].map(hasWords)).toEqual([true, true, false, false, false]);
  });

  test('has a term only as a whole', () => expect([hasTerms('tag:seaside', ['tag:sea']), hasTerms('x tag:sea', ['tag:sea'])]).toEqual([false, true]));
});
