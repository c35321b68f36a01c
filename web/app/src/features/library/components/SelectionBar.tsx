// What can be done with the pictures that are chosen.
import { messageOf, type Image } from '@albumen/api';
import { Button, Dialog, IconButton, TextField, toasts } from '@albumen/ui';
import { useState } from 'react';

import { client } from '../../../data/client.ts';
import { useForm } from '../../../data/form.ts';
import { useAction } from '../../../data/hooks.ts';
import { counted } from '../../../format.ts';
import { changeMany, remove } from '../changes.ts';
import { download } from '../download.ts';
import { AddToAlbum } from './AddToAlbum.tsx';
import { tagsOf } from './TagEditor.tsx';
import styles from './SelectionBar.module.css';

export interface SelectionBarProps {
  chosen: Image[];
  onAll(): void;
  onDone(): void;
}

function TagDialog({ chosen, onClose }: { chosen: Image[]; onClose(): void }) {
  const { onSubmit, isBusy, failure } = useForm(async (fields) => {
    await changeMany(chosen, { addTags: tagsOf(String(fields.get('tags'))) });
    toasts.add(`${counted(chosen.length, 'picture')} tagged.`);
    onClose();
  });
  return (
    <Dialog isOpen onClose={onClose} title={`Tag ${counted(chosen.length, 'picture')}`} actions={<><Button onClick={onClose}>Cancel</Button><Button variant="primary" type="submit" form="tag-many" isBusy={isBusy}>Add tags</Button></>}>
      <form id="tag-many" onSubmit={onSubmit}>
        <TextField label="Tags" name="tags" hint="Several with commas between." required autoFocus error={failure} />
      </form>
    </Dialog>
  );
}

export default function SelectionBar({ chosen, onAll, onDone }: SelectionBarProps) {
  const [open, setOpen] = useState<'tags' | 'album' | null>(null);
  const attempt = (work: () => Promise<void>) => async () => {
    try {
      await work();
    } catch (error) {
      toasts.add(messageOf(error), { tone: 'error' });
    }
  };
  const allStarred = chosen.every(({ starred }) => starred);
  const [star, isStarring] = useAction(attempt(() => changeMany(chosen, { starred: !allStarred })));
  const [zip, isZipping] = useAction(attempt(async () => await download((await client.call('POST /api/images/zip', { body: { imageIds: chosen.map(({ id }) => id), sidecars: true } })).url)));
  const [trash, isTrashing] = useAction(async () => {
    if (await remove(chosen)) onDone();
  });
  const isNone = chosen.length === 0;
  return (
    <section className={styles.bar} aria-label="Chosen pictures">
      <p className={styles.count} role="status">{isTrashing ? 'Deleting the chosen…' : isNone ? 'Press pictures to choose them' : `${chosen.length} chosen`}</p>
      <Button size="small" variant="ghost" onClick={onAll}>All shown</Button>
      <div className={styles.tools}>
        <IconButton icon="star" label={!isNone && allStarred ? 'Take the star from the chosen' : 'Star the chosen'} disabled={isNone} isBusy={isStarring} onClick={() => void star()} />
        <IconButton icon="tag" label="Tag the chosen" disabled={isNone} onClick={() => setOpen('tags')} />
        <IconButton icon="albums" label="Add the chosen to an album" disabled={isNone} onClick={() => setOpen('album')} />
        <IconButton icon="download" label="Download the chosen as a ZIP" disabled={isNone} isBusy={isZipping} onClick={() => void zip()} />
        <IconButton icon="trash" label="Delete the chosen" disabled={isNone && !isTrashing} isBusy={isTrashing} onClick={() => void trash()} />
      </div>
      <Button size="small" onClick={onDone}>Done</Button>
      {open === 'tags' && <TagDialog chosen={chosen} onClose={() => setOpen(null)} />}
      {open === 'album' && <AddToAlbum chosen={chosen} onClose={() => setOpen(null)} />}
    </section>
  );
}
