// One to five stars; the same star again takes the rating back.
import { classes } from '../classes.ts';
import { Icon } from './Icon.tsx';
import styles from './Rating.module.css';

export interface RatingProps {
  label: string;
  /** 0: not rated. */
  value: number;
  /** Without it the stars only show. */
  onChange?: ((value: number) => void) | undefined;
}

const STARS = [1, 2, 3, 4, 5];

/** Buttons, not a slider: where they stand, the arrow keys belong to the pictures. */
export function Rating({ label, value, onChange }: RatingProps) {
  return (
    <div className={styles.rating} role="group" aria-label={`${label}: ${value === 0 ? 'none' : `${value} of 5`}`}>
      {STARS.map((star) => (
        <button
          key={star}
          type="button"
          className={classes(styles.star, star <= value && styles.lit)}
          aria-label={`${star} of 5`}
          aria-pressed={star === value}
          disabled={!onChange}
          onClick={() => onChange?.(star === value ? 0 : star)}
        >
          <Icon name="star" size={18} isFilled={star <= value} />
        </button>
      ))}
    </div>
  );
}
