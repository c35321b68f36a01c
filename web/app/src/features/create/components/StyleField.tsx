// A style: one that the backend knows, one that the server puts in words for it, or words of one's own.
import type { Backend } from '@albumen/api';
import { Select, TextField } from '@albumen/ui';

import { useStyles } from '../hooks/useBackends.ts';
import { useCreate } from '../store.ts';

export function StyleField({ chosen, error }: { chosen: Backend | undefined; error: string | null }) {
  const { draft, change } = useCreate();
  const styles = useStyles();
  const known = styles.data?.filter(({ backends, prefix, suffix }) => (chosen && backends.includes(chosen.name)) || prefix || suffix) ?? [];
  const isIgnored = chosen !== undefined && !chosen.honours.includes('style') && known.length === 0;
  const field = {
    label: 'Style',
    value: isIgnored ? '' : draft.style,
    error,
    disabled: isIgnored,
    hint: isIgnored ? `${chosen.name} takes no notice of a style.` : undefined,
  };
  if (known.length === 0) return <TextField {...field} maxLength={100} placeholder="woodcut, watercolour, film…" onChange={(event) => change({ style: event.target.value })} />;
  // What was asked for of another backend stays in sight until something else is chosen.
  const isStranger = draft.style !== '' && !known.some(({ name }) => name === draft.style);
  return (
    <Select {...field} onChange={(event) => change({ style: event.target.value })}>
      <option value="">As the prompt says</option>
      {isStranger && <option value={draft.style}>{draft.style}</option>}
      {known.map(({ name, title }) => <option key={name} value={name}>{title}</option>)}
    </Select>
  );
}
