// One directed picture of an album: waiting, under way, done or failed, and what can be done about it.
import type { ReactNode } from 'react';

import { classes } from '../classes.ts';
import { Badge } from './Badge.tsx';
import { Button, IconButton } from './Button.tsx';
import { Developing } from './Developing.tsx';
import { useFocusKept } from './focus_kept.ts';
import styles from './Frame.module.css';
import { Icon } from './Icon.tsx';
import { Likeness } from './Likeness.tsx';
import { Picture } from './Picture.tsx';

export type ShotCardStatus = 'pending' | 'generating' | 'complete' | 'failed';

export interface ShotCardProps {
  label: string;
  status: ShotCardStatus;
  imageUrl?: string | null | undefined;
  error?: string | null | undefined;
  /** Without an anchor nothing can be generated. */
  anchorReady: boolean;
  onGenerate?: (() => void) | undefined;
  onRegenerate?: (() => void) | undefined;
  /** Back to a shot that was not made yet. */
  onReset?: (() => void) | undefined;
  /** What the photographer was told. */
  direction?: string | undefined;
  /** How much it looks like the anchor, 0 to 1. */
  consistency?: number | null | undefined;
  /** How much its face looks like the anchor's, 0 to 1; null: one of the two has none. */
  faceConsistency?: number | null | undefined;
  /** The consistency is less than it should be. */
  isOutlier?: boolean | undefined;
  onImageClick?: (() => void) | undefined;
  /** What is shown of it while it is made; else that it is. */
  developing?: ReactNode;
}

function Window({ label, status, imageUrl, error, onImageClick, developing }: ShotCardProps) {
  const isWorking = status === 'generating';
  return (
    <div className={classes(styles.window, isWorking && styles.working)}>
      {status === 'failed' ? (
        <div className={styles.place} role="alert">
          <Icon name="alert" size={24} />
          <p className={styles.reason}>{error ?? 'It did not work.'}</p>
        </div>
      ) : imageUrl ? (
        <button type="button" className={styles.open} onClick={() => onImageClick?.()} disabled={!onImageClick} aria-label={`Open ${label}`}>
          <Picture src={imageUrl} alt={label} />
        </button>
      ) : (
        <div className={styles.place}>{!isWorking && <p>Not made yet</p>}</div>
      )}
      {isWorking && (developing ?? <Developing label={label} isOver={Boolean(imageUrl)} />)}
    </div>
  );
}

export function ShotCard(props: ShotCardProps) {
  const { label, status, anchorReady, direction, consistency, faceConsistency, isOutlier, onGenerate, onRegenerate, onReset } = props;
  const isWorking = status === 'generating';
  const focus = useFocusKept<HTMLElement>();
  return (
    <article className={styles.frame} aria-label={label} aria-busy={isWorking} {...focus}>
      <Window {...props} />
      <footer className={styles.foot}>
        <div className={styles.words}>
          <h3 className={styles.label}>{label}</h3>
          {direction && <p className={styles.direction} title={direction}>{direction}</p>}
        </div>
        {status === 'complete' && typeof consistency === 'number' && (
          <Likeness value={consistency} face={faceConsistency} isOutlier={isOutlier} />
        )}
        {isWorking && <Badge tone="accent" isLive>Developing</Badge>}
        {status === 'pending' && onGenerate && (
          <Button size="small" disabled={!anchorReady} title={anchorReady ? undefined : 'Generate the anchor first'} onClick={() => onGenerate()}>Generate</Button>
        )}
        {status === 'failed' && onRegenerate && (
          <Button size="small" icon="redo" disabled={!anchorReady} onClick={() => onRegenerate()}>Try again</Button>
        )}
        {status === 'complete' && onRegenerate && (
          <IconButton size="small" icon="redo" label={`Regenerate ${label}`} disabled={!anchorReady} onClick={() => onRegenerate()} />
        )}
        {(status === 'complete' || status === 'failed') && onReset && (
          <IconButton size="small" icon="undo" label={`Reset ${label}`} onClick={() => onReset()} />
        )}
      </footer>
    </article>
  );
}
