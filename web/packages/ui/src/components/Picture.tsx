// A picture in a box that is there before it: it develops when it has come, and says so when it does not come.
import { useEffect, useRef, useState } from 'react';

import { classes } from '../classes.ts';
import { Icon } from './Icon.tsx';
import styles from './Picture.module.css';

export interface PictureProps {
  src: string;
  alt: string;
  /** Width over height of the box; without it the box fills what it stands in. */
  ratio?: number | undefined;
  fit?: 'cover' | 'contain';
  isEager?: boolean;
  className?: string | undefined;
}

export function Picture({ src, alt, ratio, fit = 'cover', isEager = false, className }: PictureProps) {
  const image = useRef<HTMLImageElement>(null);
  const [state, setState] = useState<'waiting' | 'shown' | 'failed'>('waiting');
  // What the browser has at hand is shown as it is, without developing again.
  useEffect(() => setState(image.current?.complete && image.current.naturalWidth > 0 ? 'shown' : 'waiting'), [src]);
  return (
    <div className={classes(styles.box, ratio === undefined && styles.filling, className)} style={ratio === undefined ? undefined : { aspectRatio: ratio }}>
      <img
        ref={image}
        key={src}
        src={src}
        alt={alt}
        loading={isEager ? 'eager' : 'lazy'}
        decoding="async"
        draggable={false}
        className={classes(styles.image, styles[state])}
        style={{ objectFit: fit }}
        onLoad={() => setState('shown')}
        onError={() => setState('failed')}
      />
      {state === 'failed' && (
        <span className={styles.broken}>
          <Icon name="alert" />
          <span>The picture did not load</span>
        </span>
      )}
    </div>
  );
}
