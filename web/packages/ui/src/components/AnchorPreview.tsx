// The picture that ties an album together, or the place where it will be.
import { useId, type ReactNode } from 'react';

import { Button } from './Button.tsx';
import { Developing } from './Developing.tsx';
import { useFocusKept } from './focus_kept.ts';
import styles from './Frame.module.css';
import { Icon } from './Icon.tsx';
import { Picture } from './Picture.tsx';

export interface AnchorPreviewProps {
  anchorUrl?: string | null | undefined;
  isGenerating?: boolean;
  onGenerate?: (() => void) | undefined;
  /** Make another one in its place. */
  onRegenerate?: (() => void) | undefined;
  onImageClick?: (() => void) | undefined;
  /** Why the last one was not made. */
  error?: string | null | undefined;
  /** What making one would cost. */
  cost?: ReactNode;
  /** What is shown of it while it is made; else that it is. */
  developing?: ReactNode;
}

export function AnchorPreview({ anchorUrl, isGenerating = false, onGenerate, onRegenerate, onImageClick, error, cost, developing }: AnchorPreviewProps) {
  const failure = isGenerating ? null : error;
  const costId = useId();
  const describedBy = cost ? costId : undefined;
  const focus = useFocusKept<HTMLElement>();
  return (
    <article className={styles.frame} aria-label="Anchor" aria-busy={isGenerating} {...focus}>
      <div className={styles.window}>
        {anchorUrl ? (
          <button type="button" className={styles.open} onClick={() => onImageClick?.()} disabled={!onImageClick} aria-label="Open the anchor">
            <Picture src={anchorUrl} alt="Anchor" />
          </button>
        ) : (
          <div className={styles.place}>
            {!isGenerating && <Icon name={failure ? 'alert' : 'create'} size={28} />}
            {!isGenerating && <p>{failure ? 'The anchor was not made.' : 'The anchor is the picture that all shots will look like.'}</p>}
            {onGenerate && <Button variant="primary" isBusy={isGenerating} aria-describedby={describedBy} onClick={() => onGenerate()}>Generate anchor</Button>}
            {onGenerate && cost && !isGenerating && <p id={costId} className={styles.cost}>{cost}</p>}
          </div>
        )}
        {failure && <p className={styles.failure} role="alert">{failure}</p>}
        {isGenerating && (developing ?? <Developing label="Anchor" words="Making the anchor…" isOver={Boolean(anchorUrl)} />)}
      </div>
      <footer className={styles.foot}>
        <div className={styles.words}>
          <h3 className={styles.label}>Anchor</h3>
        </div>
        {anchorUrl && onRegenerate && cost && <p id={costId} className={styles.cost}>{cost}</p>}
        {anchorUrl && onRegenerate && (
          <Button variant="ghost" size="small" icon="redo" isBusy={isGenerating} aria-describedby={describedBy} onClick={() => onRegenerate()}>Regenerate</Button>
        )}
      </footer>
    </article>
  );
}
