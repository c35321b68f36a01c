// Name, words and visibility of an album.
import { messageOf, type Album } from '@albumen/api';
import { Button, Checkbox, Dialog, TextArea, TextField } from '@albumen/ui';
import { useState, type FormEvent } from 'react';

import { cache } from '../../../data/cache.ts';
import { client } from '../../../data/client.ts';
import { useAction } from '../../../data/hooks.ts';
import styles from './NewAlbum.module.css';

export interface EditAlbumProps {
  album: Album;
  onChanged(): Promise<void>;
  onClose(): void;
}

export function EditAlbum({ album, onChanged, onClose }: EditAlbumProps) {
  const [name, setName] = useState(album.name);
  const [description, setDescription] = useState(album.description ?? '');
  const [subjectDesc, setSubject] = useState(album.subjectDesc ?? '');
  const [isPublic, setPublic] = useState(album.isPublic);
  const [failure, setFailure] = useState<string | null>(null);
  const hasSubject = album.subjectDesc !== null;
  const canChangeSubject = hasSubject && album.anchorUrl === null && album.anchorJobId === null;
  const [save, isBusy] = useAction(async () => {
    setFailure(null);
    try {
      const body = { name: name.trim(), description: description.trim(), isPublic, ...(canChangeSubject ? { subjectDesc: subjectDesc.trim() } : {}) };
      await client.call('PATCH /api/albums/{id}', { params: { id: album.id }, body });
      cache.invalidate('albums');
      await onChanged();
      onClose();
    } catch (error) {
      setFailure(messageOf(error));
    }
  });
  const isDirty = name !== album.name || description !== (album.description ?? '') || subjectDesc !== (album.subjectDesc ?? '');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void save();
  };
  const actions = (
    <>
      <Button onClick={onClose}>Cancel</Button>
      <Button type="submit" form="edit-album" variant="primary" isBusy={isBusy}>Save</Button>
    </>
  );
  return (
    <Dialog isOpen onClose={onClose} isDirty={isDirty} title="Edit album" actions={actions}>
      <form id="edit-album" className={styles.form} onSubmit={submit}>
        <TextField label="Name" required maxLength={200} value={name} onChange={(event) => setName(event.target.value)} />
        {hasSubject && <TextArea label="Subject" required rows={3} maxLength={2000} value={subjectDesc} disabled={!canChangeSubject} hint={canChangeSubject ? undefined : 'The anchor was made from it, so it stays.'} onChange={(event) => setSubject(event.target.value)} />}
        <TextArea label="Description" rows={2} maxLength={2000} value={description} onChange={(event) => setDescription(event.target.value)} />
        <Checkbox label="Public" hint="Every user of this server may look at it." checked={isPublic} onChange={setPublic} />
        {failure && <p role="alert" className={styles.failure}>{failure}</p>}
      </form>
    </Dialog>
  );
}
