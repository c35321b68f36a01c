// One press makes the shots again that are too little like the anchor.
import { messageOf, type Album } from '@albumen/api';
import { onceKeys } from '@albumen/realtime';
import { Button, toasts } from '@albumen/ui';
import { useState } from 'react';

import { client } from '../../../data/client.ts';
import { useAction } from '../../../data/hooks.ts';
import { counted } from '../../../format.ts';

export function RemakeOutliers({ album, onChanged }: { album: Album; onChanged(): Promise<void> }) {
  const [once] = useState(onceKeys);
  const [remake, isBusy] = useAction(async () => {
    try {
      // Shots that have other jobs by now were ordered: what is pressed then is another order.
      const jobs = album.shots.map(({ jobId }) => jobId);
      await once.send(jobs, (idempotencyKey) => client.call('POST /api/albums/{id}/outliers', { params: { id: album.id }, idempotencyKey }));
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
