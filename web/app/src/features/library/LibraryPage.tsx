// All pictures of a user.
import { Button, DropArea, EmptyState } from '@albumen/ui';
import { useState } from 'react';
import { Link, useLocation } from 'wouter';

import { useMay } from '../../data/session.ts';
import { LoadFailure, Page } from '../../shell/Page.tsx';
import { useShortcut } from '../../shell/shortcuts.ts';
import { reuse } from '../create/index.ts';
import { ImageGrid } from './components/ImageGrid.tsx';
import { ImageViewer, PICTURES, upload, useImages } from './index.ts';
import styles from './LibraryPage.module.css';

function Library({ onUpload }: { onUpload: (() => void) | null }) {
  const query = useImages();
  const [, navigate] = useLocation();
  const [shownId, setShownId] = useState<string | null>(null);
  const items = query.items ?? [];
  const shown = items.findIndex(({ id }) => id === shownId);
  useShortcut('u', 'Upload pictures', 'Library', () => onUpload?.());
  const show = (index: number) => {
    setShownId(items[index]?.id ?? null);
    if (index > items.length - 10) query.loadMore();
  };
  return (
    <Page title="Library" isFilling subtitle="Every picture you made, newest first." actions={onUpload && <Button icon="plus" onClick={onUpload}>Upload</Button>}>
      {query.error && !query.items ? (
        <LoadFailure error={query.error} what="Your library" onRetry={() => void query.reload()} />
      ) : query.items?.length === 0 ? (
        <EmptyState title="No pictures yet" action={onUpload && <Link href="/create">Create the first</Link>}>
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
          onReuse={onUpload ? (image) => void reuse(image).then(() => navigate('/create')) : undefined}
        />
      )}
    </Page>
  );
}

export default function LibraryPage() {
  const mayAdd = useMay('member');
  if (!mayAdd) return <Library onUpload={null} />;
  return (
    <DropArea label="Drop pictures into your library" accept={PICTURES} onFiles={(files) => void upload(files)} className={styles.area}>
      {(choose) => <Library onUpload={choose} />}
    </DropArea>
  );
}
