// A picture on its way: what can be seen of it so far, what is being done, and how far it is.
import type { ReactNode } from 'react';

import { classes } from '../classes.ts';
import styles from './Developing.module.css';
import { Progress } from './Progress.tsx';

export interface DevelopingProps {
  /** What is being made. */
  label: string;
  /** What is being done just now. */
  words?: string | null | undefined;
  /** 0 to 1; without it: that it is under way. */
  progress?: number | null | undefined;
  /** The picture so far. */
  previewUrl?: string | null | undefined;
  /** It lies over another picture. */
  isOver?: boolean | undefined;
  /** What it is to show, or can be done about it. */
  children?: ReactNode;
}

/** Fills what it stands in, which has to be positioned. */
export function Developing({ label, words, progress, previewUrl, isOver, children }: DevelopingProps) {
  return (
    <div className={classes(styles.place, Boolean(previewUrl ?? isOver) && styles.shaded)}>
      {/* Without a key: the one before is shown until the next has come. */}
      {previewUrl ? <img className={styles.preview} src={previewUrl} alt="" draggable={false} /> : <span className={styles.light} aria-hidden="true" />}
      <p className={styles.words}>{words ?? 'Developing…'}</p>
      {children}
      <div className={styles.progress}><Progress label={label} value={progress} /></div>
    </div>
  );
}
