// What an event changes in an album.
import type { Album, Shot } from '@albumen/api';

import type { ServerEvent } from './events.ts';

type AlbumEvent = Extract<ServerEvent, { type: `album_${string}` }>;

export const isAlbumEvent = (event: ServerEvent, albumId: string): event is AlbumEvent =>
  event.type.startsWith('album_') && (event as AlbumEvent).result.albumId === albumId;

function withShot(album: Album, index: number, change: Partial<Shot>): Album {
  return { ...album, shots: album.shots.map((shot) => (shot.index === index ? { ...shot, ...change } : shot)) };
}

/** The album after the event. */
export function applyAlbumEvent(album: Album, event: AlbumEvent): Album {
  switch (event.type) {
    case 'album_anchor_complete':
      return { ...album, anchorUrl: event.result.anchorUrl, anchorThumbUrl: null, anchorJobId: null, anchorError: null };
    case 'album_anchor_failed':
      return { ...album, anchorJobId: null, anchorError: event.result.error };
    case 'album_shot_generating':
      return withShot(album, event.result.shotIndex, { status: 'generating', error: null });
    case 'album_shot_complete':
      // The small picture of the one before would be shown until the next reading.
      return withShot(album, event.result.shotIndex, { status: 'complete', imageUrl: event.result.imageUrl, thumbUrl: null, error: null, consistency: null, faceConsistency: null, isOutlier: false });
    case 'album_shot_measured':
      return withShot(album, event.result.shotIndex, { consistency: event.result.consistency, faceConsistency: event.result.faceConsistency ?? null, isOutlier: event.result.consistency < album.consistencyMark });
    case 'album_shot_failed':
      return withShot(album, event.result.shotIndex, { status: 'failed', error: event.result.error });
    default:
      return album;
  }
}
