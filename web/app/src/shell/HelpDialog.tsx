// All keys that work here.
import { Dialog } from '@albumen/ui';
import { useStore } from 'zustand';

import styles from './HelpDialog.module.css';
import { shortcuts, type Shortcut } from './shortcuts.ts';

const EVERYWHERE: Shortcut[] = [
  { keys: '← →', label: 'Next and previous picture', group: 'Pictures' },
  { keys: 'c', label: 'Compare with another', group: 'Pictures' },
  { keys: 'z', label: 'Zoom', group: 'Pictures' },
  { keys: 'i', label: 'About it, tags, rating', group: 'Pictures' },
  { keys: 's', label: 'Star', group: 'Pictures' },
  { keys: '1–5', label: 'Rate; the same again takes it back', group: 'Pictures' },
  { keys: 'r', label: 'Make more like it', group: 'Pictures' },
  { keys: 'd', label: 'Download', group: 'Pictures' },
  { keys: 'Del', label: 'Into the trash', group: 'Pictures' },
  { keys: 'u', label: 'Undo that', group: 'Pictures' },
  { keys: 'Esc', label: 'Close', group: 'Pictures' },
  { keys: '↑ ↓ ← →', label: 'Move in a grid', group: 'Pictures' },
];

export default function HelpDialog({ onClose }: { onClose(): void }) {
  const { list } = useStore(shortcuts);
  const byGroup = new Map<string, Map<string, string>>();
  for (const { group, keys, label } of [...list, ...EVERYWHERE]) byGroup.set(group, (byGroup.get(group) ?? new Map()).set(keys, label));
  return (
    <Dialog isOpen onClose={onClose} title="Keys" size="large">
      <div className={styles.groups}>
        {[...byGroup].map(([group, keys]) => (
          <section key={group}>
            <h3 className={styles.group}>{group}</h3>
            <dl className={styles.keys}>
              {[...keys].map(([key, label]) => (
                <div key={key} className={styles.row}>
                  <dt>{key.split(' ').map((part) => <kbd key={part} className={styles.key}>{part}</kbd>)}</dt>
                  <dd>{label}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
