// The words of a search, its order, and on narrow windows the way to the filters.
import { Button, IconButton, Select, TextField } from '@albumen/ui';
import type { RefObject } from 'react';

import type { Search, Sort } from '../hooks/useImages.ts';
import { useTyped } from '../hooks/useSearch.ts';
import { hasWords } from '../query.ts';
import styles from './SearchBar.module.css';

export interface SearchBarProps {
  search: Search;
  onChange(search: Partial<Search>): void;
  onHelp(): void;
  onFilters(): void;
  fieldRef: RefObject<HTMLInputElement | null>;
  /** What is wrong with the words. */
  error: string | null;
}

const SORTS: [Sort, string][] = [['newest', 'Newest first'], ['oldest', 'Oldest first'], ['rating', 'Best rated first']];

export function SearchBar({ search, onChange, onHelp, onFilters, fieldRef, error }: SearchBarProps) {
  const [typed, setTyped] = useTyped(search.q, (q) => onChange({ q }));
  const isRanked = hasWords(search.q);
  return (
    <div className={styles.bar}>
      <div className={styles.words}>
        <TextField
          ref={fieldRef}
          className={styles.field}
          label="Search pictures"
          isLabelHidden
          type="search"
          placeholder="Search: lighthouse tag:sea is:starred"
          maxLength={1000}
          value={typed}
          error={error}
          onChange={(event) => setTyped(event.target.value)}
        />
        <IconButton icon="info" label="How to search" onClick={onHelp} />
      </div>
      <div className={styles.order}>
        <Button icon="filter" className={styles.filters} onClick={onFilters}>Filters</Button>
        <Select label="Order" isLabelHidden value={search.sort ?? ''} onChange={(event) => onChange({ sort: (event.target.value || null) as Sort | null })}>
          <option value="">{isRanked ? 'Best fit first' : 'Newest first'}</option>
          {SORTS.filter(([sort]) => isRanked || sort !== 'newest').map(([sort, label]) => <option key={sort} value={sort}>{label}</option>)}
        </Select>
      </div>
    </div>
  );
}
