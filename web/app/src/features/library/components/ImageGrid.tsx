// All pictures, as they are scrolled to.
import type { Image } from '@albumen/api';
import { VirtualGrid } from '@albumen/ui';
import { useCallback, useEffect, useState } from 'react';

import type { PagesQuery } from '../../../data/hooks.ts';
import { MoreFailure } from '../../../shell/ShowMore.tsx';
import { ImageTile } from './ImageTile.tsx';

export interface ImageGridProps {
  query: PagesQuery<Image>;
  onPress(index: number): void;
  isChosen?: (image: Image) => boolean;
  className?: string | undefined;
}

/** So many empty tiles stand for what follows, and so near to them the next page is fetched. */
const AHEAD = 40;

function useNarrow(): boolean {
  const [isNarrow, setNarrow] = useState(() => matchMedia('(max-width: 640px)').matches);
  useEffect(() => {
    const media = matchMedia('(max-width: 640px)');
    const onChange = () => setNarrow(media.matches);
    media.addEventListener('change', onChange);
    return () => media.removeEventListener('change', onChange);
  }, []);
  return isNarrow;
}

export function ImageGrid({ query, onPress, isChosen, className }: ImageGridProps) {
  const isNarrow = useNarrow();
  const { items, hasMore, loadMore } = query;
  const known = items?.length ?? 0;
  const onRange = useCallback((_first: number, last: number) => {
    if (last >= known - AHEAD) loadMore();
    // A page may be empty and go on: then the pictures are a new list of the same length.
  }, [known, items, loadMore]);
  return (
    <>
      <VirtualGrid
        label="Pictures"
        count={items ? known + (hasMore ? AHEAD : 0) : AHEAD}
        minTile={isNarrow ? 104 : 190}
        gap={isNarrow ? 4 : 8}
        keyOf={(index) => items?.[index]?.id ?? index}
        onRange={onRange}
        {...(className ? { className } : {})}
        renderTile={(index, tile) => {
          const image = items?.[index];
          return <ImageTile {...tile} image={image} onPress={() => onPress(index)} {...(image && isChosen ? { isChosen: isChosen(image) } : {})} />;
        }}
      />
      <MoreFailure of={query} what="pictures" />
    </>
  );
}
