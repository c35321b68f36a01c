// All albums.
import type { AlbumSource } from '@albumen/api';
import { Button, Choice, EmptyState, TextField } from '@albumen/ui';
import { useDeferredValue, useRef, useState } from 'react';
import { useSearchParams } from 'wouter';

import { useMay } from '../../data/session.ts';
import { later } from '../../later.tsx';
import { LoadFailure, Page } from '../../shell/Page.tsx';
import { ShowMore } from '../../shell/ShowMore.tsx';
import { useShortcut } from '../../shell/shortcuts.ts';
import styles from './AlbumsPage.module.css';
import { AlbumCard } from './components/AlbumCard.tsx';
import { SOURCES, useAlbums, type SourceFilter } from './hooks/useAlbums.ts';

const NewAlbum = later(() => import('./components/NewAlbum.tsx'));

const FILTERS: { value: SourceFilter; label: string }[] = [
  { value: 'all', label: 'All' },
  { value: 'session', label: 'Sessions' },
  { value: 'batch_generation', label: 'Runs' },
  { value: 'scrape', label: 'Scraped' },
  { value: 'manual', label: 'Collections' },
];

function Nothing({ isFiltered, onAll, onNew }: { isFiltered: boolean; onAll(): void; onNew: (() => void) | null }) {
  if (isFiltered) return <EmptyState title="No album fits" icon="search" action={<Button onClick={onAll}>Show all albums</Button>}>Try other words, or all kinds of albums.</EmptyState>;
  return (
    <EmptyState title="No albums yet" icon="albums" action={onNew && <Button variant="primary" icon="plus" onClick={onNew}>New album</Button>}>
      An album holds one subject: first the anchor, then shots that look like it. Or pictures that you collect.
    </EmptyState>
  );
}

export default function AlbumsPage() {
  const [search, setSearch] = useSearchParams();
  const source = (search.get('source') ?? 'all') in SOURCES ? (search.get('source') as AlbumSource) : 'all';
  const [words, setWords] = useState('');
  const q = useDeferredValue(words.trim());
  const albums = useAlbums(source, q);
  const [isNewOpen, setNewOpen] = useState(false);
  const mayCreate = useMay('member');
  const field = useRef<HTMLInputElement>(null);
  const isFiltered = source !== 'all' || q !== '';
  const isEmpty = albums.items?.length === 0;
  const showAll = () => {
    setWords('');
    setSearch({}, { replace: true });
  };
  const openNew = mayCreate ? () => setNewOpen(true) : null;
  useShortcut('/', 'Search', 'Albums', () => field.current?.focus());
  useShortcut('n', 'New album', 'Albums', () => openNew?.());
  return (
    <Page title="Albums" actions={openNew && (!isEmpty || isFiltered) && <Button variant="primary" icon="plus" onClick={openNew}>New album</Button>}>
      <div className={styles.filters}>
        <Choice label="Kind" isLabelHidden options={FILTERS} value={source} onChange={(value) => setSearch(value === 'all' ? {} : { source: value }, { replace: true })} />
        <TextField ref={field} className={styles.search} label="Search albums" isLabelHidden type="search" placeholder="Search by name" value={words} onChange={(event) => setWords(event.target.value)} />
      </div>
      {albums.error && !albums.items ? (
        <LoadFailure error={albums.error} what="Your albums" onRetry={() => void albums.reload()} />
      ) : isEmpty ? (
        <Nothing isFiltered={isFiltered} onAll={showAll} onNew={openNew} />
      ) : (
        <ul className={styles.grid} aria-label="Albums" aria-busy={!albums.items}>
          {albums.items ? albums.items.map((album) => <AlbumCard key={album.id} album={album} />) : Array.from({ length: 8 }, (_, i) => <li key={i} className={styles.blank} />)}
        </ul>
      )}
      <ShowMore of={albums} what="albums" className={styles.more} />
      {isNewOpen && <NewAlbum onClose={() => setNewOpen(false)} />}
    </Page>
  );
}
