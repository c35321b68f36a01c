import type { Image } from '@albumen/api';
import { fireEvent, render, screen, waitFor } from '@testing-library/react';
import { beforeEach, expect, test, vi } from 'vitest';

import { cache } from '../../../data/cache.ts';
import { client } from '../../../data/client.ts';
import ImagePicker from './ImagePicker.tsx';

const image = (id: string): Image => ({ id, url: `/media/${id}`, prompt: id, tags: [], starred: false }) as unknown as Image;
const ALL = ['a harbour', 'a kite'].map(image);

beforeEach(() => {
  cache.clear();
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => undefined, removeEventListener: () => undefined }));
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(800);
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(400);
  vi.spyOn(client, 'send').mockImplementation((async (_: string, { query }: { query: { q?: string | null } }) =>
    ({ answer: { images: ALL.filter(({ prompt }) => prompt!.includes(query.q ?? '')), nextCursor: null }, eventId: null })) as never);
});

test('finds by words, and keeps what was chosen before', async () => {
  const onPick = vi.fn(async () => undefined);
  render(<ImagePicker title="Add pictures" onPick={onPick} onClose={() => undefined} />);
  const search = (q: string) => fireEvent.change(screen.getByLabelText('Search pictures'), { target: { value: q } });
  fireEvent.click(await screen.findByRole('button', { name: 'a kite' }));
  search('harbour');
  await waitFor(() => expect(screen.queryByRole('button', { name: 'a kite' })).toBeNull());
  fireEvent.click(await screen.findByRole('button', { name: 'a harbour' }));
  search('zebra');
  await screen.findByText('No picture fits');
  fireEvent.click(screen.getByRole('button', { name: 'Add 2 pictures' }));
  expect(onPick).toHaveBeenCalledWith([ALL[1], ALL[0]]);
});
