import { AlbumGrid, type AlbumGridShot } from '@albumen/ui';

interface SessionProps {
  album: { anchorUrl: string | null; shots: AlbumGridShot[] };
  isAnchorGenerating: boolean;
  generateAnchor(): void;
  generateAllShots(): void;
  regenerateShot(index: number): void;
  resetShot(index: number): void;
  openLightbox(indexOrAnchor: number | 'anchor'): void;
}

export function Session({ album, isAnchorGenerating, generateAnchor, generateAllShots, regenerateShot, resetShot, openLightbox }: SessionProps) {
  return (
    <AlbumGrid
      name="Jordan Headshots"
      anchorUrl={album.anchorUrl}
      anchorGenerating={isAnchorGenerating}
      shots={album.shots}
      onGenerateAnchor={generateAnchor}
      onRegenerateAnchor={generateAnchor}
      onGenerateAllShots={generateAllShots}
      onRegenerateShot={(index) => regenerateShot(index)}
      onResetShot={(index) => resetShot(index)}
      onImageClick={(indexOrAnchor) => openLightbox(indexOrAnchor)}
    />
  );
}
