// What can be done with an album, for its menu and its keys alike.
import { messageOf, type Album } from '@albumen/api';
import { toasts, type MenuItem } from '@albumen/ui';

import { client } from '../../../data/client.ts';
import { download } from '../../library/index.ts';

export type AlbumDialog = 'edit' | 'shots' | 'add' | 'anchor' | 'delete' | { reset: Album['shots'][number] };

const isPending = ({ status }: Album['shots'][number]) => status === 'pending';

/** For one's own album; `open` shows a dialog, `changed` reads the album again. */
export function albumMenu(album: Album, open: (dialog: AlbumDialog) => void, changed: () => Promise<void>): MenuItem[] {
  const isSession = album.subjectDesc !== null;
  const isWorking = album.anchorJobId !== null || album.shots.some(({ status }) => status === 'generating');
  const cancel = async () => {
    await client.call('POST /api/albums/{id}/cancel', { params: { id: album.id } }).catch((error: unknown) => void toasts.add(messageOf(error), { tone: 'error' }));
    await changed();
  };
  return [
    { label: 'Edit', icon: 'settings', onSelect: () => open('edit') },
    ...(isSession
      ? [
          { label: 'Edit shots', icon: 'queue' as const, disabled: album.shots.length > 0 && !album.shots.some(isPending), onSelect: () => open('shots') },
          { label: 'Take an anchor from the library', icon: 'library' as const, disabled: album.anchorJobId !== null, onSelect: () => open('anchor') },
          { label: 'Cancel what is being made', icon: 'close' as const, disabled: !isWorking, onSelect: () => void cancel() },
        ]
      : []),
    { label: 'Download ZIP', icon: 'download', disabled: album.images.length === 0, onSelect: () => void download(`/api/albums/${album.id}/zip`) },
    { label: 'Add pictures', icon: 'plus', onSelect: () => open('add') },
    { label: 'Delete', icon: 'trash', isDangerous: true, onSelect: () => open('delete') },
  ];
}
