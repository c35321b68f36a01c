// How like its anchor a picture is, with what that means and what it does not.
import { classes } from '../classes.ts';
import badge from './Badge.module.css';
import styles from './Likeness.module.css';
import { Tooltip } from './Tooltip.tsx';

export interface LikenessProps {
  /** 0 to 1. */
  value: number;
  /** Of several pictures, on average. */
  isMean?: boolean;
  isOutlier?: boolean | undefined;
}

const MEASURE = 'Compares colours (60 %) and structure (40 %) with the anchor, by pixels. Faces are not looked for: the same person elsewhere, or in other light, scores lower.';

/** Explains itself to pointer, key and touch: that is why it can be focused. */
export function Likeness({ value, isMean = false, isOutlier }: LikenessProps) {
  const percent = `${Math.round(value * 100)} %`;
  const words = isMean ? ' like the anchor' : '';
  return (
    <Tooltip text={isOutlier ? `Below the mark. ${MEASURE}` : MEASURE}>
      <button
        type="button"
        className={classes(badge.badge, isMean ? badge.plain : isOutlier ? badge.danger : badge.good, styles.likeness)}
        aria-label={`${percent} like the anchor${isMean ? ', on average' : isOutlier ? ', below the mark' : ''}`}
      >
        {percent}{words}
      </button>
    </Tooltip>
  );
}
