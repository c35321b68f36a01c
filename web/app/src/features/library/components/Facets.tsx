// What the library can be filtered by, each with how many pictures there are; and the searches that were kept.
import { Button, classes, IconButton } from '@albumen/ui';
import type { ReactNode } from 'react';

import { useMay } from '../../../data/session.ts';
import { useFacets } from '../hooks/useFacets.ts';
import type { Search } from '../hooks/useImages.ts';
import { hasTerms, monthTerms, termOf, toggled } from '../query.ts';
import styles from './Facets.module.css';
import { SavedSearches } from './SavedSearches.tsx';

export interface FacetsProps {
  search: Search;
  onChange(search: Partial<Search>): void;
  /** The server does not understand it: nothing to keep. */
  isRefused?: boolean;
}

interface Option {
  label: string;
  count: number;
  terms: string[];
}

/** So many of a kind are shown; the search finds the others. */
const SHOWN_MAX = 12;

const month = new Intl.DateTimeFormat(undefined, { month: 'long', year: 'numeric', timeZone: 'UTC' });
const SOURCES: Record<string, string> = { generated: 'Generated', uploaded: 'Uploaded' };

function Group({ title, options, search, onChange }: FacetsProps & { title: string; options: Option[] }): ReactNode {
  const shown = options.filter(({ count }) => count > 0).slice(0, SHOWN_MAX);
  if (shown.length === 0) return null;
  return (
    <section className={styles.group} aria-label={title}>
      <h2 className={styles.title}>{title}</h2>
      <ul>
        {shown.map(({ label, count, terms }) => {
          const isOn = !search.trash && hasTerms(search.q, terms);
          return (
            <li key={label}>
              <button type="button" className={classes(styles.option, isOn && styles.on)} aria-pressed={isOn} onClick={() => onChange({ q: toggled(search.q, terms) })}>
                <span className={styles.label}>{label}</span>
                <span className={styles.count}>{count.toLocaleString()}</span>
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

const ratedAtLeast = (ratings: { value: string; count: number }[], least: number) => ratings.reduce((sum, { value, count }) => sum + (Number(value) >= least ? count : 0), 0);

export function Facets({ search, onChange, isRefused = false }: FacetsProps) {
  const { data, error, reload } = useFacets();
  const mayChange = useMay('member');
  if (error && !data) return <p className={styles.note} role="alert">The filters cannot be read. <IconButton size="small" icon="redo" label="Read the filters again" onClick={() => void reload()} /></p>;
  if (!data) return <div className={styles.blank} aria-busy="true" />;
  const of = (field: string, values: { value: string; count: number }[]): Option[] => values.map(({ value, count }) => ({ label: SOURCES[value] ?? value, count, terms: [termOf(field, value)] }));
  const group = (title: string, options: Option[]) => <Group title={title} options={options} search={search} onChange={onChange} />;
  return (
    <div className={styles.facets}>
      <SavedSearches search={search} onChange={onChange} mayChange={mayChange} isRefused={isRefused} />
      {group('Marks', [
        { label: 'Starred', count: data.starred, terms: ['is:starred'] },
        ...[5, 4, 3].map((least) => ({ label: least === 5 ? 'Rated 5' : `Rated ${least} or better`, count: ratedAtLeast(data.ratings, least), terms: [`rating:${least}`] })),
      ])}
      {group('Tags', of('tag', data.tags))}
      {data.backends.length > 1 && group('Backends', of('backend', data.backends))}
      {data.sources.length > 1 && group('Came by', of('source', data.sources))}
      {group('Months', data.months.map(({ value, count }) => ({ label: month.format(new Date(`${value}-01T00:00:00Z`)), count, terms: monthTerms(value) })))}
      {mayChange && (data.trash > 0 || search.trash) && (
        <Button variant="ghost" icon="trash" className={classes(styles.trash, search.trash && styles.on)} aria-pressed={search.trash} onClick={() => onChange({ q: '', sort: null, trash: !search.trash })}>
          Trash ({data.trash.toLocaleString()})
        </Button>
      )}
    </div>
  );
}
