// Live data: one event stream for all tabs, and an album that follows it.
export { applyAlbumEvent, isAlbumEvent } from './album_events.ts';
export { connect, type ConnectOptions } from './connect.ts';
export type { EventResults, ServerEvent } from './events.ts';
export { createHub, type Hub, type Listener } from './hub.ts';
export { onceKeys, type OnceKeys } from './once.ts';
export { pollWhileDown } from './polling.ts';
export type { Sink, Source, StreamStatus } from './source.ts';
export { useAlbumGeneration, type AlbumGeneration, type AlbumGenerationOptions } from './useAlbumGeneration.ts';
export { useStreamStatus } from './useStreamStatus.ts';
