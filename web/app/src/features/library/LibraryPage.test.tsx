// The library as a page: what is searched for, chosen, and thrown away.
import { ApiError, type Image, type User } from '@albumen/api';
import { toasts } from '@albumen/ui';
import { act, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { beforeAll, beforeEach, expect, test, vi } from 'vitest';

import { cache } from '../../data/cache.ts';
import { client } from '../../data/client.ts';
import { useSession } from '../../data/session.ts';
import LibraryPage from './LibraryPage.tsx';

const image = (id: string): Image => ({ id, url: `/media/${id}`, prompt: `picture ${id}`, tags: [], starred: false, rating: 0, createdAt: '2026-11-21T05:00:00.000Z', sizeBytes: 1 }) as unknown as Image;
const PICTURES = Array.from({ length: 100 }, (_, i) => image(String(i)));

/** What the server answers for a page of pictures. */
let pageOf: (query: { q?: string | null; trash?: boolean; cursor?: string | null }) => unknown;

// What comes later on the page is at hand here.
beforeAll(() => import('./components/SelectionBar.tsx'));

beforeEach(() => {
  cache.clear();
  toasts.clear();
  useSession.setState({ state: 'signedIn', user: { id: 'u1', name: 'ada', role: 'member' } as User });
  history.replaceState(null, '', '/library');
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => undefined, removeEventListener: () => undefined }));
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(1000);
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(800);
  pageOf = () => ({ images: PICTURES, nextCursor: null });
  vi.spyOn(client, 'send').mockImplementation((async (route: string, { query = {} }: { query?: object } = {}) => {
    const answers: Record<string, () => unknown> = {
      'GET /api/images': () => pageOf(query),
      'GET /api/albums': () => ({ albums: [{ id: 'mine', name: 'Best of autumn', imageCount: 1, mine: true }, { id: 'other', name: 'Of somebody else', imageCount: 1, mine: false }], nextCursor: null }),
      'GET /api/images/facets': () => ({ tags: [], backends: [], sources: [], months: [], ratings: [], starred: 0, trash: 1 }),
      'GET /api/images/searches': () => ({ searches: [], nextCursor: null }),
    };
    return { answer: await answers[route]!(), eventId: null };
  }) as never);
});

const pictures = () => screen.getByRole('list', { name: 'Pictures' });
const picture = (id: string) => screen.findByRole('button', { name: `picture ${id}` });
const scroller = () => pictures().parentElement!;
const search = (q: string) => act(() => history.pushState(null, '', `/library?q=${q}`));

test('what another search finds begins at its top, when it is there', async () => {
  let answer!: (page: unknown) => void;
  render(<LibraryPage />);
  await picture('0');
  scroller().scrollTop = 3000;
  fireEvent.scroll(scroller());
  await picture('60');
  pageOf = () => new Promise((given) => (answer = given));
  search('sea');
  expect(scroller().scrollTop, 'what is in sight stays until then').toBe(3000);
  await act(async () => answer({ images: PICTURES.slice(1), nextCursor: null }));
  await picture('1');
  expect(scroller().scrollTop).toBe(0);
});

test('a next page that does not come is told of, and asked for again', async () => {
  pageOf = ({ cursor }) => {
    if (cursor) throw new ApiError('away', { status: 503, code: 'unavailable' });
    return { images: PICTURES.slice(0, 10), nextCursor: 'more' };
  };
  render(<LibraryPage />);
  expect((await screen.findByRole('alert')).textContent).toContain('More pictures cannot be read: away');
  pageOf = () => ({ images: PICTURES.slice(10, 20), nextCursor: null });
  fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
  await picture('19');
  expect(screen.queryByRole('alert')).toBeNull();
});

test('choosing ends with the way into the trash', async () => {
  render(<LibraryPage />);
  await picture('0');
  fireEvent.click(screen.getByRole('button', { name: 'Choose' }));
  await screen.findByRole('region', { name: 'Chosen pictures' });
  fireEvent.click(screen.getByRole('button', { name: 'Trash (1)' }));
  expect(screen.queryByRole('region', { name: 'Chosen pictures' })).toBeNull();
  fireEvent.click(await screen.findByRole('button', { name: 'Back to the pictures' }));
  await picture('0');
  expect(screen.queryByRole('region', { name: 'Chosen pictures' })).toBeNull();
});

test('what was chosen stays so until it is deleted', async () => {
  const call = vi.spyOn(client, 'call').mockRejectedValueOnce(new ApiError('not now', { status: 503, code: 'unavailable' }));
  render(<LibraryPage />);
  await picture('0');
  fireEvent.click(screen.getByRole('button', { name: 'Choose' }));
  fireEvent.click(await picture('1'));
  const trash = await screen.findByRole('button', { name: 'Delete the chosen' });
  fireEvent.click(trash);
  await waitFor(() => expect(toasts.get().map(({ message }) => message)).toEqual(['not now']));
  await screen.findByText('1 chosen');
  call.mockResolvedValue(undefined as never);
  fireEvent.click(trash);
  await waitFor(() => expect(screen.queryByRole('region', { name: 'Chosen pictures' })).toBeNull());
  expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Choose' }));
});

test('what is chosen goes into an album of one\'s own, or into a new one', async () => {
  const call = vi.spyOn(client, 'call').mockResolvedValue({ id: 'new', name: 'Winter' } as never);
  const put = (id: string) => ['POST /api/albums/{id}/images', { params: { id }, body: { imageIds: ['1'] } }];
  render(<LibraryPage />);
  await picture('0');
  fireEvent.click(screen.getByRole('button', { name: 'Choose' }));
  fireEvent.click(await picture('1'));
  const open = async () => fireEvent.click(await screen.findByRole('button', { name: 'Add the chosen to an album' }));
  await open();
  fireEvent.click(await screen.findByRole('button', { name: /^Best of autumn/ }));
  await waitFor(() => expect(toasts.get().map(({ message }) => message)).toEqual(['1 picture added to “Best of autumn”.']));
  expect(call.mock.calls).toEqual([put('mine')]);
  await open();
  expect(screen.queryByRole('button', { name: /^Of somebody else/ })).toBeNull();
  fireEvent.change(await screen.findByLabelText('New album'), { target: { value: 'Winter' } });
  fireEvent.submit(screen.getByLabelText('New album').closest('form')!);
  await waitFor(() => expect(call).toHaveBeenLastCalledWith(...(put('new') as [never, never])));
});

test('the focus of a picture that leaves the trash goes to the next, and to the page when it was the last', async () => {
  vi.spyOn(client, 'call').mockResolvedValue(undefined as never);
  pageOf = ({ trash }) => ({ images: trash ? PICTURES.slice(0, 2) : [], nextCursor: null });
  history.replaceState(null, '', '/library?trash=1');
  render(<LibraryPage />);
  const restore = (id: string) => screen.findByRole('button', { name: `Restore picture ${id}` });
  (await restore('0')).focus();
  fireEvent.click(await restore('0'));
  const next = await restore('1');
  expect(document.activeElement).toBe(next);
  fireEvent.click(next);
  const empty = await screen.findByRole('heading', { name: 'The trash is empty' });
  expect(document.activeElement!.contains(empty)).toBe(true);
  expect(document.activeElement).not.toBe(document.body);
});
