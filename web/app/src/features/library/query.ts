// The search as text, and the terms that filters put into it or take out of it.

const TERM = /-?(?:[a-z]+:)?"[^"]*"?|\S+/g;

export const termsOf = (q: string): string[] => q.match(TERM) ?? [];

/** `tag:"night sky"`: as one would type it. */
export const termOf = (field: string, value: string): string => `${field}:${/\s/.test(value) ? `"${value.replaceAll('"', '')}"` : value}`;

export const hasTerms = (q: string, terms: string[]): boolean => {
  const known = new Set(termsOf(q));
  return terms.every((term) => known.has(term));
};

const fieldOf = (term: string): string => /^-?([a-z]+):/.exec(term)?.[1] ?? '';

/** Fields of which a picture has one value: another term takes the place of the one before. */
const SINGLE = new Set(['backend', 'source', 'rating', 'after', 'before']);

/** With the terms, or without them where they were. */
export function toggled(q: string, terms: string[]): string {
  const before = termsOf(q);
  if (hasTerms(q, terms)) return before.filter((term) => !terms.includes(term)).join(' ');
  const replaced = new Set(terms.map(fieldOf).filter((field) => SINGLE.has(field)));
  return [...before.filter((term) => !replaced.has(fieldOf(term))), ...terms].join(' ');
}

/** A month as 2026-11, from its first day to the one that follows it. */
export function monthTerms(month: string): string[] {
  const [year = 0, number = 1] = month.split('-').map(Number);
  const next = number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, '0')}`;
  return [termOf('after', month), termOf('before', next)];
}

/** Words are ranked by how well they fit; fields alone have no rank. */
export const hasWords = (q: string): boolean => termsOf(q).some((term) => fieldOf(term) === '' && !term.startsWith('-'));
