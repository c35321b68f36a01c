// Nothing is here yet, or it cannot be had: what that means, and what to do next.
import type { ReactNode } from 'react';

import { classes } from '../classes.ts';
import styles from './EmptyState.module.css';
import { Icon, type IconName } from './Icon.tsx';

export interface EmptyStateProps {
  title: string;
  children?: ReactNode;
  /** The way on: a button or a link. */
  action?: ReactNode;
  icon?: IconName;
  /** error: something went wrong, and a screen reader says so at once. */
  tone?: 'plain' | 'error';
}

export function EmptyState({ title, children, action, icon = 'library', tone = 'plain' }: EmptyStateProps) {
  return (
    <div className={classes(styles.empty, tone === 'error' && styles.failed)} role={tone === 'error' ? 'alert' : undefined}>
      <div className={styles.mount} aria-hidden="true">
        <i /><i /><i /><i />
        <Icon name={tone === 'error' ? 'alert' : icon} size={28} />
      </div>
      <h2 className={styles.title}>{title}</h2>
      {children && <div className={styles.text}>{children}</div>}
      {action && <div className={styles.action}>{action}</div>}
    </div>
  );
}
