// One press makes the shots again that are too little like the anchor.
import { messageOf, type Album } from '@albumen/api';
import { Button, toasts } from '@albumen/ui';

import { client } from '../../../data/client.ts';
import { useAction } from '../../../data/hooks.ts';
import { counted } from '../../../format.ts';

export function RemakeOutliers({ album, onChanged }: { album: Album; onChanged(): Promise<void> }) {
  const [remake, isBusy] = useAction(async () => {
    try {
      await client.call('POST /api/albums/{id}/outliers', { params: { id: album.id } });
    } catch (error) {
      toasts.add(messageOf(error), { tone: 'error' });
    }
    await onChanged();
  });
  if (album.outlierCount === 0) return null;
  const percent = Math.round(album.consistencyMark * 100);
  const rest = album.outlierCount - album.remakeCount;
  const title = `${counted(album.outlierCount, 'shot')} below ${percent} %${rest > 0 ? `; ${rest} made again as often as is allowed: regenerate by hand, or change the direction` : ''}`;
  return (
    <Button icon="redo" isBusy={isBusy} disabled={album.remakeCount === 0} title={title} onClick={() => void remake()}>
      {album.remakeCount === 0 ? `${counted(album.outlierCount, 'outlier')} left` : `Remake ${counted(album.remakeCount, 'outlier')}`}
    </Button>
  );
}
