// What the pictures of a session would cost, and what its backend does not do.
import type { Album } from '@albumen/api';

import { client } from '../../../data/client.ts';
import { useQuery } from '../../../data/hooks.ts';
import { useBackends } from '../../create/index.ts';
import { backendOf, isFree, noteOn, priceOf, requestOf } from '../price.ts';

type Made = Pick<Album, 'backend' | 'width' | 'height'>;

function Quoted({ album, count }: { album: Made; count: number }) {
  const body = requestOf(album);
  const { data } = useQuery(`quote${JSON.stringify(body)}`, async () => await client.send('POST /api/quote', { body }));
  return data ? priceOf(data, count) : null;
}

export function Price({ album, count }: { album: Made; count: number }) {
  const backend = backendOf(useBackends().data, album.backend);
  return backend && !isFree(backend) ? <Quoted album={album} count={count} /> : null;
}

export function BackendNote({ album }: { album: Made }) {
  const backend = backendOf(useBackends().data, album.backend);
  return backend ? noteOn(backend) : null;
}
