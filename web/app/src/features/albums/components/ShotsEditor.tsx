// A list of shots to be: what each is called, and what the photographer is told.
import { Button, IconButton, TextField } from '@albumen/ui';

import styles from './ShotsEditor.module.css';

export interface ShotDraft {
  label: string;
  direction: string;
}

export const isWhole = ({ label, direction }: ShotDraft): boolean => label.trim() !== '' && direction.trim() !== '';

export function ShotsEditor({ shots, onChange }: { shots: ShotDraft[]; onChange(shots: ShotDraft[]): void }) {
  const change = (index: number, part: Partial<ShotDraft>) => onChange(shots.map((shot, i) => (i === index ? { ...shot, ...part } : shot)));
  return (
    <div className={styles.editor}>
      <ol className={styles.list}>
        {shots.map((shot, index) => (
          // A row has no name of its own: its place is what it is.
          <li key={index} className={styles.row}>
            <TextField label={`Shot ${index + 1}`} isLabelHidden placeholder="Headshot" maxLength={100} value={shot.label} onChange={(event) => change(index, { label: event.target.value })} />
            <TextField label={`Direction of shot ${index + 1}`} isLabelHidden placeholder="close-up, direct eye contact, studio light" maxLength={2000} value={shot.direction} onChange={(event) => change(index, { direction: event.target.value })} />
            <IconButton icon="trash" label={`Remove shot ${index + 1}`} onClick={() => onChange(shots.filter((_, i) => i !== index))} />
          </li>
        ))}
      </ol>
      <div><Button size="small" icon="plus" onClick={() => onChange([...shots, { label: '', direction: '' }])}>Add a shot</Button></div>
    </div>
  );
}
