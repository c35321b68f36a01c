// One album as it is looked at and changed, with a server behind it.
import type { Album, AlbumImage, Backend, Quote, User } from '@albumen/api';
import { toasts } from '@albumen/ui';
import { act, configure, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { Route, Router } from 'wouter';
import { memoryLocation } from 'wouter/memory-location';

import { FakeServer } from '../../../../tools/fake_server.ts';
import { cache } from '../../data/cache.ts';
import { useSession } from '../../data/session.ts';
import AlbumPage from './AlbumPage.tsx';

// A whole page, with parts that come later, on a machine that has other things to do.
configure({ asyncUtilTimeout: 5000 });

let server: FakeServer;
let query = new URLSearchParams();
let round = 0;

const picture = (id: string): AlbumImage => ({ id, url: `/media/${id}.png`, thumbUrl: `/media/${id}.png?w=512`, mediaType: 'image/png', width: 1, height: 1, prompt: id });
const backend = { name: 'sketch', title: 'Sketch', honours: ['style'], maxReferences: 4, price: { kind: 'free' }, fallback: [] as string[] } as unknown as Backend;
const button = (name: string) => screen.getByRole<HTMLButtonElement>('button', { name });

/** The album keeps `members`; the server tells the first of them with it, the others in pages. */
function keep(album: Album, members: AlbumImage[], pageSize = 200): void {
  const refresh = () => Object.assign(album, { images: members.slice(0, pageSize), imageCount: members.length });
  const place = (ids: string[], { before, after }: { before?: string; after?: string }) => {
    const moving = members.filter(({ id }) => ids.includes(id));
    const rest = members.filter(({ id }) => !ids.includes(id));
    const at = before ? rest.findIndex(({ id }) => id === before) : after ? rest.findIndex(({ id }) => id === after) + 1 : rest.length;
    members.splice(0, members.length, ...rest.toSpliced(at, 0, ...moving));
    return refresh();
  };
  server.on('GET /albums/:id/images', () => {
    const from = Number(query.get('cursor') ?? 0);
    return { images: members.slice(from, from + pageSize), nextCursor: from + pageSize < members.length ? String(from + pageSize) : null };
  });
  server.on('PUT /albums/:id/images/order', ({ body }) => place(body.imageIds, body));
  server.on('POST /albums/:id/images', ({ body }) => {
    members.push(...body.imageIds.map(picture));
    return refresh();
  });
  server.on('DELETE /albums/:id/images/:image', (_, [, image]) => {
    members.splice(members.findIndex(({ id }) => id === image), 1);
    return void refresh();
  });
  refresh();
}

beforeEach(() => {
  server = new FakeServer(`page-${++round}`);
  vi.stubGlobal('fetch', (input: unknown, init?: RequestInit) => {
    const url = new URL(String(input), 'http://studio.test');
    if (url.pathname.endsWith('/images')) query = url.searchParams;
    return server.fetch(input, init);
  });
  vi.stubGlobal('BroadcastChannel', undefined);
  (window as unknown as { happyDOM: { setURL(url: string): void } }).happyDOM.setURL('http://studio.test/');
  for (const { id } of toasts.get()) toasts.remove(id);
  cache.clear();
  useSession.setState({ state: 'signedIn', user: { id: server.userId, role: 'member' } as User });
  server.on('GET /backends', () => ({ backends: [backend], nextCursor: null }));
});

/** As the studio shows its pages. */
const Studio = () => (useSession().state === 'signedIn' ? <Route path="/albums/:id" component={AlbumPage} /> : <p>Sign in</p>);

async function open(album: Album) {
  const { hook } = memoryLocation({ path: `/albums/${album.id}` });
  render(<Router hook={hook}><Studio /></Router>);
  await screen.findByRole('heading', { level: 1, name: album.name });
}

function collection(count: number, pageSize?: number): Album {
  const album = Object.assign(server.addAlbum({ name: 'Autumn' }), { subjectDesc: null, sourceType: 'manual' });
  keep(album, Array.from({ length: count }, (_, i) => picture(`p${i}`)), pageSize);
  return album;
}

function session(...statuses: Album['shots'][number]['status'][]): Album {
  const album = server.addAlbum({ name: 'Jordan', shots: statuses.map((_, i) => ({ label: `Shot ${i}`, direction: 'front' })) });
  server.finishAnchor(album.id);
  statuses.forEach((status, index) => status === 'complete' && server.finishShot(album.id, index));
  statuses.forEach((status, index) => status === 'failed' && server.failShot(album.id, index, 'refused'));
  return album;
}

const names = (label = 'Pictures') => within(screen.getByRole('list', { name: label })).getAllByRole('listitem').map((item) => within(item).getAllByRole('button')[0]!.getAttribute('aria-label')).join(' ');
const tool = (of: number, name: string) => fireEvent.click(screen.getAllByRole('button', { name })[of]!);
const undo = () => act(() => toasts.undo());

describe('a collection with more pictures than come with it', () => {
  const canShowMore = async () => {
    await screen.findByRole('button', { name: 'Show more' });
    await waitFor(() => expect(button('Show more').getAttribute('aria-disabled')).toBeNull());
  };
  const showMore = async () => {
    await canShowMore();
    fireEvent.click(button('Show more'));
  };

  test('shows the others page by page', async () => {
    await open(collection(7, 3));
    expect(names()).toBe('p0 p1 p2');
    await showMore();
    await waitFor(() => expect(names()).toBe('p0 p1 p2 p3 p4 p5'));
    await showMore();
    await waitFor(() => expect(names()).toBe('p0 p1 p2 p3 p4 p5 p6'));
    expect(screen.queryByRole('button', { name: 'Show more' })).toBeNull();
  });

  test('is put in order by naming the one that moves and its neighbour, and stays in sight as far as it was', async () => {
    const album = collection(7, 3);
    await open(album);
    await showMore();
    await waitFor(() => expect(names()).toBe('p0 p1 p2 p3 p4 p5'));
    tool(2, 'Move back');
    await waitFor(() => expect(server.asked.find(({ method }) => method === 'PUT')?.body).toEqual({ imageIds: ['p2'], before: 'p4' }));
    await waitFor(() => expect(names()).toBe('p0 p1 p3 p2 p4 p5'));
    tool(4, 'Move back');
    await waitFor(() => expect(server.asked.findLast(({ method }) => method === 'PUT')!.body).toEqual({ imageIds: ['p4'], after: 'p5' }));
    await waitFor(() => expect(names()).toBe('p0 p1 p3 p2 p5 p4'));
  });

  test('says why the next page did not come, and asks again', async () => {
    await open(collection(7, 3));
    await canShowMore();
    expect(server.count('/images')).toBe(1);
    server.isDown = true;
    fireEvent.click(button('Show more'));
    expect((await screen.findByRole('alert')).textContent).toMatch(/^More pictures cannot be read/);
    server.isDown = false;
    fireEvent.click(button('Try again'));
    await waitFor(() => expect(names()).toBe('p0 p1 p2 p3 p4 p5'));
  });
});

describe('a collection that came whole', () => {
  test('asks for no pages', async () => {
    await open(collection(3));
    expect(names()).toBe('p0 p1 p2');
    expect(server.count('/images')).toBe(0);
  });

  test.each([
    [0, 'p1 p2', { imageIds: ['p0'], before: 'p1' }],
    [1, 'p0 p2', { imageIds: ['p1'], before: 'p2' }],
    [2, 'p0 p1', { imageIds: ['p2'], after: 'p1' }],
  ])('puts back picture %i where it was', async (index, rest, order) => {
    await open(collection(3));
    tool(index, 'Take out of the album');
    await waitFor(() => expect(toasts.get()).toHaveLength(1));
    expect(names()).toBe(rest);
    undo();
    await waitFor(() => expect(names()).toBe('p0 p1 p2'));
    expect(server.asked.find(({ method }) => method === 'PUT')!.body).toEqual(order);
  });

  test('shows what is true when a change did not get through', async () => {
    await open(collection(3));
    server.isDown = true;
    tool(0, 'Move back');
    expect(names()).toBe('p1 p0 p2');
    await waitFor(() => expect(names()).toBe('p0 p1 p2'));
    expect(toasts.get().map(({ tone }) => tone)).toContain('error');
  });

  test('tells the list of albums of every change', async () => {
    const invalidate = vi.spyOn(cache, 'invalidate');
    await open(collection(3));
    invalidate.mockClear();
    tool(0, 'Take out of the album');
    await waitFor(() => expect(invalidate).toHaveBeenCalledWith('albums'));
  });
});

describe('a session', () => {
  test('shows what was added to it, in the viewer too, and lets it be taken out', async () => {
    const album = session('complete', 'pending');
    keep(album, [picture(album.anchorImageId!), picture(album.shots[0]!.imageId!), picture('extra')]);
    await open(album);
    expect(names('Added pictures')).toBe('extra');
    fireEvent.click(button('extra'));
    const viewer = await screen.findByRole('dialog');
    expect(within(viewer).getByText('3 / 3')).toBeTruthy();
    fireEvent.keyDown(viewer, { key: 'ArrowLeft' });
    await within(viewer).findByText('2 / 3');
    fireEvent.keyDown(viewer, { key: 'Escape' });
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    tool(0, 'Take out of the album');
    await waitFor(() => expect(screen.queryByRole('list', { name: 'Added pictures' })).toBeNull());
    expect(server.count(`DELETE /api/albums/${album.id}/images/extra`)).toBe(1);
  });

  test('has nothing below it where nothing was added', async () => {
    const album = session('complete');
    keep(album, [picture(album.anchorImageId!), picture(album.shots[0]!.imageId!)]);
    await open(album);
    expect(screen.queryByText('Added pictures')).toBeNull();
  });

  test('asks before a shot loses its picture', async () => {
    const album = session('complete', 'failed');
    await open(album);
    const resets = () => server.asked.filter(({ method }) => method === 'DELETE').length;
    fireEvent.click(button('Reset Shot 0'));
    let question = await screen.findByRole('dialog', { name: 'Reset Shot 0?' });
    fireEvent.click(within(question).getByRole('button', { name: 'Cancel' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(resets()).toBe(0);
    fireEvent.click(button('Reset Shot 0'));
    question = await screen.findByRole('dialog', { name: 'Reset Shot 0?' });
    fireEvent.click(within(question).getByRole('button', { name: 'Reset' }));
    await waitFor(() => expect(screen.queryByRole('button', { name: 'Reset Shot 0' })).toBeNull());
    expect(resets()).toBe(1);
  });

  test('takes back a shot without a picture at once', async () => {
    await open(session('complete', 'failed'));
    fireEvent.click(button('Reset Shot 1'));
    await waitFor(() => expect(screen.queryByRole('button', { name: 'Reset Shot 1' })).toBeNull());
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  const quote: Quote = { backend: 'fal', currency: 'USD', basis: 'per_image', covered: true, costMicros: 40_000, reservedMicros: 40_000, leftMicros: null };

  test('says what its orders cost, where they cost something', async () => {
    server.on('GET /backends', () => ({ backends: [{ ...backend, price: { kind: 'per_image' } }], nextCursor: null }));
    server.on('POST /quote', () => quote);
    await open(session('complete', 'pending', 'failed'));
    expect((await screen.findByText(/^\D*0\.08$/)).id).toBe(button('Generate all shots').getAttribute('aria-describedby'));
    expect(within(screen.getByRole('article', { name: 'Anchor' })).getByText(/^\D*0\.04$/).id).toBe(button('Regenerate').getAttribute('aria-describedby'));
    expect(server.count('POST /api/quote')).toBe(1);
  });

  test.each([[true, 1], [false, 0]])('asks for no price where all is free, nor for somebody who only looks (mine: %s)', async (mine, backends) => {
    await open(Object.assign(session('pending'), { mine }));
    await waitFor(() => expect(server.streams.size).toBe(1));
    await waitFor(() => expect(server.count('/api/backends')).toBe(backends));
    expect(server.count('POST /api/quote')).toBe(0);
    expect(screen.queryByText(/takes no pictures/)).toBeNull();
  });

  test('says that its backend takes no pictures to go by', async () => {
    server.on('GET /backends', () => ({ backends: [{ ...backend, maxReferences: 0 }], nextCursor: null }));
    await open(session('pending'));
    expect(await screen.findByText('This backend takes no pictures to go by: shots are made by their words alone.')).toBeTruthy();
  });

  test('makes outliers again as one order, however often its answer is lost', async () => {
    const album = Object.assign(session('complete'), { outlierCount: 1, remakeCount: 1 });
    server.on('POST /albums/:id/outliers', () => ({ jobIds: [] }));
    await open(album);
    server.isDown = true;
    fireEvent.click(button('Remake 1 outlier'));
    await waitFor(() => expect(toasts.get()).not.toHaveLength(0));
    server.isDown = false;
    await waitFor(() => expect(button('Remake 1 outlier').getAttribute('aria-disabled')).toBeNull());
    fireEvent.click(button('Remake 1 outlier'));
    await waitFor(() => expect(server.count('/outliers')).toBe(2));
    const [first, second] = server.asked.filter(({ path }) => path.endsWith('/outliers')).map(({ headers }) => headers.get('Idempotency-Key'));
    expect(first).toMatch(/^[0-9a-f]{32}$/);
    expect(second).toBe(first);
  });
});

test('a session that has ended leads to the door from an album that nobody touches', async () => {
  await open(session('complete'));
  await waitFor(() => expect(server.streams.size).toBe(1));
  vi.stubGlobal('fetch', async () => new Response('{}', { status: 401 }));
  act(() => server.cut());
  expect(await screen.findByText('Sign in')).toBeTruthy();
});
