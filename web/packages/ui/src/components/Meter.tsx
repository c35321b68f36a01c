// How much of something is used up; from the mark on it warns, when it is all gone it says so.
import { classes } from '../classes.ts';
import styles from './Meter.module.css';

export interface MeterProps {
  label: string;
  value: number;
  max: number;
  /** The share from which on it warns. */
  warnAt?: number;
  /** How the value reads: "4.10 of 5.00 USD". */
  text: string;
}

export function Meter({ label, value, max, warnAt = 0.8, text }: MeterProps) {
  const share = max > 0 ? Math.min(Math.max(value / max, 0), 1) : 1;
  return (
    <div className={styles.track} role="meter" aria-label={label} aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.round(share * 100)} aria-valuetext={text}>
      <div className={classes(styles.fill, share >= 1 ? styles.gone : share >= warnAt && styles.warning)} style={{ width: `${share * 100}%` }} />
    </div>
  );
}
