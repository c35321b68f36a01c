import { fireEvent, render, screen, waitFor } from '@testing-library/react';
import { beforeEach, expect, test, vi } from 'vitest';

import { FakeServer } from '../../../tools/fake_server.ts';
import { expectExamples } from '../../../tools/readme.ts';
import { AlbumPage } from '../examples/AlbumPage.tsx';
import { Auth } from '../examples/auth.ts';
import { watchJobs } from '../examples/watch.ts';

let server: FakeServer;

beforeEach(() => {
  server = new FakeServer();
  vi.stubGlobal('fetch', server.fetch);
  vi.stubGlobal('BroadcastChannel', undefined);
});

const button = (name: string) => screen.getByRole<HTMLButtonElement>('button', { name });
const show = (albumId: string) =>
  render(<Auth value={{ user: { id: server.userId }, token: server.token }}><AlbumPage albumId={albumId} /></Auth>);

test('the examples of the README are the ones that are run here', () => {
  expectExamples('realtime', ['AlbumPage.tsx', 'watch.ts']);
});

test('the page of the guide takes a session from its anchor to its last shot', async () => {
  const { id } = server.addAlbum({ name: 'Jordan Headshots', subjectDesc: 'a woman', templateSet: 'portrait' });
  show(id);
  expect((await screen.findByRole('heading', { name: 'Jordan Headshots' })).tagName).toBe('H2');
  expect(button('Generate all shots').disabled).toBe(true);
  fireEvent.click(button('Generate anchor'));
  await waitFor(() => expect(server.album(id).anchorJobId).not.toBeNull());
  await waitFor(() => expect(server.streams.size).toBe(1));
  server.finishAnchor(id);
  await waitFor(() => expect(button('Generate all shots').disabled).toBe(false));
  fireEvent.click(button('Generate all shots'));
  await waitFor(() => expect(server.album(id).shots[0]!.jobId).not.toBeNull());
  for (let i = 0; i < 6; i++) server.finishShot(id, i);
  await waitFor(() => expect(screen.getByRole('status').textContent).toBe('6 of 6 shots'));
  fireEvent.click(button('Reset Shot 2'));
  await waitFor(() => expect(screen.getByRole('status').textContent).toBe('5 of 6 shots'));
});

test('the page of the guide says when there is no such album', async () => {
  show('album-none');
  expect((await screen.findByRole('alert')).textContent).toBe('no such album');
});

test('the watcher of the example is told of jobs, and of nothing after it ended', async () => {
  const changed = vi.fn(async () => undefined);
  const stop = watchJobs(server.userId, changed);
  await waitFor(() => expect(server.streams.size).toBe(1));
  server.publish('image_added', {});
  server.publish('job', {});
  server.publish('resync');
  await waitFor(() => expect(changed).toHaveBeenCalledTimes(2));
  stop();
  expect(server.streams.size).toBe(0);
});
