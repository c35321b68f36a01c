// A studio in use, and every page and window of it: what the checks of all pages and their pictures walk through.
import type { Page } from 'playwright-core';
import { expect, vi } from 'vitest';

import { startServer, type Server } from '../scenario/harness.ts';

export const WIDTHS = [[1440, 900], [820, 1180], [390, 844]] as const;

export interface Scene {
  name: string;
  path: string;
  /** What is done on the page before it is looked at: opens a window, chooses, types. */
  act?: (page: Page) => Promise<unknown>;
  /** There is such a thing only where there is no room beside. */
  isNarrow?: boolean;
}

export interface Studio {
  server: Server;
  /** Ids of albums. */
  whole: string;
  working: string;
  fresh: string;
  collection: string;
  empty: string;
}

const CONFIG = `consistency:
  mark_percent: 60
  remakes: 1
backends:
  sketch: { type: sketch }
  mock: { type: mock, concurrency: 8 }
  paid: { type: mock, mode: in_process, price_per_image: 0.04, price: unknown }
`;
/** Longer than any test: what is being made stays so. */
const STAYS = 'slow:900000';
const PROMPTS = ['A lighthouse at dusk, long exposure, calm sea', 'A harbour in a storm', 'A kite above the dunes', 'Still life with lemons, window light',
  'A fox asleep in the snow, seen from far above, with its tail over its nose and the tracks of the night all around it', 'An empty cinema', 'Tulips', 'A paper crane on a desk'];
const SHAPES = [[640, 480], [480, 640], [512, 512], [768, 432]] as const;

/** Asks until the answer is right; also before the first test. */
async function when<T>(ask: () => Promise<T>, check: (answer: T) => void): Promise<T> {
  return await vi.waitFor(async () => {
    const answer = await ask();
    check(answer);
    return answer;
  }, { timeout: 120_000, interval: 100 });
}

async function makePictures(server: Server): Promise<string[]> {
  for (const [i, prompt] of PROMPTS.entries()) {
    const [width, height] = SHAPES[i % SHAPES.length]!;
    await server.ok(202, 'POST', '/api/jobs', { request: { prompt, width, height }, backend: 'sketch' });
  }
  return await when(async () => (await server.ok(200, 'GET', '/api/images')).images.map(({ id }: { id: string }) => id), (ids) => expect(ids).toHaveLength(PROMPTS.length));
}

/** Stars, tags, ratings, kept searches, two pictures in the trash. */
async function markPictures(server: Server, ids: string[]): Promise<void> {
  await server.ok(200, 'POST', '/api/images/change', { imageIds: ids.slice(0, 3), starred: true, addTags: ['sea', 'night sky'] });
  for (const [i, id] of ids.slice(0, 4).entries()) await server.ok(200, 'PATCH', `/api/images/${id}`, { rating: 5 - i });
  for (const q of ['harbour -storm', 'tag:"night sky" is:starred']) await server.ok(201, 'POST', '/api/images/searches', { name: q.slice(0, 20), q, sort: null });
  await server.ok(200, 'POST', '/api/images/change', { imageIds: ids.slice(-2), trash: true, force: true });
}

const album = async (server: Server, body: object): Promise<string> => (await server.ok(201, 'POST', '/api/albums', body)).id;
const shots = async (server: Server, id: string): Promise<string[]> => (await server.ok(200, 'GET', `/api/albums/${id}`)).shots.map(({ status }: { status: string }) => status);

/** One session that is done, one at work with everything that can happen to a shot, one that has not begun, two collections. */
async function makeAlbums(server: Server, ids: string[]): Promise<Omit<Studio, 'server'>> {
  const whole = await album(server, { name: 'Jordan Headshots', subjectDesc: 'Professional woman, dark curly hair, early 30s, warm smile', templateSet: 'portrait' });
  const working = await album(server, {
    name: 'The keeper of the lighthouse at the end of the long northern pier', subjectDesc: 'an old man in oilskins', backend: 'mock',
    shots: [['Done', 'close-up, soft light'], ['Refused by the backend', 'fail:400 wide'], ['At work', `${STAYS} in profile`], ['Not made yet', 'from behind, walking away along the pier in the rain']].map(([label, direction]) => ({ label, direction })),
  });
  for (const [i, id] of [whole, working].entries()) await server.ok(200, 'POST', `/api/albums/${id}/anchor`, { imageId: ids[i] });
  await server.ok(202, 'POST', `/api/albums/${whole}/shots`);
  for (const index of [0, 1, 2]) await server.ok(202, 'POST', `/api/albums/${working}/shots/${index}`);
  const collection = await album(server, { name: 'Best of autumn', description: 'What we liked', isPublic: true });
  await server.ok(200, 'POST', `/api/albums/${collection}/images`, { imageIds: ids.slice(0, 6) });
  const fresh = await album(server, { name: 'Titanium bottle', subjectDesc: 'Titanium water bottle, brushed finish', templateSet: 'product' });
  const empty = await album(server, { name: 'For the calendar' });
  await when(() => shots(server, whole), (all) => expect(all).toEqual(Array(6).fill('complete')));
  await when(() => shots(server, working), (all) => expect(all).toEqual(['complete', 'failed', 'generating', 'pending']));
  return { whole, working, collection, fresh, empty };
}

/** Money that was spent, budgets, jobs in every state, users of every kind. */
async function makeTraffic(server: Server): Promise<void> {
  const send = async (prompt: string, backend: string, count = 1) => await server.ok(202, 'POST', '/api/jobs', { request: { prompt, width: 256, height: 256 }, backend, count });
  await send('a paper crane', 'paid', 4);
  for (const prompt of ['fail:400 nothing', `${STAYS} a slow tide`]) await send(prompt, 'mock');
  const { jobIds } = await send(`${STAYS} never mind`, 'mock');
  await server.ok(200, 'POST', `/api/jobs/${jobIds[0]}/cancel`);
  for (const [name, role] of [['ada', 'member'], ['visitor-of-the-archive.with.a.rather.long.name@example.org', 'viewer']]) {
    const { id } = await server.ok(201, 'POST', '/api/users', { name, role });
    await server.ok(200, 'PUT', '/api/budgets', { userId: id, period: 'month', limitMicros: 250_000 });
    if (role === 'viewer') await server.ok(200, 'PATCH', `/api/users/${id}`, { disabled: true });
  }
  await server.ok(200, 'PUT', '/api/budgets', { period: 'month', limitMicros: 20_000_000 });
  await server.ok(201, 'POST', '/api/tokens', { name: 'the laptop in the darkroom', scope: 'read', days: 30 });
  await when(() => server.ok(200, 'GET', '/api/usage?by=backend'), ({ costMicros }) => expect(costMicros).toBe(160_000));
}

export async function fillStudio(): Promise<Studio> {
  const server = await startServer({ config: CONFIG });
  const ids = await makePictures(server);
  const albums = await makeAlbums(server, ids);
  await makeTraffic(server);
  await markPictures(server, ids);
  return { server, ...albums };
}

export const pages = ({ whole, working, fresh, collection, empty }: Studio): Scene[] => [
  { name: 'create', path: '/create' },
  { name: 'albums', path: '/albums' },
  { name: 'no album fits', path: '/albums?source=scrape' },
  { name: 'a session that is done', path: `/albums/${whole}` },
  { name: 'a session at work', path: `/albums/${working}` },
  { name: 'a session that has not begun', path: `/albums/${fresh}` },
  { name: 'a collection', path: `/albums/${collection}` },
  { name: 'an empty collection', path: `/albums/${empty}` },
  { name: 'no such album', path: '/albums/0190a0b0-0000-7000-8000-000000000000' },
  { name: 'library', path: '/library' },
  { name: 'a search', path: '/library?q=tag%3Asea' },
  { name: 'no picture fits', path: '/library?q=zebra' },
  { name: 'a search that is not understood', path: '/library?q=rating%3A9' },
  { name: 'the trash', path: '/library?trash=1' },
  { name: 'queue', path: '/queue' },
  { name: 'nothing queued', path: '/queue?status=queued' },
  { name: 'usage', path: '/usage' },
  { name: 'usage by day', path: '/usage?period=week&by=day' },
  { name: 'usage of last month', path: '/usage?period=before' },
  { name: 'settings', path: '/settings' },
  { name: 'no page', path: '/nowhere' },
];

const press = (name: string | RegExp, item?: string) => async (page: Page) => {
  const button = page.getByRole('button', { name }).first();
  await button.click();
  if (!item) return;
  // A menu's code comes after its page: what is pressed while one takes the place of the other is lost.
  await vi.waitFor(async () => {
    if ((await page.getByRole('menu').count()) === 0) await button.click();
    await page.getByRole('menuitem', { name: item, exact: true }).click({ timeout: 2000 });
  }, { timeout: 15_000 });
};
const pressFirst = async (page: Page) => await page.getByRole('list', { name: 'Pictures' }).getByRole('button').filter({ has: page.locator('img') }).first().click();
const then = (...acts: ((page: Page) => Promise<unknown>)[]) => async (page: Page) => {
  for (const act of acts) await act(page);
};
const key = (name: string) => async (page: Page) => {
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press(name);
};

/** Every window and menu that opens over a page. */
export const windows = ({ whole, fresh, collection }: Studio): Scene[] => [
  { name: 'a picture', path: '/create', act: pressFirst },
  { name: 'the keys', path: '/albums', act: (page) => page.keyboard.press('?') },
  { name: 'a new session', path: '/albums', act: press('New album') },
  { name: 'a new session of own shots', path: '/albums', act: then(press('New album'), (page) => page.getByLabel('Shots').selectOption('own')) },
  { name: 'a new collection', path: '/albums', act: then(press('New album'), (page) => page.getByRole('radio', { name: 'Collection', exact: true }).check()) },
  { name: 'the menu of an album', path: `/albums/${whole}`, act: press('More') },
  { name: 'an album being edited', path: `/albums/${whole}`, act: press('More', 'Edit') },
  { name: 'shots being edited', path: `/albums/${fresh}`, act: press('More', 'Edit shots') },
  { name: 'an anchor being chosen', path: `/albums/${fresh}`, act: press('More', 'Take an anchor from the library') },
  { name: 'an album about to be deleted', path: `/albums/${whole}`, act: press('More', 'Delete') },
  { name: 'an anchor', path: `/albums/${whole}`, act: press('Open the anchor') },
  { name: 'a shot beside the anchor', path: `/albums/${whole}`, act: then(press('Open Casual'), key('c')) },
  { name: 'pictures being added', path: `/albums/${collection}`, act: then(press('Add pictures'), (page) => page.getByRole('dialog').getByRole('listitem').nth(1).getByRole('button').click()) },
  { name: 'what is known of a picture', path: '/library', act: then(pressFirst, key('i')) },
  { name: 'the menu of a picture', path: '/library', act: then(pressFirst, press('More')) },
  { name: 'the filters', path: '/library', act: press('Filters'), isNarrow: true },
  { name: 'how to search', path: '/library', act: press('How to search') },
  { name: 'tags for the chosen', path: '/library', act: then(press('Choose'), pressFirst, press('Tag the chosen')) },
  { name: 'a token about to be revoked', path: '/settings', act: press(/^Revoke/) },
  { name: 'a user about to be deleted', path: '/settings', act: press('Actions for ada', 'Delete') },
  { name: 'what can be done with a user', path: '/settings', act: press('Actions for ada') },
];

/** What a page shows when something was done on it. */
export const changes = ({ working }: Studio): Scene[] => [
  { name: 'more settings', path: '/create', act: (page) => page.getByText('More settings').click() },
  { name: 'a prompt that is missing', path: '/create', act: press('Generate') },
  { name: 'what likeness means', path: `/albums/${working}`, act: then((page) => page.getByRole('button', { name: /like the anchor/ }).first().focus(), (page) => page.getByRole('tooltip').first().waitFor({ state: 'attached' })) },
  { name: 'chosen pictures', path: '/library', act: then(press('Choose'), pressFirst) },
  { name: 'a picture that was deleted', path: '/library', act: then(pressFirst, key('Delete'), (page) => page.getByText('is in the trash').waitFor(), key('Escape')) },
  { name: 'a new token', path: '/settings', act: then((page) => page.getByLabel('What for').fill('a script'), press('Make a token'), (page) => page.getByText('Copy it now').waitFor()) },
];

/** The page is there, with its data and its pictures. */
export async function whenSettled(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).first().waitFor();
  await page.waitForFunction(() => {
    // What is far below is fetched when it is scrolled to.
    const isInView = (each: Element) => each.getBoundingClientRect().top < innerHeight;
    return !document.querySelector('main [aria-busy=true]:not(article, button)') && [...document.images].filter(isInView).every(({ complete }) => complete);
  });
  await page.evaluate(() => document.fonts.ready);
}

export async function open(page: Page, server: Server, { path, act }: Scene): Promise<void> {
  await page.goto(server.url + path);
  await whenSettled(page);
  await act?.(page);
}

export async function openWindow(page: Page, server: Server, scene: Scene): Promise<void> {
  await open(page, server, scene);
  await page.locator('[role=dialog], [role=menu]').last().waitFor();
}
