// A page's frame: its title, what can be done, and its content.
import { EmptyState, Button, classes } from '@albumen/ui';
import type { ApiError } from '@albumen/api';
import { useEffect, type ReactNode } from 'react';

import styles from './Page.module.css';

export interface PageProps {
  title: string;
  /** Above the title: where it leads back to. */
  back?: ReactNode;
  subtitle?: ReactNode;
  actions?: ReactNode;
  /** The content scrolls itself, and fills the window. */
  isFilling?: boolean;
  isWide?: boolean;
  children: ReactNode;
}

export function Page({ title, back, subtitle, actions, isFilling = false, isWide = true, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Albumen`;
  }, [title]);
  return (
    <div className={classes(styles.page, isFilling && styles.filling, !isWide && styles.narrow)}>
      <header className={styles.head}>
        <div className={styles.titles}>
          {back}
          <h1>{title}</h1>
          {subtitle && <div className={styles.subtitle}>{subtitle}</div>}
        </div>
        {actions && <div className={styles.actions}>{actions}</div>}
      </header>
      {children}
    </div>
  );
}

/** Data that could not be read, and the way on. */
export function LoadFailure({ error, onRetry, what }: { error: ApiError; onRetry: () => void; what: string }) {
  return (
    <EmptyState tone="error" title={error.isOffline ? 'The server does not answer' : `${what} cannot be read`} action={<Button icon="redo" onClick={onRetry}>Try again</Button>}>
      {error.isOffline ? 'It is asked again by itself as soon as it is back.' : error.message}
    </EmptyState>
  );
}
