// Pictures one by one, with what can be done to each.
import type { Image } from '@albumen/api';
import { IconButton, Lightbox, Menu, toasts, type MenuItem } from '@albumen/ui';
import { useState } from 'react';

import { useMay } from '../../../data/session.ts';
import { change, remove } from '../changes.ts';
import { download } from '../download.ts';
import { thumbOf, titleOf } from '../hooks/useImages.ts';
import { ImageFacts } from './ImageFacts.tsx';

export interface ImageViewerProps {
  images: Image[];
  index: number;
  onIndexChange(index: number): void;
  onClose(): void;
  /** Begin a new request from this picture. */
  onReuse?: ((image: Image) => void) | undefined;
}

export default function ImageViewer({ images, index, onIndexChange, onClose, onReuse }: ImageViewerProps) {
  const [hasFacts, setFacts] = useState(false);
  const mayChange = useMay('member');
  const image = images[index];
  if (!image) return null;
  const items = images.map((each) => ({ id: each.id, url: each.url, thumbUrl: each.thumbUrl && thumbOf(each, 512), title: titleOf(each) }));
  const toggle = () => setFacts(!hasFacts);
  const star = () => void change(image, { starred: !image.starred });
  const trash = () => {
    // Its neighbour takes its place before it goes.
    if (images.length === 1) onClose();
    else onIndexChange(index + 1 < images.length ? index + 1 : index - 1);
    void remove([image]);
  };
  const menu: MenuItem[] = [
    ...(onReuse ? [{ label: 'Make more like this', icon: 'create' as const, shortcut: 'R', onSelect: () => onReuse(image) }] : []),
    { label: 'Download', icon: 'download', shortcut: 'D', onSelect: () => void download(image.url) },
    ...(mayChange ? [{ label: 'Delete', icon: 'trash' as const, shortcut: 'Del', isDangerous: true, onSelect: trash }] : []),
  ];
  const actions = (
    <>
      {mayChange && <IconButton icon="star" label={image.starred ? 'Take the star back (S)' : 'Star (S)'} aria-pressed={image.starred} onClick={star} />}
      <IconButton icon="info" label="About this picture (I)" aria-pressed={hasFacts} onClick={toggle} />
      <Menu label="Picture" trigger={<IconButton icon="more" label="More" />} items={menu} />
    </>
  );
  const rate = (rating: number) => void change(image, { rating: rating === image.rating ? 0 : rating });
  const own: Record<string, () => void> = mayChange ? { s: star, Delete: trash, u: toasts.undo } : {};
  const keys: Record<string, () => void> = { i: toggle, r: () => onReuse?.(image), d: () => void download(image.url), ...own };
  return (
    <Lightbox
      items={items}
      index={index}
      onIndexChange={onIndexChange}
      onClose={onClose}
      actions={actions}
      panel={hasFacts && <ImageFacts key={image.id} image={image} />}
      onKey={(key) => (mayChange && /^[1-5]$/.test(key) ? rate(Number(key)) : keys[key]?.())}
    />
  );
}
