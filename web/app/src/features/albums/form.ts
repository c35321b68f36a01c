// What stands in the form of a new album, and what the server is asked for with it.
import type { AlbumNew } from '@albumen/api';

import { isWhole, type ShotDraft } from './components/ShotsEditor.tsx';

export type Kind = 'session' | 'manual';

/** Shots of one's own instead of a set. */
export const OWN = 'own';

export interface Form {
  kind: Kind;
  name: string;
  subjectDesc: string;
  set: string;
  shots: ShotDraft[];
  style: string;
  /** Empty: the first one configured. */
  backend: string;
  isPublic: boolean;
}

export const EMPTY: Form = { kind: 'session', name: '', subjectDesc: '', set: 'portrait', shots: [{ label: '', direction: '' }], style: '', backend: '', isPublic: false };

export function albumOf(form: Form): AlbumNew {
  const common = { name: form.name.trim(), isPublic: form.isPublic };
  if (form.kind === 'manual') return common;
  const style = form.style.trim();
  return {
    ...common,
    subjectDesc: form.subjectDesc.trim(),
    ...(style ? { style } : {}),
    ...(form.backend ? { backend: form.backend } : {}),
    ...(form.set === OWN ? { shots: form.shots.filter(isWhole) } : { templateSet: form.set }),
  };
}

/** Whether something would be lost with it. */
export const hasWords = ({ name, subjectDesc, style, shots }: Form): boolean =>
  [name, subjectDesc, style, ...shots.flatMap(({ label, direction }) => [label, direction])].some((words) => words.trim() !== '');
