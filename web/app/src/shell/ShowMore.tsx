// The way to the next page of a list, and why it did not come.
import { Button, useFocusInRows } from '@albumen/ui';

import type { PagesQuery } from '../data/hooks.ts';
import styles from './ShowMore.module.css';

export type MoreOf = Pick<PagesQuery<unknown>, 'hasMore' | 'isLoadingMore' | 'moreError' | 'loadMore'>;

/** Where a list goes on by itself: only that it could not. */
export function MoreFailure({ of: { moreError, isLoadingMore, loadMore }, what }: { of: MoreOf; what: string }) {
  const kept = useFocusInRows<HTMLDivElement>();
  if (!moreError) return null;
  return (
    <div {...kept} className={styles.failure} role="alert">
      <p>More {what} cannot be read: {moreError.message}</p>
      <Button size="small" icon="redo" isBusy={isLoadingMore} onClick={loadMore}>Try again</Button>
    </div>
  );
}

export function ShowMore({ of, what, className }: { of: MoreOf; what: string; className?: string | undefined }) {
  if (!of.hasMore) return null;
  if (of.moreError) return <MoreFailure of={of} what={what} />;
  return <Button className={className} isBusy={of.isLoadingMore} onClick={of.loadMore}>Show more</Button>;
}
