// A new album: a session with its subject and shots, or a collection to be filled by hand.
import { ApiError, messageOf } from '@albumen/api';
import { onceKeys } from '@albumen/realtime';
import { Button, Checkbox, Choice, Dialog, TextField } from '@albumen/ui';
import { useState, type FormEvent } from 'react';
import { useLocation } from 'wouter';

import { cache } from '../../../data/cache.ts';
import { client } from '../../../data/client.ts';
import { useAction } from '../../../data/hooks.ts';
import { albumOf, EMPTY, hasWords, OWN, type Form, type Kind } from '../form.ts';
import styles from './NewAlbum.module.css';
import { SessionFields } from './SessionFields.tsx';
import { isWhole } from './ShotsEditor.tsx';

const KINDS: { value: Kind; label: string }[] = [
  { value: 'session', label: 'Photo session' },
  { value: 'manual', label: 'Collection' },
];
const FIELDS = ['name', 'subjectDesc', 'templateSet', 'style'];

export default function NewAlbum({ onClose }: { onClose(): void }) {
  const [form, setForm] = useState(EMPTY);
  const [failure, setFailure] = useState<unknown>(null);
  const [once] = useState(onceKeys);
  const [, navigate] = useLocation();
  const change = (part: Partial<Form>) => setForm((before) => ({ ...before, ...part }));
  const field = failure instanceof ApiError ? (failure.field?.split('.')[0] ?? null) : null;
  const errorOf = (name: string) => (field === name ? messageOf(failure) : null);
  const known = FIELDS.includes(field ?? '');
  const [create, isBusy] = useAction(async () => {
    setFailure(null);
    try {
      const body = albumOf(form);
      const album = await once.send(body, (idempotencyKey) => client.call('POST /api/albums', { body, idempotencyKey }));
      cache.invalidate('albums');
      navigate(`/albums/${album.id}`);
    } catch (error) {
      setFailure(error);
    }
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void create();
  };
  const lacksShots = form.kind === 'session' && form.set === OWN && !form.shots.some(isWhole);
  const actions = (
    <>
      <Button onClick={onClose}>Cancel</Button>
      <Button type="submit" form="new-album" variant="primary" isBusy={isBusy} disabled={lacksShots}>Create album</Button>
    </>
  );
  return (
    <Dialog isOpen onClose={onClose} isDirty={hasWords(form)} title="New album" size="large" actions={actions}>
      <form id="new-album" className={styles.form} onSubmit={submit}>
        <Choice label="Kind" isLabelHidden options={KINDS} value={form.kind} onChange={(kind) => change({ kind })} hint={form.kind === 'session' ? 'One subject, one anchor picture, and shots that look like it.' : 'Pictures of your library, chosen and ordered by you.'} />
        <TextField label="Name" required maxLength={200} placeholder={form.kind === 'session' ? 'Jordan Headshots' : 'Best of autumn'} value={form.name} error={errorOf('name')} onChange={(event) => change({ name: event.target.value })} />
        {form.kind === 'session' && <SessionFields form={form} change={change} errorOf={errorOf} />}
        <Checkbox label="Public" hint="Every user of this server may look at it." checked={form.isPublic} onChange={(isPublic) => change({ isPublic })} />
        {failure !== null && !known && <p role="alert" className={styles.failure}>{messageOf(failure)}</p>}
      </form>
    </Dialog>
  );
}
