// A picture among many: opens it, or is chosen.
import type { Image } from '@albumen/api';
import { classes, Icon, Picture, type TileProps } from '@albumen/ui';

import { thumbOf, titleOf } from '../hooks/useImages.ts';
import styles from './ImageTile.module.css';

export interface ImageTileProps extends TileProps {
  image: Image | undefined;
  onPress(): void;
  /** Chosen or not, where one chooses. */
  isChosen?: boolean;
}

export function ImageTile({ image, onPress, isChosen, tabIndex }: ImageTileProps) {
  if (!image) return <div className={styles.waiting} />;
  return (
    <button type="button" tabIndex={tabIndex} className={classes(styles.tile, isChosen && styles.chosen)} onClick={onPress} aria-pressed={isChosen} aria-label={image.starred ? `${titleOf(image)}, starred` : titleOf(image)} title={titleOf(image)}>
      <Picture src={thumbOf(image, 512)} alt="" isEager />
      {image.starred && <span className={styles.star}><Icon name="star" size={14} isFilled /></span>}
      {isChosen && <span className={styles.mark}><Icon name="check" size={16} /></span>}
    </button>
  );
}
