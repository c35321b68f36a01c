// What is searched for: it stands in the address, so Back, a reload and a link lead to it.
import { useEffect, useState } from 'react';
import { useSearchParams } from 'wouter';

import type { Search, Sort } from './useImages.ts';

const SORTS: readonly string[] = ['relevance', 'newest', 'oldest', 'rating'] satisfies Sort[];

/** While somebody types, nothing is asked. */
const TYPING_MS = 250;

export function useSearch() {
  const [params, setParams] = useSearchParams();
  const sort = params.get('sort');
  const search: Search = { q: params.get('q') ?? '', sort: sort !== null && SORTS.includes(sort) ? (sort as Sort) : null, trash: params.has('trash') };
  const change = (part: Partial<Search>) => {
    const { q, sort, trash } = { ...search, trash: false, ...part };
    setParams({ ...(q && { q }), ...(sort && { sort }), ...(trash && { trash: '1' }) }, { replace: true });
  };
  return { search, change };
}

/** The words as they are typed; `onChange` hears of them when the typing stops. */
export function useTyped(value: string, onChange: (value: string) => void): [string, (value: string) => void] {
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  useEffect(() => {
    if (typed === value) return undefined;
    const timer = setTimeout(() => onChange(typed), TYPING_MS);
    return () => clearTimeout(timer);
  });
  return [typed, setTyped];
}
