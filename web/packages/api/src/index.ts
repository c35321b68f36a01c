// The API of Albumen: its types, and requests that are checked against them.
export * from './albums.ts';
export { createClient, type Answer, type Client, type ClientOptions, type Reply, type Route, type Routes } from './client.ts';
export { ApiError, messageOf, offlineError } from './error.ts';
export type * from './schema.ts';
