// The pictures of an album one by one, each beside the anchor if one likes.
import type { Album } from '@albumen/api';
import { Lightbox, type LightboxItem } from '@albumen/ui';

import { titleOf } from '../../library/index.ts';

/** What is shown: by index of the shot, the anchor, or by place among the pictures. */
export type Shown = { shot: number | 'anchor' } | { picture: number };

export function itemsOf(album: Album): (LightboxItem & { shot?: number | 'anchor' })[] {
  if (album.subjectDesc === null) return album.images.map((image) => ({ id: image.id, url: image.url, thumbUrl: image.thumbUrl, title: titleOf(image) }));
  const anchor = album.anchorUrl ? [{ id: 'anchor', url: album.anchorUrl, thumbUrl: album.anchorThumbUrl, title: 'Anchor', caption: album.subjectDesc, shot: 'anchor' as const }] : [];
  const shots = album.shots.filter(({ imageUrl }) => imageUrl !== null).map((shot) => ({
    id: shot.imageId ?? String(shot.index), url: shot.imageUrl!, thumbUrl: shot.thumbUrl, title: shot.label, caption: shot.direction, shot: shot.index,
  }));
  return [...anchor, ...shots];
}

export default function AlbumLightbox({ album, shown, onShow, onClose }: { album: Album; shown: Shown; onShow(shown: Shown): void; onClose(): void }) {
  const items = itemsOf(album);
  const index = 'picture' in shown ? shown.picture : items.findIndex(({ shot }) => shot === shown.shot);
  const show = (next: number) => {
    const shot = items[next]?.shot;
    onShow(shot === undefined ? { picture: next } : { shot });
  };
  return <Lightbox items={items} index={index} onIndexChange={show} onClose={onClose} {...(album.anchorUrl ? { compareIndex: 0 } : {})} />;
}
