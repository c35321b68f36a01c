import { AnchorPreview, ShotCard, type AlbumGridShot } from '@albumen/ui';

interface CardsProps {
  album: { anchorUrl: string | null; anchorJobId: string | null };
  shot: AlbumGridShot;
  generateAnchor(): void;
  regenerateShot(index: number): void;
  resetShot(index: number): void;
}

export function Cards({ album, shot, generateAnchor, regenerateShot, resetShot }: CardsProps) {
  return (
    <>
      {/* Anchor card */}
      <AnchorPreview
        anchorUrl={album.anchorUrl}
        isGenerating={!!album.anchorJobId && !album.anchorUrl}
        onGenerate={generateAnchor}
        onRegenerate={generateAnchor}
      />
      {/* Individual shot card */}
      <ShotCard
        label="Headshot"
        status={shot.status} // 'pending' | 'generating' | 'complete' | 'failed'
        imageUrl={shot.imageUrl}
        error={shot.error}
        anchorReady={!!album.anchorUrl}
        onGenerate={() => regenerateShot(shot.index)}
        onRegenerate={() => regenerateShot(shot.index)}
        onReset={() => resetShot(shot.index)}
      />
    </>
  );
}
