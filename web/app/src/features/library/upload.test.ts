// Files are sent one by one, and what becomes of them is said all the while.
import { ApiError, type Image, type User } from '@albumen/api';
import { toasts } from '@albumen/ui';
import { beforeEach, expect, test, vi } from 'vitest';

import { client } from '../../data/client.ts';
import { useSession } from '../../data/session.ts';
import { upload } from './upload.ts';

const files = ['a', 'b', 'c'].map((name) => new File(['x'], `${name}.png`, { type: 'image/png' }));
const messages = () => toasts.get().map(({ message }) => message);
const cancel = () => toasts.get().find(({ action }) => action?.label === 'Cancel')!.action!.onSelect();

let during: (name: string) => unknown;

beforeEach(() => {
  toasts.clear();
  during = () => undefined;
  useSession.setState({ state: 'signedIn', user: { id: 'u1', role: 'member' } as User });
  vi.spyOn(client, 'call').mockImplementation((async (_route: string, { body, signal }: { body: File; signal: AbortSignal }) => {
    await during(body.name);
    signal.throwIfAborted();
    return { id: body.name } as Image;
  }) as never);
});

test('how far it is, is said until all are there', async () => {
  const seen: string[] = [];
  during = () => seen.push(messages().join());
  expect((await upload(files)).map(({ id }) => id)).toEqual(['a.png', 'b.png', 'c.png']);
  expect(seen).toEqual(['Uploading 1 of 3…', 'Uploading 2 of 3…', 'Uploading 3 of 3…']);
  expect(messages()).toEqual(['3 pictures added to your library.']);
});

test('one that is refused is named, and the others are sent', async () => {
  during = (name) => {
    if (name === 'b.png') throw new ApiError('it is no picture', { status: 422, code: 'invalid' });
  };
  expect(await upload(files)).toHaveLength(2);
  expect(messages()).toEqual(['b.png: it is no picture', '2 pictures added to your library.']);
});

test('Cancel ends it with what is there', async () => {
  during = (name) => name === 'b.png' && cancel();
  expect(await upload(files), 'nothing more is done with those that arrived').toEqual([]);
  expect(messages()).toEqual(['Cancelled: 1 of 3 pictures added to your library.']);
  expect(client.call).toHaveBeenCalledTimes(2);
});

test('who signs in next gets nothing of it', async () => {
  during = (name) => name === 'a.png' && useSession.setState({ user: { id: 'u2', role: 'member' } as User });
  await upload(files);
  expect(client.call).toHaveBeenCalledTimes(1);
  expect(messages()).toEqual([]);
});
