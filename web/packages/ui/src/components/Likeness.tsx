// How like its anchor a picture is, with what that means and what it does not.
import { classes } from '../classes.ts';
import badge from './Badge.module.css';
import styles from './Likeness.module.css';
import { Tooltip } from './Tooltip.tsx';

export interface LikenessProps {
  /** 0 to 1. */
  value: number;
  /** Of the faces alone, 0 to 1; nothing where one of the pictures has none. */
  face?: number | null | undefined;
  /** Of several pictures, on average. */
  isMean?: boolean;
  isOutlier?: boolean | undefined;
}

const MEASURE = 'Compares colours (60 %) and structure (40 %) with the anchor, by pixels. The same person elsewhere, or in other light, scores lower.';
const FACE = 'Where both show a face from the front, it counts for a third. It is no identity check.';

const percentOf = (share: number) => `${Math.round(share * 100)} %`;

function explain({ face, isOutlier }: LikenessProps): string {
  return [isOutlier && 'Below the mark.', typeof face === 'number' && `The face alone: ${percentOf(face)}.`, MEASURE, FACE].filter(Boolean).join(' ');
}

/** Explains itself to pointer, key and touch: that is why it can be focused. */
export function Likeness(props: LikenessProps) {
  const { value, isMean = false, isOutlier } = props;
  const percent = percentOf(value);
  const words = isMean ? ' like the anchor' : '';
  return (
    <Tooltip text={explain(props)}>
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
