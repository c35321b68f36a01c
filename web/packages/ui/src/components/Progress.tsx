// How far something is; without a value: that it is under way.
import { classes } from '../classes.ts';
import styles from './Progress.module.css';

export interface ProgressProps {
  /** What is under way. */
  label: string;
  /** 0 to 1. */
  value?: number | null | undefined;
}

export function Progress({ label, value }: ProgressProps) {
  const known = typeof value === 'number';
  const percent = known ? Math.round(Math.min(Math.max(value, 0), 1) * 100) : undefined;
  return (
    <div className={styles.track} role="progressbar" aria-label={label} aria-valuemin={0} aria-valuemax={100} aria-valuenow={percent}>
      <div className={classes(styles.bar, !known && styles.unknown)} style={known ? { width: `${percent}%` } : undefined} />
    </div>
  );
}
