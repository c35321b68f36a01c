// Files that are dropped on an album.
import type { Album } from '@albumen/api';

import { client } from '../../data/client.ts';
import { upload } from '../library/index.ts';

/** The first becomes the anchor of a session that has none, the others are added. */
export async function takeFiles(files: File[], album: Album): Promise<void> {
  const [first, ...others] = await upload(files);
  if (!first) return;
  const needsAnchor = album.subjectDesc !== null && album.anchorUrl === null && album.anchorJobId === null;
  const params = { id: album.id };
  if (needsAnchor) await client.call('POST /api/albums/{id}/anchor', { params, body: { imageId: first.id } });
  const imageIds = (needsAnchor ? others : [first, ...others]).map(({ id }) => id);
  if (imageIds.length > 0) await client.call('POST /api/albums/{id}/images', { params, body: { imageIds } });
}
