// A whole session: the anchor, and the shots that look like it.
import { useId, type ReactNode } from 'react';

import styles from './AlbumGrid.module.css';
import { AnchorPreview } from './AnchorPreview.tsx';
import { Button } from './Button.tsx';
import { Likeness } from './Likeness.tsx';
import { ShotCard, type ShotCardStatus } from './ShotCard.tsx';

/** A shot as the API tells it, as far as it is shown. */
export interface AlbumGridShot {
  index: number;
  label: string;
  status: ShotCardStatus;
  imageUrl?: string | null | undefined;
  thumbUrl?: string | null | undefined;
  direction?: string | undefined;
  error?: string | null | undefined;
  consistency?: number | null | undefined;
  faceConsistency?: number | null | undefined;
  isOutlier?: boolean | undefined;
  /** What makes it. */
  jobId?: string | null | undefined;
}

export interface AlbumGridProps {
  name?: string | undefined;
  anchorUrl?: string | null | undefined;
  anchorGenerating?: boolean;
  anchorError?: string | null | undefined;
  shots: AlbumGridShot[];
  /** How much the shots look like the anchor, on average, 0 to 1. */
  consistency?: number | null | undefined;
  onGenerateAnchor?: (() => void) | undefined;
  onRegenerateAnchor?: (() => void) | undefined;
  onGenerateAllShots?: (() => void) | undefined;
  onRegenerateShot?: ((index: number) => void) | undefined;
  onResetShot?: ((index: number) => void) | undefined;
  onImageClick?: ((indexOrAnchor: number | 'anchor') => void) | undefined;
  /** What is shown of the anchor or a shot while it is made; else that it is. */
  developing?: ((shot: AlbumGridShot | 'anchor') => ReactNode) | undefined;
  /** Nothing is known yet: places of the size of what will come. */
  isLoading?: boolean;
  /** More buttons beside "Generate all shots". */
  actions?: ReactNode;
  /** What "Generate all shots" would cost. */
  shotsCost?: ReactNode;
  /** What an anchor would cost. */
  anchorCost?: ReactNode;
  /** What one should know before anything is made. */
  note?: ReactNode;
}

const isOpen = ({ status }: AlbumGridShot) => status === 'failed' || status === 'pending';

function summary(shots: AlbumGridShot[]): string {
  const done = shots.filter(({ status }) => status === 'complete').length;
  const failed = shots.filter(({ status }) => status === 'failed').length;
  return `${done} of ${shots.length} shots${failed > 0 ? `, ${failed} failed` : ''}`;
}

function Blank({ name }: { name: string | undefined }) {
  return (
    <section className={styles.album} aria-label={name ?? 'Album'} aria-busy="true">
      <header className={styles.head}><p className={styles.summary} role="status">Loading…</p></header>
      <div className={styles.grid}>
        <div className={styles.anchor}><div className={styles.blank} /></div>
        {Array.from({ length: 6 }, (_, i) => <div key={i} className={styles.blank} />)}
      </div>
    </section>
  );
}

export function AlbumGrid(props: AlbumGridProps) {
  const { name, anchorUrl, anchorGenerating = false, anchorError, shots, consistency, onGenerateAnchor, onRegenerateAnchor, onGenerateAllShots, onRegenerateShot, onResetShot, onImageClick, developing, isLoading = false, actions, shotsCost, anchorCost, note } = props;
  const costId = useId();
  if (isLoading) return <Blank name={name} />;
  const isWorking = shots.some(({ status }) => status === 'generating');
  return (
    <section className={styles.album} aria-label={name ?? 'Album'}>
      <header className={styles.head}>
        <div>
          <h2 className={name === undefined ? 'visually-hidden' : undefined}>{name ?? 'Session'}</h2>
          <div className={styles.facts}>
            <p className={styles.summary} role="status">{shots.length > 0 ? summary(shots) : 'No shots'}</p>
            {typeof consistency === 'number' && <Likeness value={consistency} isMean />}
            {!anchorUrl && onGenerateAllShots && shots.length > 0 && <p className={styles.hint}>First the anchor, then the shots.</p>}
            {note && <p className={styles.hint}>{note}</p>}
          </div>
        </div>
        <div className={styles.actions}>
          {onGenerateAllShots && shots.length > 0 && (
            <div className={styles.order}>
              {shotsCost && <p id={costId} className={styles.cost}>{shotsCost}</p>}
              <Button
                variant="primary"
                icon="create"
                disabled={!anchorUrl || !shots.some(isOpen)}
                title={anchorUrl ? undefined : 'Generate the anchor first'}
                aria-describedby={shotsCost ? costId : undefined}
                onClick={() => onGenerateAllShots()}
              >
                {isWorking && !shots.some(isOpen) ? 'Generating…' : 'Generate all shots'}
              </Button>
            </div>
          )}
          {actions}
        </div>
      </header>
      <div className={styles.grid}>
        <div className={styles.anchor}>
          <AnchorPreview
            anchorUrl={anchorUrl}
            isGenerating={anchorGenerating}
            error={anchorError}
            cost={anchorCost}
            onGenerate={onGenerateAnchor}
            onRegenerate={onRegenerateAnchor}
            onImageClick={onImageClick && (() => onImageClick('anchor'))}
            developing={anchorGenerating && developing?.('anchor')}
          />
        </div>
        {shots.map((shot) => (
          <ShotCard
            key={shot.index}
            label={shot.label}
            direction={shot.direction}
            status={shot.status}
            imageUrl={shot.thumbUrl ?? shot.imageUrl}
            error={shot.error}
            consistency={shot.consistency}
            faceConsistency={shot.faceConsistency}
            isOutlier={shot.isOutlier}
            anchorReady={Boolean(anchorUrl)}
            onGenerate={onRegenerateShot && (() => onRegenerateShot(shot.index))}
            onRegenerate={onRegenerateShot && (() => onRegenerateShot(shot.index))}
            onReset={onResetShot && (() => onResetShot(shot.index))}
            onImageClick={onImageClick && (() => onImageClick(shot.index))}
            developing={shot.status === 'generating' && developing?.(shot)}
          />
        ))}
      </div>
    </section>
  );
}
