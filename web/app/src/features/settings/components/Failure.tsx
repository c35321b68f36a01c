// A list of the settings that could not be read, and the way on.
import type { ApiError } from '@albumen/api';
import { Button } from '@albumen/ui';

import styles from './Settings.module.css';

export function Failure({ what, error, onRetry }: { what: string; error: ApiError; onRetry(): void }) {
  return (
    <div className={styles.failure} role="alert">
      <p>{what} cannot be read: {error.message}</p>
      <Button size="small" icon="redo" onClick={onRetry}>Try again</Button>
    </div>
  );
}
