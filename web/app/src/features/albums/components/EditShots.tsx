// The shots of a session that were not made yet.
import { messageOf, type Album } from '@albumen/api';
import { Button, Dialog } from '@albumen/ui';
import { useState } from 'react';

import { client } from '../../../data/client.ts';
import { useAction } from '../../../data/hooks.ts';
import type { EditAlbumProps } from './EditAlbum.tsx';
import styles from './NewAlbum.module.css';
import { isWhole, ShotsEditor, type ShotDraft } from './ShotsEditor.tsx';

const pendingOf = (album: Album): ShotDraft[] => album.shots.filter(({ status }) => status === 'pending').map(({ label, direction }) => ({ label, direction }));

export function EditShots({ album, onChanged, onClose }: EditAlbumProps) {
  const [shots, setShots] = useState(() => pendingOf(album));
  const [before] = useState(shots);
  const [failure, setFailure] = useState<string | null>(null);
  const [save, isBusy] = useAction(async () => {
    setFailure(null);
    try {
      await client.call('PUT /api/albums/{id}/shots', { params: { id: album.id }, body: { shots: shots.filter(isWhole) } });
      await onChanged();
      onClose();
    } catch (error) {
      setFailure(messageOf(error));
    }
  });
  const actions = (
    <>
      <Button onClick={onClose}>Cancel</Button>
      <Button variant="primary" isBusy={isBusy} onClick={() => void save()}>Save</Button>
    </>
  );
  return (
    <Dialog isOpen onClose={onClose} isDirty={JSON.stringify(shots) !== JSON.stringify(before)} title="Edit shots" size="large" description="Shots that are made or being made stay as they are." actions={actions}>
      <ShotsEditor shots={shots} onChange={setShots} />
      {failure && <p role="alert" className={styles.failure}>{failure}</p>}
    </Dialog>
  );
}
