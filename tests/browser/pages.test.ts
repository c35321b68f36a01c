// Every page in every width and theme: nothing keeps anybody out, nothing stands out of the window, nothing breaks.
import { beforeAll, expect, test } from 'vitest';

import { expectAccessibleInBoth, expectFilling, expectFitting, openBrowser, openStudio, type Tab } from './browser.ts';
import { changes, fillStudio, open, openWindow, pages, WIDTHS, windows, type Studio } from './scenes.ts';

/** All of them, one after the other, with sanitizers. */
const WALK_MS = 300_000;

let studio: Studio;
let tab: Tab;

beforeAll(async () => {
  studio = await fillStudio();
  tab = await openStudio(studio.server);
}, 240_000);

const expectNoProblems = () => expect(tab.problems.filter((problem) => !/status of (404|422)/.test(problem))).toEqual([]);

test('every page is accessible and fits its window', async () => {
  for (const scene of pages(studio)) {
    await open(tab.page, studio.server, scene);
    for (const [width, height] of WIDTHS) {
      await tab.page.setViewportSize({ width, height });
      await expectFitting(tab.page, `${scene.name}, ${width} wide`);
      await expectFilling(tab.page, `${scene.name}, ${width} wide`);
    }
    await expectAccessibleInBoth(tab.page, scene.name);
  }
  expectNoProblems();
}, WALK_MS);

test('so is what was done on it', async () => {
  for (const scene of changes(studio)) {
    await tab.page.setViewportSize({ width: 1440, height: 900 });
    await open(tab.page, studio.server, scene);
    await tab.page.setViewportSize({ width: 390, height: 844 });
    await expectFitting(tab.page, scene.name);
    await expectAccessibleInBoth(tab.page, scene.name);
  }
  expectNoProblems();
}, WALK_MS);

test('so is every window over a page', async () => {
  for (const scene of windows(studio)) {
    await tab.page.setViewportSize({ width: 820, height: 1180 });
    await openWindow(tab.page, studio.server, scene);
    await expectAccessibleInBoth(tab.page, scene.name);
    await tab.page.setViewportSize({ width: 390, height: 844 });
    await expectFitting(tab.page, scene.name);
  }
  expectNoProblems();
}, WALK_MS);

test('an album that comes takes the places that were kept for it', async () => {
  const places = () => tab.page.evaluate(() => [...document.querySelectorAll('section[aria-label] > div:last-child > *')].map((each) => {
    const { x, y, width, height } = each.getBoundingClientRect();
    return [x, y, width, height].map(Math.round);
  }));
  const { server, whole } = studio;
  const session = await server.ok(201, 'POST', '/api/albums', { name: 'Six', subjectDesc: 'a diver', templateSet: 'portrait' });
  const [picture] = (await server.ok(200, 'GET', `/api/albums/${whole}`)).images;
  await server.ok(200, 'POST', `/api/albums/${session.id}/anchor`, { imageId: picture.id });
  for (const [width, height] of WIDTHS) {
    await tab.page.setViewportSize({ width, height });
    let go = () => {};
    const gate = new Promise<void>((resolve) => (go = resolve));
    await tab.page.route(`**/api/albums/${session.id}`, async (route) => {
      await gate;
      await route.continue();
    });
    await tab.page.goto(`${server.url}/albums/${session.id}`);
    await tab.page.locator('section[aria-busy=true]').waitFor();
    const kept = await places();
    go();
    await tab.page.getByText('0 of 6 shots').waitFor();
    expect(kept).toHaveLength(7);
    expect(await places(), `${width} wide`).toEqual(kept);
    await tab.page.unrouteAll({ behavior: 'ignoreErrors' });
  }
});

test('a new page begins at its top, and Back leads to where a page was left', async () => {
  await tab.page.setViewportSize({ width: 820, height: 600 });
  await tab.page.goto(`${studio.server.url}/settings`);
  await tab.page.getByRole('button', { name: 'Actions for ada' }).waitFor();
  const top = () => tab.page.locator('main').evaluate((main) => main.scrollTop);
  await tab.page.locator('main').evaluate((main) => (main.scrollTop = 400));
  await expect.poll(top).toBe(400);
  await tab.page.getByRole('link', { name: 'Create', exact: true }).click();
  await tab.page.getByRole('heading', { level: 1, name: 'Create' }).waitFor();
  expect(await top()).toBe(0);
  await tab.page.goBack();
  await tab.page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
  await expect.poll(top).toBe(400);
});

test('the door is accessible', async () => {
  const stranger = await openBrowser();
  for (const [width, height] of WIDTHS) {
    await stranger.page.setViewportSize({ width, height });
    await stranger.page.goto(`${studio.server.url}/albums`);
    await stranger.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await expectFitting(stranger.page, `the door, ${width} wide`);
  }
  await expectAccessibleInBoth(stranger.page, 'the door');
});

test('every page of a server that fails says what could not be read, and asks again on one press', async () => {
  const failing = ['/create', '/albums', `/albums/${studio.whole}`, '/library', '/queue', '/usage', '/settings'];
  const error = JSON.stringify({ error: { code: 'internal', message: 'something went wrong in the server', field: null } });
  const isData = (url: URL) => /^\/api\/(?!session$|me$|events)/.test(url.pathname);
  for (const path of failing) {
    await tab.page.route(isData, (route) => route.fulfill({ status: 500, contentType: 'application/json', body: error }));
    await tab.page.goto(studio.server.url + path);
    const ways = tab.page.getByRole('alert').getByRole('button', { name: 'Try again' });
    await ways.first().waitFor();
    await expectAccessibleInBoth(tab.page, `${path} of a server that fails`);
    await tab.page.unrouteAll({ behavior: 'ignoreErrors' });
    await expect.poll(async () => {
      for (const way of await ways.all()) await way.click({ timeout: 500 }).catch(() => undefined);
      return await ways.count();
    }, { message: path, timeout: 10_000 }).toBe(0);
  }
});
