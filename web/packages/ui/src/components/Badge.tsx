// A word about a thing: its state, where it came from.
import type { ReactNode } from 'react';

import { classes } from '../classes.ts';
import styles from './Badge.module.css';

export interface BadgeProps {
  tone?: 'plain' | 'accent' | 'good' | 'danger';
  /** A dot that pulses: it is under way. */
  isLive?: boolean;
  title?: string | undefined;
  children: ReactNode;
}

export function Badge({ tone = 'plain', isLive = false, title, children }: BadgeProps) {
  return (
    <span className={classes(styles.badge, styles[tone])} title={title}>
      {isLive && <span className={styles.dot} aria-hidden="true" />}
      {children}
    </span>
  );
}
