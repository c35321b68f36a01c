// A part of the settings: what it is about at one side, its controls at the other.
import { Panel } from '@albumen/ui';
import { useId, type ReactNode } from 'react';

import styles from './Section.module.css';

export function Section({ title, about, children }: { title: string; about: ReactNode; children: ReactNode }) {
  const id = useId();
  return (
    <Panel className={styles.section} aria-labelledby={id}>
      <div>
        <h2 id={id}>{title}</h2>
        <div className={styles.about}>{about}</div>
      </div>
      <div className={styles.content}>{children}</div>
    </Panel>
  );
}
