// Making pictures: the request at one side, what came of it at the other.
import { Button, EmptyState, useFocusInRows } from '@albumen/ui';
import { useRef, useState } from 'react';

import { useMay } from '../../data/session.ts';
import { LoadFailure, Page } from '../../shell/Page.tsx';
import { useShortcut } from '../../shell/shortcuts.ts';
import { ImageViewer } from '../library/index.ts';
import { FeedGrid } from './components/FeedGrid.tsx';
import { PromptForm } from './components/PromptForm.tsx';
import styles from './CreatePage.module.css';
import { chosenOf, useBackends } from './hooks/useBackends.ts';
import { useFeed } from './hooks/useFeed.ts';
import { useGenerate } from './hooks/useGenerate.ts';
import { reuse } from './index.ts';
import { useCreate } from './store.ts';

const EXAMPLE = 'A lighthouse at dusk, long exposure, calm sea, a single lit window';

function Request({ onSent }: { onSent(): void }) {
  const backends = useBackends();
  const wanted = useCreate((state) => state.draft.backend);
  const chosen = chosenOf(backends.data, wanted);
  const generation = useGenerate(chosen, onSent);
  const prompt = useRef<HTMLTextAreaElement>(null);
  useShortcut('p', 'Write a prompt', 'Create', () => prompt.current?.focus());
  if (backends.data?.length === 0) {
    return <EmptyState tone="error" title="No backend">This server has no backend to generate with: its configuration names none.</EmptyState>;
  }
  const onRetry = backends.error && !backends.data ? () => void backends.reload() : null;
  return <PromptForm backends={backends.data} onRetry={onRetry} chosen={chosen} generation={generation} promptRef={prompt} />;
}

export default function CreatePage() {
  const feed = useFeed();
  const mayCreate = useMay('member');
  const [shownId, setShownId] = useState<string | null>(null);
  const images = feed.images.items ?? [];
  const shown = images.findIndex(({ id }) => id === shownId);
  const made = useFocusInRows<HTMLElement>();
  // In one column what comes is far below the button.
  const onSent = () => void (matchMedia('(max-width: 760px)').matches && made.ref.current?.scrollIntoView({ behavior: 'smooth' }));
  const onReuse = (image: (typeof images)[number]) => void reuse(image).then(() => setShownId(null));
  return (
    <Page title="Create">
      <div className={mayCreate ? styles.columns : undefined}>
        {mayCreate && <div className={styles.request}><Request onSent={onSent} /></div>}
        <section {...made} className={styles.feed} aria-label="Made so far">
          {feed.images.error && !feed.items ? (
            <LoadFailure error={feed.images.error} what="Your pictures" onRetry={() => void feed.images.reload()} />
          ) : feed.items?.length === 0 ? (
            <EmptyState title="The first picture" icon="create" action={mayCreate && <Button onClick={() => useCreate.getState().change({ prompt: EXAMPLE })}>Take an example</Button>}>
              {mayCreate ? 'Say what it shows, choose a shape, and generate. Everything you make is kept in your library.' : 'Your account may look, and not generate.'}
            </EmptyState>
          ) : (
            <FeedGrid feed={feed} onOpen={setShownId} />
          )}
        </section>
      </div>
      {shown >= 0 && (
        <ImageViewer images={images} index={shown} onIndexChange={(index) => setShownId(images[index]?.id ?? null)} onClose={() => setShownId(null)} onReuse={mayCreate ? onReuse : undefined} />
      )}
    </Page>
  );
}
