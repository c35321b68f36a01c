// The API of Albumen: its types, and requests that are checked against them.
import type { Album, Shot } from './schema.ts';

export { createClient, type Answer, type Client, type ClientOptions, type Reply, type Route } from './client.ts';
export { ApiError, errorOf, messageOf, offlineError } from './error.ts';
export type * from './routes.ts';
export type * from './schema.ts';

export type ShotStatus = Shot['status'];
export type AlbumSource = Album['sourceType'];
