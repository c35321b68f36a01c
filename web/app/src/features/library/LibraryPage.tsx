// All pictures of a user: found, looked at, put in order, thrown away.
import { Button, DropArea, EmptyState } from '@albumen/ui';
import { useEffect, useRef, useState } from 'react';
import { Link, useLocation } from 'wouter';

import { useMay } from '../../data/session.ts';
import { later } from '../../later.tsx';
import { LoadFailure, Page } from '../../shell/Page.tsx';
import { useShortcut } from '../../shell/shortcuts.ts';
import { reuse } from '../create/index.ts';
import { Facets } from './components/Facets.tsx';
import { ImageGrid } from './components/ImageGrid.tsx';
import { SearchBar } from './components/SearchBar.tsx';
import { Trash } from './components/Trash.tsx';
import { useChoice } from './hooks/useChoice.ts';
import { useFound } from './hooks/useFound.ts';
import { useSearch } from './hooks/useSearch.ts';
import { ImageViewer, PICTURES, upload } from './index.ts';
import styles from './LibraryPage.module.css';

const FiltersDialog = later(() => import('./components/FiltersDialog.tsx'));
const SearchHelp = later(() => import('./components/SearchHelp.tsx'));
const SelectionBar = later(() => import('./components/SelectionBar.tsx'));

function Nothing({ isSearch, isRefused, onHelp, onClear, mayAdd }: { isSearch: boolean; isRefused: boolean; onHelp(): void; onClear(): void; mayAdd: boolean }) {
  if (isRefused) return <EmptyState title="This search is not understood" icon="search" action={<><Button onClick={onHelp}>How to search</Button><Button variant="ghost" onClick={onClear}>Show all pictures</Button></>}>What is wrong with it stands below the words.</EmptyState>;
  if (isSearch) return <EmptyState title="No picture fits" icon="search" action={<Button onClick={onClear}>Show all pictures</Button>}>Try fewer words or filters.</EmptyState>;
  return (
    <EmptyState title="No pictures yet" action={mayAdd && <Link href="/create">Create the first</Link>}>
      Whatever you generate or upload is kept here, with the recipe that made it.
    </EmptyState>
  );
}

function Library({ onUpload }: { onUpload: (() => void) | null }) {
  const { search, change } = useSearch();
  const query = useFound(search);
  const [, navigate] = useLocation();
  const [shownId, setShownId] = useState<string | null>(null);
  const [open, setOpen] = useState<'filters' | 'help' | null>(null);
  const items = query.items ?? [];
  const choice = useChoice(items);
  const chooser = useRef<HTMLButtonElement>(null);
  const endChoice = () => {
    choice.end();
    // Unless somebody types elsewhere by now.
    if (!(document.activeElement instanceof HTMLInputElement)) chooser.current?.focus();
  };
  // What is in the trash has buttons of its own.
  useEffect(() => {
    if (search.trash) choice.end();
  }, [search.trash]);
  const field = useRef<HTMLInputElement>(null);
  const shown = items.findIndex(({ id }) => id === shownId);
  useShortcut('u', 'Upload pictures', 'Library', () => onUpload?.());
  useShortcut('/', 'Search', 'Library', () => field.current?.focus());
  useShortcut('v', 'Choose several', 'Library', () => onUpload && !search.trash && choice.toggle());
  const show = (index: number) => {
    setShownId(items[index]?.id ?? null);
    if (index > items.length - 10) query.loadMore();
  };
  const { refusal } = query;
  const isSearch = search.q.trim() !== '';
  const clear = () => change({ q: '', sort: null });
  const actions = onUpload && (
    <>
      {items.length > 0 && !search.trash && <Button ref={chooser} icon="check" aria-pressed={choice.isChoosing} onClick={choice.toggle}>Choose</Button>}
      <Button icon="plus" onClick={onUpload}>Upload</Button>
    </>
  );
  const pictures = () => {
    if (query.error && !query.items && !refusal) return <LoadFailure error={query.error} what="Your library" onRetry={() => void query.reload()} />;
    if (search.trash) return <Trash query={query} />;
    if (refusal || (query.items?.length === 0 && !query.hasMore)) return <Nothing isSearch={isSearch} isRefused={refusal !== null} onHelp={() => setOpen('help')} onClear={clear} mayAdd={onUpload !== null} />;
    // A new list begins at its top.
    return <ImageGrid key={query.by} query={query} onPress={choice.isChoosing ? choice.press : show} {...(choice.isChoosing && { isChosen: choice.has })} className={styles.grid} />;
  };
  return (
    <Page title="Library" isFilling={!search.trash} actions={actions}>
      {search.trash ? (
        <div><Button icon="arrowLeft" onClick={clear}>Back to the pictures</Button></div>
      ) : (
        <SearchBar search={search} onChange={change} onHelp={() => setOpen('help')} onFilters={() => setOpen('filters')} fieldRef={field} error={refusal} />
      )}
      {choice.isChoosing && !search.trash && <SelectionBar chosen={choice.chosen} onAll={choice.all} onDone={endChoice} />}
      <div className={styles.columns}>
        <aside className={styles.facets} aria-label="Filters"><Facets search={search} onChange={change} isRefused={refusal !== null} /></aside>
        <div className={styles.pictures} aria-busy={query.isLoading && !query.items}>{pictures()}</div>
      </div>
      {shown >= 0 && (
        <ImageViewer
          images={items}
          index={shown}
          onIndexChange={show}
          onClose={() => setShownId(null)}
          onReuse={onUpload ? (image) => void reuse(image).then(() => navigate('/create')) : undefined}
        />
      )}
      {open === 'filters' && <FiltersDialog search={search} onChange={change} onClose={() => setOpen(null)} />}
      {open === 'help' && <SearchHelp onTry={(q) => { change({ q }); setOpen(null); }} onClose={() => setOpen(null)} />}
    </Page>
  );
}

export default function LibraryPage() {
  const mayAdd = useMay('member');
  if (!mayAdd) return <Library onUpload={null} />;
  return (
    <DropArea label="Drop pictures into your library" accept={PICTURES} onFiles={(files) => void upload(files)} className={styles.area}>
      {(choose) => <Library onUpload={choose} />}
    </DropArea>
  );
}
