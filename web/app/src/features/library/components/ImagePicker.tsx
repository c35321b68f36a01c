// Choosing pictures out of the library.
import { messageOf, type Image } from '@albumen/api';
import { Button, Dialog, EmptyState, TextField } from '@albumen/ui';
import { useState } from 'react';

import { useAction } from '../../../data/hooks.ts';
import { counted } from '../../../format.ts';
import { LoadFailure } from '../../../shell/Page.tsx';
import { useFound } from '../hooks/useFound.ts';
import { ALL } from '../hooks/useImages.ts';
import { useTyped } from '../hooks/useSearch.ts';
import { ImageGrid } from './ImageGrid.tsx';
import styles from './ImagePicker.module.css';

export interface ImagePickerProps {
  title: string;
  /** One picture, or as many as one likes. */
  isSingle?: boolean;
  onPick(images: Image[]): Promise<void>;
  onClose(): void;
}

export default function ImagePicker({ title, isSingle = false, onPick, onClose }: ImagePickerProps) {
  const [q, setQ] = useState('');
  const [typed, setTyped] = useTyped(q, setQ);
  const query = useFound({ ...ALL, q });
  const isSearch = q.trim() !== '';
  const [chosen, setChosen] = useState<Image[]>([]);
  const [failure, setFailure] = useState<string | null>(null);
  const [pick, isBusy] = useAction(async () => {
    setFailure(null);
    await onPick(chosen).then(onClose, (error: unknown) => setFailure(messageOf(error)));
  });
  const press = (index: number) => {
    const image = query.items?.[index];
    if (!image) return;
    const rest = chosen.filter(({ id }) => id !== image.id);
    setChosen(rest.length < chosen.length ? rest : [...(isSingle ? [] : chosen), image]);
  };
  const label = isSingle ? 'Use this picture' : chosen.length > 0 ? `Add ${counted(chosen.length, 'picture')}` : 'Add pictures';
  const actions = (
    <>
      <Button onClick={onClose}>Cancel</Button>
      <Button variant="primary" disabled={chosen.length === 0} isBusy={isBusy} onClick={() => void pick()}>{label}</Button>
    </>
  );
  return (
    <Dialog isOpen onClose={onClose} title={title} size="large" actions={actions}>
      <TextField label="Search pictures" isLabelHidden type="search" placeholder="Search: lighthouse tag:sea is:starred" maxLength={1000} value={typed} error={query.refusal} onChange={(event) => setTyped(event.target.value)} />
      {query.error && !query.items && !query.refusal ? (
        <LoadFailure error={query.error} what="Your library" onRetry={() => void query.reload()} />
      ) : query.refusal || (query.items?.length === 0 && !query.hasMore) ? (
        <div className={styles.grid}><EmptyState title={query.refusal ? 'This search is not understood' : isSearch ? 'No picture fits' : 'No pictures yet'}>{!isSearch && 'What you create is kept in your library.'}</EmptyState></div>
      ) : (
        <ImageGrid key={query.by} query={query} onPress={press} isChosen={({ id }) => chosen.some((image) => image.id === id)} className={styles.grid} />
      )}
      {failure && <p role="alert" className={styles.failure}>{failure}</p>}
    </Dialog>
  );
}
