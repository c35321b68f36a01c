// The tags of a picture: each is taken away by its cross, new ones are typed.
import type { Image } from '@albumen/api';
import { IconButton, TextField } from '@albumen/ui';
import type { FormEvent } from 'react';

import { change } from '../changes.ts';
import { useFacets } from '../hooks/useFacets.ts';
import styles from './TagEditor.module.css';

/** "sea, night sky" as two tags. */
export const tagsOf = (text: string): string[] => [...new Set(text.split(',').map((tag) => tag.trim()).filter(Boolean))];

export function TagEditor({ image, mayChange }: { image: Image; mayChange: boolean }) {
  const { data: facets } = useFacets();
  const setTags = (tags: string[]) => void change(image, { tags });
  const onSubmit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const added = tagsOf(String(new FormData(form).get('tag'))).filter((tag) => !image.tags.includes(tag));
    if (added.length > 0) setTags([...image.tags, ...added]);
    form.reset();
  };
  const known = facets?.tags.filter(({ value }) => !image.tags.includes(value)) ?? [];
  if (!mayChange && image.tags.length === 0) return null;
  return (
    <div className={styles.editor}>
      {image.tags.length > 0 && (
        <ul className={styles.tags} aria-label="Tags">
          {image.tags.map((tag) => (
            <li key={tag} className={styles.tag}>
              <span>{tag}</span>
              {mayChange && <IconButton size="small" icon="close" label={`Remove the tag ${tag}`} onClick={() => setTags(image.tags.filter((other) => other !== tag))} />}
            </li>
          ))}
        </ul>
      )}
      {mayChange && (
        <form onSubmit={onSubmit}>
          <TextField label="Add a tag" isLabelHidden name="tag" placeholder="Add a tag, then Enter" maxLength={200} autoComplete="off" list="known-tags" />
          <datalist id="known-tags">{known.map(({ value }) => <option key={value} value={value} />)}</datalist>
        </form>
      )}
    </div>
  );
}
