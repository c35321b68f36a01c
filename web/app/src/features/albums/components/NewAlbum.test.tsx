// The window of a new album.
import type { Backend } from '@albumen/api';
import { fireEvent, render, screen, waitFor } from '@testing-library/react';
import { beforeEach, expect, test, vi } from 'vitest';
import { Router } from 'wouter';
import { memoryLocation } from 'wouter/memory-location';

import { FakeServer } from '../../../../../tools/fake_server.ts';
import { cache } from '../../../data/cache.ts';
import NewAlbum from './NewAlbum.tsx';

let server: FakeServer;
const onClose = vi.fn();

const backend = (name: string, maxReferences: number, honours = ['style']) => ({ name, title: `All of ${name}`, honours, maxReferences }) as Backend;
const write = (label: string, value: string) => fireEvent.change(screen.getByLabelText(label), { target: { value } });
const create = () => fireEvent.click(screen.getByRole('button', { name: 'Create album' }));

beforeEach(() => {
  server = new FakeServer();
  vi.stubGlobal('fetch', server.fetch);
  cache.clear();
  onClose.mockReset();
  server.on('GET /albums/template-sets', () => ({ templateSets: [{ name: 'portrait', title: 'Portrait', shots: [{ label: 'Headshot', direction: 'front' }] }], nextCursor: null }));
});

async function open(...backends: Backend[]) {
  server.on('GET /backends', () => ({ backends, nextCursor: null }));
  const { hook, history } = memoryLocation({ path: '/albums', record: true });
  render(<Router hook={hook}><NewAlbum onClose={onClose} /></Router>);
  await screen.findByText('Portrait, 1 shot');
  await waitFor(() => expect(cache.get('backends').data).toBeTruthy());
  return history;
}

const posts = () => server.asked.filter(({ method }) => method === 'POST');

test('goes to the one backend that there is, or to the one that is chosen', async () => {
  const history = await open(backend('sketch', 4), backend('fal', 0, []));
  write('Name', 'Jordan');
  write('Subject', 'a woman');
  expect(screen.queryByText(/takes no pictures to go by/)).toBeNull();
  write('Backend', 'fal');
  expect(screen.getByText('This backend takes no pictures to go by: shots are made by their words alone.')).toBeTruthy();
  expect(screen.getByText(/^fal knows no styles/)).toBeTruthy();
  create();
  await waitFor(() => expect(history).toHaveLength(2));
  expect(posts()[0]!.body).toMatchObject({ name: 'Jordan', backend: 'fal' });
});

test('asks for no backend where there is one, and says what that one does not do', async () => {
  const history = await open(backend('fal', 0));
  expect(screen.queryByLabelText('Backend')).toBeNull();
  expect(screen.getByText(/takes no pictures to go by/)).toBeTruthy();
  write('Name', 'Jordan');
  write('Subject', 'a woman');
  create();
  await waitFor(() => expect(history).toHaveLength(2));
  expect(posts()[0]!.body).not.toHaveProperty('backend');
});

test('is made once, however often its answer is lost; another body is another album', async () => {
  const history = await open(backend('sketch', 4));
  write('Name', 'Jordan');
  write('Subject', 'a woman');
  server.isDown = true;
  for (const name of ['Jordan', 'Jordan', 'Ada']) {
    write('Name', name);
    const before = posts().length;
    create();
    await waitFor(() => expect(posts()).toHaveLength(before + 1));
    await screen.findByRole('alert');
  }
  server.isDown = false;
  create();
  await waitFor(() => expect(history).toHaveLength(2));
  const keys = posts().map(({ headers }) => headers.get('Idempotency-Key'));
  expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
  expect(keys.map((key) => keys.indexOf(key))).toEqual([0, 0, 2, 2]);
});

test('keeps what was typed when Escape is pressed', async () => {
  await open(backend('sketch', 4));
  const escape = () => fireEvent.keyDown(screen.getByRole('dialog'), { key: 'Escape' });
  escape();
  expect(onClose).toHaveBeenCalledOnce();
  write('Subject', 'a woman');
  escape();
  expect(screen.getByRole('alertdialog', { name: 'Discard what you have typed?' })).toBeTruthy();
  expect(onClose).toHaveBeenCalledOnce();
});
