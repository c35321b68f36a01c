// Pictures one by one, with what can be done to each.
import type { Image } from '@albumen/api';
import { IconButton, Lightbox } from '@albumen/ui';
import { useState } from 'react';

import { thumbOf, titleOf } from '../hooks/useImages.ts';
import { ImageFacts } from './ImageFacts.tsx';
import styles from './ImageViewer.module.css';

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
  const image = images[index];
  const items = images.map((each) => ({ id: each.id, url: each.url, thumbUrl: each.thumbUrl && thumbOf(each, 512), title: titleOf(each) }));
  if (!image) return null;
  const toggle = () => setFacts(!hasFacts);
  const caption = (
    <>
      <p className={styles.prompt}>{titleOf(image)}</p>
      {hasFacts && <ImageFacts key={image.id} image={image} />}
    </>
  );
  const actions = (
    <>
      <IconButton icon="info" label="About this picture (I)" aria-pressed={hasFacts} onClick={toggle} />
      {onReuse && <IconButton icon="create" label="Make more like this (R)" onClick={() => onReuse(image)} />}
      <IconButton icon="download" label="Download (D)" onClick={() => download(image.url)} />
    </>
  );
  const keys: Record<string, () => void> = { i: toggle, r: () => onReuse?.(image), d: () => download(image.url) };
  return (
    <Lightbox
      items={items.map((item, i) => (i === index ? { ...item, caption } : item))}
      index={index}
      onIndexChange={onIndexChange}
      onClose={onClose}
      actions={actions}
      onKey={(key) => keys[key]?.()}
    />
  );
}

function download(url: string): void {
  const link = document.createElement('a');
  link.href = url;
  link.download = '';
  link.click();
}
