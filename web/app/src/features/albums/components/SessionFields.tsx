// What a new session needs: its subject, its shots, and who makes them.
import { Select, TextArea, TextField } from '@albumen/ui';

import { counted } from '../../../format.ts';
import { chosenOf, useBackends } from '../../create/index.ts';
import { OWN, type Form } from '../form.ts';
import { useTemplateSets } from '../hooks/useAlbums.ts';
import { noteOn } from '../price.ts';
import styles from './NewAlbum.module.css';
import { ShotsEditor } from './ShotsEditor.tsx';

export interface SessionFieldsProps {
  form: Form;
  change(part: Partial<Form>): void;
  errorOf(field: string): string | null;
}

function BackendField({ form, change }: SessionFieldsProps) {
  const { data: backends = [] } = useBackends();
  const chosen = chosenOf(backends, form.backend);
  const note = chosen ? noteOn(chosen) : '';
  if (backends.length < 2) return note && <p className={styles.note}>{note}</p>;
  return (
    <Select label="Backend" value={chosen!.name} hint={note || undefined} title={chosen!.title} onChange={(event) => change({ backend: event.target.value })}>
      {backends.map(({ name, title }) => <option key={name} value={name} title={title}>{name}</option>)}
    </Select>
  );
}

function StyleField({ form, change, errorOf }: SessionFieldsProps) {
  const chosen = chosenOf(useBackends().data, form.backend);
  const hint = chosen && !chosen.honours.includes('style') ? `${chosen.name} knows no styles: only one that the server puts in words has an effect.` : undefined;
  return <TextField label="Style" maxLength={100} placeholder="as the backend likes" hint={hint} value={form.style} error={errorOf('style')} onChange={(event) => change({ style: event.target.value })} />;
}

export function SessionFields(props: SessionFieldsProps) {
  const { form, change, errorOf } = props;
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
      <BackendField {...props} />
      <StyleField {...props} />
    </>
  );
}
