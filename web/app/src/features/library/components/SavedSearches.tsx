// Searches that were kept under a name, and keeping the present one.
import { messageOf, type SavedSearch } from '@albumen/api';
import { Button, classes, IconButton, TextField, toasts, useFocusInRows } from '@albumen/ui';

import { cache } from '../../../data/cache.ts';
import { client } from '../../../data/client.ts';
import { useForm } from '../../../data/form.ts';
import { useSavedSearches } from '../hooks/useFacets.ts';
import type { Search, Sort } from '../hooks/useImages.ts';
import styles from './Facets.module.css';

function Save({ search: { q, sort } }: { search: Search }) {
  const { onSubmit, isBusy, failure } = useForm(async (fields) => {
    await client.call('POST /api/images/searches', { body: { name: String(fields.get('name')), q: q.trim(), sort } });
    await cache.read('searches');
  });
  return (
    <form className={styles.save} onSubmit={onSubmit}>
      <TextField label="Keep this search as" name="name" required maxLength={60} defaultValue={q.trim().slice(0, 60)} error={failure} />
      <Button type="submit" isBusy={isBusy}>Keep</Button>
    </form>
  );
}

export interface SavedSearchesProps {
  search: Search;
  onChange(search: Partial<Search>): void;
  mayChange: boolean;
  isRefused: boolean;
}

export function SavedSearches({ search, onChange, mayChange, isRefused }: SavedSearchesProps) {
  const { items = [] } = useSavedSearches();
  const rows = useFocusInRows<HTMLElement>();
  const isSame = (saved: SavedSearch) => saved.q === search.q.trim() && saved.sort === search.sort;
  const forget = async ({ id, name, q, sort }: SavedSearch) => {
    try {
      await client.call('DELETE /api/images/searches/{id}', { params: { id } });
      const again = async () => {
        await client.call('POST /api/images/searches', { body: { name, q, sort } });
        await cache.read('searches');
      };
      toasts.add(`“${name}” is forgotten.`, { action: { label: 'Undo', isUndo: true, onSelect: () => void again().catch((error: unknown) => void toasts.add(messageOf(error), { tone: 'error' })) } });
    } catch (error) {
      toasts.add(messageOf(error), { tone: 'error' });
    }
    await cache.read('searches');
  };
  const canSave = mayChange && !isRefused && search.q.trim() !== '' && !items.some(isSame);
  if (items.length === 0 && !canSave) return null;
  return (
    <section {...rows} className={styles.group} aria-label="Kept searches">
      {items.length > 0 && <h2 className={styles.title}>Kept searches</h2>}
      <ul>
        {items.map((saved) => (
          <li key={saved.id} className={styles.saved}>
            <button type="button" className={classes(styles.option, isSame(saved) && styles.on)} aria-pressed={isSame(saved)} onClick={() => onChange({ q: saved.q, sort: saved.sort as Sort | null })}>
              <span className={styles.label} title={saved.q}>{saved.name}</span>
            </button>
            {mayChange && <IconButton size="small" icon="close" label={`Forget ${saved.name}`} onClick={() => void forget(saved)} />}
          </li>
        ))}
      </ul>
      {canSave && <Save key={search.q} search={search} />}
    </section>
  );
}
