// Every page in every width and theme: nothing keeps anybody out, nothing stands out of the window, nothing breaks.
import { beforeAll, describe, expect, test } from 'vitest';

import { startServer, type Server } from '../scenario/harness.ts';
import { expectAccessible, expectFilling, expectFitting, openBrowser, openStudio, type Tab } from './browser.ts';

const WIDTHS = [[1440, 900], [820, 1180], [390, 844]] as const;

let server: Server;
let tab: Tab;
let session = '';
let collection = '';

beforeAll(async () => {
  server = await startServer();
  await server.ok(202, 'POST', '/api/jobs', { request: { prompt: 'a lighthouse at dusk', width: 640, height: 480 }, count: 3 });
  session = (await server.ok(201, 'POST', '/api/albums', { name: 'Jordan Headshots', subjectDesc: 'a woman with dark curly hair', templateSet: 'portrait' })).id;
  collection = (await server.ok(201, 'POST', '/api/albums', { name: 'Best of autumn', description: 'What we liked', isPublic: true })).id;
  tab = await openStudio(server);
  await tab.page.waitForFunction(() => document.querySelectorAll('ul[aria-label=Pictures] button img').length === 3);
  const { images } = await server.ok(200, 'GET', '/api/images');
  await server.ok(200, 'POST', `/api/albums/${collection}/images`, { imageIds: images.map(({ id }: { id: string }) => id) });
  await server.ok(200, 'POST', `/api/albums/${session}/anchor`, { imageId: images[0].id });
});

const pages = (): [string, string][] => [
  ['create', '/create'], ['albums', '/albums'], ['no album fits', '/albums?source=scrape'], ['a session', `/albums/${session}`], ['a collection', `/albums/${collection}`],
  ['library', '/library'], ['no picture fits', '/library?q=zebra'], ['the trash', '/library?trash=1'], ['usage', '/usage'], ['queue', '/queue'], ['nothing failed', '/queue?status=failed'], ['settings', '/settings'], ['no page', '/nowhere'],
];

async function open(path: string): Promise<void> {
  await tab.page.goto(server.url + path);
  await tab.page.getByRole('heading', { level: 1 }).waitFor();
  await tab.page.waitForFunction(() => !document.querySelector('[aria-busy=true]'));
}

async function setTheme(theme: 'dark' | 'light'): Promise<void> {
  await tab.page.evaluate((name) => localStorage.setItem('albumen.theme', JSON.stringify({ state: { theme: name }, version: 1 })), theme);
}

describe.sequential.each(['dark', 'light'] as const)('in %s', (theme) => {
  test('every page is accessible and fits its window', async () => {
    await setTheme(theme);
    for (const [name, path] of pages()) {
      await open(path);
      for (const [width, height] of WIDTHS) {
        await tab.page.setViewportSize({ width, height });
        await expectFitting(tab.page, `${name}, ${width} wide`);
        await expectFilling(tab.page, `${name}, ${width} wide`);
      }
      await expectAccessible(tab.page, `${name}, ${theme}`);
    }
    expect(tab.problems).toEqual([]);
  });

  test('so is every window over a page', async () => {
    await setTheme(theme);
    await tab.page.setViewportSize({ width: 820, height: 1180 });
    const windows: [string, string, () => Promise<void>][] = [
      ['a picture', '/create', () => tab.page.getByRole('list', { name: 'Pictures' }).getByRole('button').first().click()],
      ['a new album', '/albums', () => tab.page.getByRole('button', { name: 'New album' }).click()],
      ['the keys', '/albums', () => tab.page.keyboard.press('?')],
      ['the menu of an album', `/albums/${session}`, () => tab.page.getByRole('button', { name: 'More' }).click()],
      ['the picker', `/albums/${collection}`, () => tab.page.getByRole('button', { name: 'Add pictures' }).click()],
      ['the filters', '/library', () => tab.page.getByRole('button', { name: 'Filters' }).click()],
      ['the words of a search', '/library', () => tab.page.getByRole('button', { name: 'How to search' }).click()],
      ['an anchor', `/albums/${session}`, () => tab.page.getByRole('button', { name: 'Open the anchor' }).click()],
      ['a question', '/settings', () => tab.page.getByRole('button', { name: /^Revoke/ }).first().click()],
    ];
    for (const [name, path, act] of windows) {
      await open(path);
      await act();
      await tab.page.locator('[role=dialog], [role=menu]').waitFor();
      if (name === 'a picture') await tab.page.keyboard.press('i');
      await expectAccessible(tab.page, `${name}, ${theme}`);
    }
    expect(tab.problems).toEqual([]);
  });
});

test('an album that comes takes the places that were kept for it', async () => {
  const places = () => tab.page.evaluate(() => [...document.querySelectorAll('section[aria-label] > div:last-child > *')].map((each) => {
    const { x, y, width, height } = each.getBoundingClientRect();
    return [x, y, width, height].map(Math.round);
  }));
  for (const [width, height] of WIDTHS) {
    await tab.page.setViewportSize({ width, height });
    let go = () => {};
    const gate = new Promise<void>((resolve) => (go = resolve));
    await tab.page.route(`**/api/albums/${session}`, async (route) => {
      await gate;
      await route.continue();
    });
    await tab.page.goto(`${server.url}/albums/${session}`);
    await tab.page.locator('section[aria-busy=true]').waitFor();
    const kept = await places();
    go();
    await tab.page.getByText('0 of 6 shots').waitFor();
    expect(kept).toHaveLength(7);
    expect(await places(), `${width} wide`).toEqual(kept);
    await tab.page.unrouteAll({ behavior: 'ignoreErrors' });
  }
});

test('the door is accessible', async () => {
  const stranger = await openBrowser();
  for (const [width, height] of WIDTHS) {
    await stranger.page.setViewportSize({ width, height });
    await stranger.page.goto(`${server.url}/albums`);
    await stranger.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await expectFitting(stranger.page, `the door, ${width} wide`);
  }
  await expectAccessible(stranger.page, 'the door');
});

test('every page of a server that fails says what could not be read, and asks again on one press', async () => {
  const failing = ['/create', '/albums', `/albums/${session}`, '/library', '/queue', '/usage', '/settings'];
  const error = JSON.stringify({ error: { code: 'internal', message: 'something went wrong in the server', field: null } });
  const isData = (url: URL) => /^\/api\/(?!session$|me$|events)/.test(url.pathname);
  for (const path of failing) {
    await tab.page.route(isData, (route) => route.fulfill({ status: 500, contentType: 'application/json', body: error }));
    await tab.page.goto(server.url + path);
    const ways = tab.page.getByRole('alert').getByRole('button', { name: 'Try again' });
    await ways.first().waitFor();
    await expectAccessible(tab.page, `${path} of a server that fails`);
    await tab.page.unrouteAll({ behavior: 'ignoreErrors' });
    await expect.poll(async () => {
      for (const way of await ways.all()) await way.click({ timeout: 500 }).catch(() => undefined);
      return await ways.count();
    }, { message: path, timeout: 10_000 }).toBe(0);
  }
});
