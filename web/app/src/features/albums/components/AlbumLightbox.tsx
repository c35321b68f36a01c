// The pictures of an album one by one, each beside the anchor if one likes.
import type { Album, AlbumImage } from '@albumen/api';
import { Lightbox, type LightboxItem } from '@albumen/ui';

import { titleOf } from '../../library/index.ts';

/** What is shown: the anchor or a shot by its index, whatever picture it has, or another picture by its id. */
export type Shown = { shot: number | 'anchor' } | { picture: string };

/** `images` are those that are neither anchor nor shot. */
export function itemsOf(album: Album, images: AlbumImage[]): (LightboxItem & { shot?: number | 'anchor' })[] {
  const pictures = images.map((image) => ({ id: image.id, url: image.url, thumbUrl: image.thumbUrl, title: titleOf(image) }));
  if (album.subjectDesc === null) return pictures;
  const anchor = album.anchorUrl ? [{ id: 'anchor', url: album.anchorUrl, thumbUrl: album.anchorThumbUrl, title: 'Anchor', caption: album.subjectDesc, shot: 'anchor' as const }] : [];
  const shots = album.shots.filter(({ imageUrl }) => imageUrl !== null).map((shot) => ({
    id: shot.imageId ?? String(shot.index), url: shot.imageUrl!, thumbUrl: shot.thumbUrl, title: shot.label, caption: shot.direction, shot: shot.index,
  }));
  return [...anchor, ...shots, ...pictures];
}

/** So near to the last picture the next page is fetched. */
const AHEAD = 5;

export interface AlbumLightboxProps {
  album: Album;
  images: AlbumImage[];
  shown: Shown;
  onShow(shown: Shown): void;
  /** Its last pictures are near: more may be behind them. */
  onEnd(): void;
  onClose(): void;
}

export default function AlbumLightbox({ album, images, shown, onShow, onEnd, onClose }: AlbumLightboxProps) {
  const items = itemsOf(album, images);
  const index = items.findIndex(({ id, shot }) => ('picture' in shown ? shot === undefined && id === shown.picture : shot === shown.shot));
  const show = (next: number) => {
    const item = items[next];
    if (!item) return;
    onShow(item.shot === undefined ? { picture: item.id } : { shot: item.shot });
    if (next >= items.length - AHEAD) onEnd();
  };
  return <Lightbox items={items} index={index} onIndexChange={show} onClose={onClose} {...(album.anchorUrl ? { compareIndex: 0 } : {})} />;
}
