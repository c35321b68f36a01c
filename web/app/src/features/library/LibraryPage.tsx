// All pictures of a user.
import { EmptyState } from '@albumen/ui';
import { useState } from 'react';
import { Link, useLocation } from 'wouter';

import { Page, LoadFailure } from '../../shell/Page.tsx';
import { reuse } from '../create/index.ts';
import { ImageGrid } from './components/ImageGrid.tsx';
import { ImageViewer, useImages } from './index.ts';
import styles from './LibraryPage.module.css';

export default function LibraryPage() {
  const query = useImages();
  const [, navigate] = useLocation();
  const [shownId, setShownId] = useState<string | null>(null);
  const items = query.items ?? [];
  const shown = items.findIndex(({ id }) => id === shownId);
  const show = (index: number) => {
    setShownId(items[index]?.id ?? null);
    if (index > items.length - 10) query.loadMore();
  };
  return (
    <Page title="Library" isFilling subtitle="Every picture you made, newest first.">
      {query.error && !query.items ? (
        <LoadFailure error={query.error} what="Your library" onRetry={() => void query.reload()} />
      ) : query.items?.length === 0 ? (
        <EmptyState title="No pictures yet" action={<Link href="/create">Create the first</Link>}>
          Whatever you generate or upload is kept here, with the recipe that made it.
        </EmptyState>
      ) : (
        <ImageGrid query={query} onPress={show} className={styles.grid} />
      )}
      {shown >= 0 && (
        <ImageViewer
          images={items}
          index={shown}
          onIndexChange={show}
          onClose={() => setShownId(null)}
          onReuse={(image) => void reuse(image).then(() => navigate('/create'))}
        />
      )}
    </Page>
  );
}
