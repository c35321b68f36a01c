// A new album: a session with its subject and shots, or a collection to be filled by hand.
import { ApiError, messageOf, type AlbumNew } from '@albumen/api';
import { Button, Checkbox, Choice, Dialog, Select, TextArea, TextField } from '@albumen/ui';
import { useState, type FormEvent } from 'react';
import { useLocation } from 'wouter';

import { cache } from '../../../data/cache.ts';
import { client } from '../../../data/client.ts';
import { useAction } from '../../../data/hooks.ts';
import { counted } from '../../../format.ts';
import { useTemplateSets } from '../hooks/useAlbums.ts';
import { isWhole, ShotsEditor, type ShotDraft } from './ShotsEditor.tsx';
import styles from './NewAlbum.module.css';

type Kind = 'session' | 'manual';
const KINDS: { value: Kind; label: string }[] = [
  { value: 'session', label: 'Photo session' },
  { value: 'manual', label: 'Collection' },
];
const OWN = 'own';

interface Form {
  kind: Kind;
  name: string;
  subjectDesc: string;
  set: string;
  shots: ShotDraft[];
  style: string;
  isPublic: boolean;
}

const EMPTY: Form = { kind: 'session', name: '', subjectDesc: '', set: 'portrait', shots: [{ label: '', direction: '' }], style: '', isPublic: false };

export function albumOf(form: Form): AlbumNew {
  const common = { name: form.name.trim(), isPublic: form.isPublic };
  if (form.kind === 'manual') return common;
  const style = form.style.trim();
  return {
    ...common,
    subjectDesc: form.subjectDesc.trim(),
    ...(style ? { style } : {}),
    ...(form.set === OWN ? { shots: form.shots.filter(isWhole) } : { templateSet: form.set }),
  };
}

function SessionFields({ form, change, errorOf }: { form: Form; change(part: Partial<Form>): void; errorOf(field: string): string | null }) {
  const sets = useTemplateSets();
  const shown = sets.data?.find(({ name }) => name === form.set);
  return (
    <>
      <TextArea label="Subject" required rows={3} maxLength={2000} placeholder="Professional woman, dark curly hair, early 30s, warm smile" hint="Who or what is photographed. Every shot begins with it." value={form.subjectDesc} error={errorOf('subjectDesc')} onChange={(event) => change({ subjectDesc: event.target.value })} />
      <Select label="Shots" value={form.set} error={errorOf('templateSet')} onChange={(event) => change({ set: event.target.value })}>
        {sets.data?.map(({ name, title, shots }) => <option key={name} value={name}>{title}, {counted(shots.length, 'shot')}</option>)}
        <option value={OWN}>My own</option>
      </Select>
      {form.set === OWN ? <ShotsEditor shots={form.shots} onChange={(shots) => change({ shots })} /> : <p className={styles.preview}>{shown?.shots.map(({ label }) => label).join(' · ') ?? ' '}</p>}
      <TextField label="Style" maxLength={100} placeholder="as the backend likes" value={form.style} error={errorOf('style')} onChange={(event) => change({ style: event.target.value })} />
    </>
  );
}

export default function NewAlbum({ onClose }: { onClose(): void }) {
  const [form, setForm] = useState(EMPTY);
  const [failure, setFailure] = useState<unknown>(null);
  const [, navigate] = useLocation();
  const change = (part: Partial<Form>) => setForm((before) => ({ ...before, ...part }));
  const field = failure instanceof ApiError ? (failure.field?.split('.')[0] ?? null) : null;
  const errorOf = (name: string) => (field === name ? messageOf(failure) : null);
  const known = ['name', 'subjectDesc', 'templateSet', 'style'].includes(field ?? '');
  const [create, isBusy] = useAction(async () => {
    setFailure(null);
    try {
      const album = await client.call('POST /api/albums', { body: albumOf(form) });
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
    <Dialog isOpen onClose={onClose} title="New album" size="large" actions={actions}>
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
