// The hook of the album guide.
import { useEffect, useMemo } from 'react';
import { useStore } from 'zustand';

import { AlbumSession, type AlbumActions, type AlbumState } from './album_session.ts';
import type { ConnectOptions } from './connect.ts';

export interface AlbumGenerationOptions extends ConnectOptions {
  albumId: string;
  /** Told when an answer says that the session has ended. */
  onSignedOut?: (() => void) | undefined;
}

export interface AlbumGeneration extends AlbumState, AlbumActions {}

const sessions = new Map<string, AlbumSession>();

/** Components that show the same album share what is known of it. */
function sessionOf(options: ConnectOptions, albumId: string): [string, AlbumSession] {
  const name = JSON.stringify([options.apiBase, options.userId, options.authToken ?? null, albumId]);
  const session = sessions.get(name) ?? new AlbumSession(options, albumId);
  sessions.set(name, session);
  return [name, session];
}

/**
 * An album with its anchor and shots, live: events patch it while the stream is up, and only while the stream is down it is asked
 * for again, after 1 s and then ever more rarely, to every 10 s. Nothing is read before the first loadAlbum. The actions never
 * throw: what went wrong is `error`.
 */
export function useAlbumGeneration({ apiBase, userId, albumId, authToken, onSignedOut }: AlbumGenerationOptions): AlbumGeneration {
  const [name, session] = useMemo(() => sessionOf({ apiBase, userId, authToken }, albumId), [apiBase, userId, albumId, authToken]);
  useEffect(() => {
    session.onSignedOut = onSignedOut;
  }, [session, onSignedOut]);
  useEffect(() => {
    sessions.set(name, session);
    const leave = session.use();
    return () => {
      leave();
      if (!session.isUsed) sessions.delete(name);
    };
  }, [name, session]);
  const state = useStore(session.store);
  const { loadAlbum, generateAnchor, generateAllShots, regenerateShot, resetShot } = session;
  return { ...state, loadAlbum, generateAnchor, generateAllShots, regenerateShot, resetShot };
}
