// The picture that ties an album together, or the place where it will be.
import { Button } from './Button.tsx';
import styles from './Frame.module.css';
import { Icon } from './Icon.tsx';
import { Picture } from './Picture.tsx';
import { Progress } from './Progress.tsx';

export interface AnchorPreviewProps {
  anchorUrl?: string | null | undefined;
  isGenerating?: boolean;
  onGenerate?: (() => void) | undefined;
  /** Make another one in its place. */
  onRegenerate?: (() => void) | undefined;
  onImageClick?: (() => void) | undefined;
  /** Why the last one was not made. */
  error?: string | null | undefined;
}

export function AnchorPreview({ anchorUrl, isGenerating = false, onGenerate, onRegenerate, onImageClick, error }: AnchorPreviewProps) {
  const failure = isGenerating ? null : error;
  return (
    <article className={styles.frame} aria-label="Anchor" aria-busy={isGenerating}>
      <div className={styles.window}>
        {anchorUrl ? (
          <button type="button" className={styles.open} onClick={() => onImageClick?.()} disabled={!onImageClick} aria-label="Open the anchor">
            <Picture src={anchorUrl} alt="Anchor" />
          </button>
        ) : (
          <div className={styles.place}>
            {isGenerating ? <span className={styles.developing} aria-hidden="true" /> : <Icon name={failure ? 'alert' : 'create'} size={28} />}
            <p>{isGenerating ? 'Making the anchor…' : failure ? 'The anchor was not made.' : 'The anchor is the picture that all shots will look like.'}</p>
            {onGenerate && <Button variant="primary" isBusy={isGenerating} onClick={() => onGenerate()}>Generate anchor</Button>}
          </div>
        )}
        {failure && <p className={styles.failure} role="alert">{failure}</p>}
        {isGenerating && <div className={styles.progress}><Progress label="Anchor" /></div>}
      </div>
      <footer className={styles.foot}>
        <div className={styles.words}>
          <h3 className={styles.label}>Anchor</h3>
        </div>
        {anchorUrl && onRegenerate && (
          <Button variant="ghost" size="small" icon="redo" isBusy={isGenerating} onClick={() => onRegenerate()}>Regenerate</Button>
        )}
      </footer>
    </article>
  );
}
