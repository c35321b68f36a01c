// The album guide in a real browser: from the portrait set to six shots, on every tab and device, through cuts and kills.
import { beforeAll, describe, expect, test } from 'vitest';
import type { Page } from 'playwright-core';

import { startServer, type Server } from '../scenario/harness.ts';
import { expectAccessible, openStudio, type Tab } from './browser.ts';

// A subject for the mock: each picture takes a while, and is found again after a restart.
const SLOW = 'slow:1500 resume a lighthouse keeper';
// Every shot is an outlier, and may be made again once.
const CONFIG = 'consistency:\n  mark_percent: 100\n  remakes: 1\nbackends:\n  sketch: { type: sketch }\n  mock: { type: mock }\n';

let server: Server;
let one: Tab;
let albumId = '';

beforeAll(async () => {
  server = await startServer({ config: CONFIG });
  one = await openStudio(server);
});

const summary = (page: Page, text: string) => page.getByRole('status').filter({ hasText: text }).waitFor({ timeout: 40_000 });
const shots = (page: Page) => page.getByRole('button', { name: /^Open (?!the anchor)/ });
const all = (page: Page) => page.getByRole('button', { name: 'Generate all shots' });
const album = async () => await server.ok(200, 'GET', `/api/albums/${albumId}`);

/** Shots of an album whose pictures take their time. */
async function makeSlowAlbum(): Promise<string> {
  const labels = ['One', 'Two', 'Three', 'Four'];
  const made = await server.ok(201, 'POST', '/api/albums', { name: 'Slow', subjectDesc: SLOW, backend: 'mock', shots: labels.map((label) => ({ label, direction: label })) });
  const { jobIds } = await server.ok(202, 'POST', '/api/jobs', { request: { prompt: 'an anchor', width: 64, height: 64 } });
  await one.page.waitForFunction(async (id) => (await (await fetch(`/api/jobs/${id}`)).json()).status === 'completed', jobIds[0]);
  const { images } = await server.ok(200, 'GET', '/api/images?limit=1');
  await server.ok(200, 'POST', `/api/albums/${made.id}/anchor`, { imageId: images[0].id });
  return made.id;
}

describe.sequential('a session', () => {
  test('is created from the portrait set, and shots have to wait for the anchor', async () => {
    await one.page.goto(`${server.url}/albums`);
    await one.page.getByRole('button', { name: 'New album' }).first().click();
    const dialog = one.page.getByRole('dialog', { name: 'New album' });
    await dialog.getByLabel('Name').fill('Jordan Headshots');
    await dialog.getByLabel('Subject').fill('Professional woman, dark curly hair, early 30s, warm smile');
    await dialog.getByText('Headshot · Three-quarter').waitFor();
    await dialog.getByRole('button', { name: 'Create album' }).click();
    await one.page.getByRole('heading', { level: 1, name: 'Jordan Headshots' }).waitFor();
    albumId = one.page.url().split('/').at(-1)!;
    await summary(one.page, '0 of 6 shots');
    expect(await all(one.page).isDisabled()).toBe(true);
    expect(await one.page.getByRole('button', { name: 'Generate', exact: true }).first().isDisabled()).toBe(true);
  });

  test('becomes six shots, live, in a second tab and in another browser too', async () => {
    const second = await one.context.newPage();
    const other = await openStudio(server);
    for (const page of [second, other.page]) {
      await page.goto(`${server.url}/albums/${albumId}`);
      await summary(page, '0 of 6 shots');
    }
    await one.page.getByRole('button', { name: 'Generate anchor' }).click();
    await one.page.getByRole('button', { name: 'Open the anchor' }).waitFor();
    await all(one.page).click();
    for (const page of [one.page, second, other.page]) {
      await summary(page, '6 of 6 shots');
      expect(await shots(page).count()).toBe(6);
      expect(await page.getByRole('button', { name: 'Open the anchor' }).count()).toBe(1);
    }
    expect(other.problems).toEqual([]);
    await second.close();
  });

  test('says how like the anchor each shot is, and makes the outliers again on one press, once', async () => {
    await expect.poll(() => one.page.getByRole('article').getByRole('button', { name: /^\d+ % like the anchor, below the mark$/ }).count(), { timeout: 40_000 }).toBe(6);
    await one.page.getByRole('button', { name: /^\d+ % like the anchor, on average$/ }).focus();
    await one.page.getByRole('tooltip').filter({ hasText: 'It is no identity check' }).waitFor();
    await expectAccessible(one.page, 'a session with measured shots');
    const before = (await album()).shots.map(({ imageUrl }: { imageUrl: string }) => imageUrl);
    await one.page.getByRole('button', { name: 'Remake 6 outliers' }).click();
    await one.page.getByRole('button', { name: '6 outliers left' }).waitFor({ timeout: 40_000 });
    expect(await one.page.getByRole('button', { name: '6 outliers left' }).isDisabled()).toBe(true);
    const after = (await album()).shots.map(({ imageUrl }: { imageUrl: string }) => imageUrl);
    expect(after.filter((url: string) => before.includes(url))).toEqual([]);
    await summary(one.page, '6 of 6 shots');
  });

  test('has one shot made again, and one taken back', async () => {
    const before = (await album()).shots[2].imageUrl;
    await one.page.getByRole('button', { name: 'Regenerate Casual' }).click();
    await one.page.waitForFunction(async ([id, url]) => {
      const { shots: [, , shot] } = await (await fetch(`/api/albums/${id}`)).json();
      return shot.status === 'complete' && shot.imageUrl !== url;
    }, [albumId, before]);
    const src = (await album()).shots[2].imageUrl;
    await one.page.waitForFunction((url) => document.querySelector('article[aria-label=Casual] img')?.getAttribute('src')?.startsWith(url), src);
    await one.page.getByRole('button', { name: 'Reset Profile' }).click();
    await one.page.getByRole('dialog').getByRole('button', { name: 'Reset', exact: true }).click();
    await summary(one.page, '5 of 6 shots');
    expect(await all(one.page).isEnabled()).toBe(true);
  });

  test('is looked through by keys, beside its anchor', async () => {
    await one.page.getByRole('button', { name: 'Open Casual' }).click();
    const dialog = one.page.getByRole('dialog');
    await dialog.getByText('4 / 6').waitFor();
    await one.page.keyboard.press('c');
    expect(await dialog.getByRole('img').evaluateAll((images) => images.map((image) => image.getAttribute('alt')))).toEqual(['Anchor', 'Casual']);
    await one.page.keyboard.press('ArrowRight');
    await dialog.getByText('5 / 6').waitFor();
    await one.page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await one.page.waitForFunction(() => document.activeElement?.getAttribute('aria-label') === 'Open Casual');
  });

  test('comes as a ZIP', async () => {
    await one.page.getByRole('button', { name: 'More' }).click();
    const [download] = await Promise.all([one.page.waitForEvent('download'), one.page.getByRole('menuitem', { name: 'Download ZIP' }).click()]);
    expect(download.suggestedFilename()).toMatch(/^Jordan.Headshots\.zip$/);
    expect(await download.failure()).toBeNull();
  });

  test('is nobody else\'s', async () => {
    const { id } = await server.ok(201, 'POST', '/api/users', { name: 'stranger' });
    const stranger = await openStudio(server, id);
    await stranger.page.goto(`${server.url}/albums/${albumId}`);
    await stranger.page.getByText('This album cannot be shown').waitFor();
  });

  test('was shown without a single error', () => {
    expect(one.problems).toEqual([]);
  });
});

test('a network that is lost in the middle comes back to the right state, without a reload', async () => {
  albumId = await makeSlowAlbum();
  await one.page.goto(`${server.url}/albums/${albumId}`);
  await one.page.evaluate(() => Object.assign(window, { stayed: true }));
  await all(one.page).click();
  await one.page.getByText('Developing…').first().waitFor();
  await one.context.setOffline(true);
  await one.page.waitForFunction(() => !navigator.onLine);
  await expect.poll(async () => (await album()).shots.filter(({ status }: { status: string }) => status === 'complete').length, { timeout: 40_000 }).toBe(4);
  await one.context.setOffline(false);
  await summary(one.page, '4 of 4 shots');
  expect(await one.page.evaluate('window.stayed')).toBe(true);
});

test('a server that is killed while shots run finishes them after its start, nothing twice, nothing lost', async () => {
  albumId = await makeSlowAlbum();
  await one.page.goto(`${server.url}/albums/${albumId}`);
  await one.page.evaluate(() => Object.assign(window, { stayed: true }));
  await all(one.page).click();
  await one.page.getByText('Developing…').first().waitFor();
  // Bought, and the purchase written down: from there on a kill costs nothing.
  await expect.poll(async () => (await server.ok(200, 'GET', '/api/jobs?status=running')).jobs.map(({ progress }: { progress: number }) => progress > 0)).toEqual([true, true]);
  const { home, address } = server;
  await server.kill9();
  await one.page.getByText('No connection.').waitFor();
  server = await startServer({ home, config: CONFIG, env: { ALBUMEN_LISTEN: address } });
  await summary(one.page, '4 of 4 shots');
  await one.page.getByText('No connection.').waitFor({ state: 'detached' });
  expect(await one.page.evaluate('window.stayed')).toBe(true);
  const { images } = await server.ok(200, 'GET', `/api/albums/${albumId}`);
  expect(new Set(images.map(({ id }: { id: string }) => id)).size).toBe(5);
  // What was to be measured is, and the page says so.
  await expect.poll(() => one.page.getByRole('article').getByRole('button', { name: /% like the anchor/ }).count(), { timeout: 40_000 }).toBe(4);
});
