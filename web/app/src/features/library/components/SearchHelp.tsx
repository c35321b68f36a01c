// What can be typed into the search.
import { Button, Dialog } from '@albumen/ui';

import styles from './SearchHelp.module.css';

const WAYS: [string, string][] = [
  ['lighthouse harbour', 'both words: in the prompt, the name, a tag, or an album’s name'],
  ['"beside a harbour"', 'these words next to each other'],
  ['light*', 'a word that begins so'],
  ['-storm', 'without it; works with everything here'],
  ['tag:sea', 'with that tag; tag:"night sky" with spaces'],
  ['album:fleet', 'in that album of yours'],
  ['backend:comfy', 'made by that backend'],
  ['source:uploaded', 'from outside; source:generated the others'],
  ['is:starred', 'favourites'],
  ['rating:4', 'rated 4 or better'],
  ['after:2026-11', 'made that month or later; a day or a year do as well'],
  ['before:2026-11', 'made before that'],
];

export default function SearchHelp({ onTry, onClose }: { onTry(term: string): void; onClose(): void }) {
  return (
    <Dialog isOpen onClose={onClose} title="How to search" size="large" description="All of it has to hold. Press one to try it.">
      <dl className={styles.ways}>
        {WAYS.map(([term, meaning]) => (
          <div key={term} className={styles.way}>
            <dt><Button size="small" onClick={() => onTry(term)}><code>{term}</code></Button></dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
