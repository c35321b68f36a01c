// Pictures of every page in every state, width and theme, to be looked at: ALBUMEN_PICTURES=FOLDER, and ONLY=a pattern of names.
// vitest run --config tests/browser/pictures.config.ts
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, test } from 'vitest';

import { openStudio, type Tab } from './browser.ts';
import { changes, fillStudio, open, openWindow, pages, WIDTHS, whenSettled, windows, type Scene, type Studio } from './scenes.ts';

const FOLDER = process.env.ALBUMEN_PICTURES ?? 'pictures';
const ONLY = new RegExp(process.env.ONLY ?? '');
const TALLEST = 2600;
/** What a page cannot do without to show itself. */
const isData = (url: URL) => /^\/(api\/(?!session$|me$|events)|media\/)/.test(url.pathname);
const FAULT = JSON.stringify({ error: { code: 'unavailable', message: 'the database does not answer', field: null } });

let studio: Studio;
let tab: Tab;
let newcomer: Tab;

beforeAll(async () => {
  mkdirSync(FOLDER, { recursive: true });
  studio = await fillStudio();
  const { id } = await studio.server.ok(201, 'POST', '/api/users', { name: 'newcomer', role: 'member' });
  tab = await openStudio(studio.server);
  newcomer = await openStudio(studio.server, id);
});

/** A page that scrolls is shown in its whole length, unless a window is over it. */
async function grow(page: Page, [width, height]: readonly [number, number]): Promise<void> {
  await page.setViewportSize({ width, height });
  if ((await page.getByRole('dialog').count()) > 0) return;
  const more = await page.evaluate(() => Math.max(0, document.querySelector('main')!.scrollHeight - document.querySelector('main')!.clientHeight));
  if (more > 0) await page.setViewportSize({ width, height: Math.min(height + more, TALLEST) });
}

async function shoot(page: Page, name: string, isNarrow = false): Promise<void> {
  for (const theme of ['dark', 'light']) {
    await page.evaluate((value) => (document.documentElement.dataset.theme = value), theme);
    for (const size of WIDTHS) {
      if (isNarrow && size[0] > 1000) continue;
      await grow(page, size);
      await page.evaluate(() => Promise.all(document.getAnimations().filter((each) => each.effect?.getComputedTiming().iterations !== Infinity).map((each) => each.finished.catch(() => undefined))));
      await page.screenshot({ path: join(FOLDER, `${name.replaceAll(' ', '-')}_${theme}_${size[0]}.png`) });
    }
  }
}

const start = async (page: Page, isNarrow = false) => await page.setViewportSize(isNarrow ? { width: 820, height: 1180 } : { width: 1440, height: 900 });
const chosen = (scenes: Scene[], state: string) => scenes.filter(({ name }) => ONLY.test(`${state} ${name}`));
/** As a link within the studio does. */
const goWithin = async (page: Page, path: string) => await page.evaluate((to) => {
  history.pushState(null, '', to);
  dispatchEvent(new PopStateEvent('popstate'));
}, path);

test('filled', async () => {
  for (const scene of chosen([...pages(studio), ...changes(studio)], 'filled')) {
    await start(tab.page);
    await open(tab.page, studio.server, scene);
    await shoot(tab.page, `filled ${scene.name}`);
  }
});

test('windows', async () => {
  for (const scene of chosen(windows(studio), 'window')) {
    await start(tab.page, scene.isNarrow);
    await openWindow(tab.page, studio.server, scene);
    await shoot(tab.page, `window ${scene.name}`, scene.isNarrow);
  }
});

test('empty', async () => {
  for (const scene of chosen(pages(studio).filter(({ path }) => /^\/\w+$/.test(path)), 'empty')) {
    await start(newcomer.page);
    await open(newcomer.page, studio.server, scene);
    await shoot(newcomer.page, `empty ${scene.name}`);
  }
});

test('loading', async () => {
  await tab.page.route(isData, () => undefined);
  for (const scene of chosen(pages(studio), 'loading')) {
    await start(tab.page);
    await tab.page.goto(studio.server.url + scene.path);
    await tab.page.getByRole('heading', { level: 1 }).waitFor();
    await shoot(tab.page, `loading ${scene.name}`);
  }
  await tab.page.unrouteAll({ behavior: 'ignoreErrors' });
});

test('failed', async () => {
  await tab.page.route(isData, (route) => route.fulfill({ status: 503, contentType: 'application/json', body: FAULT }));
  for (const scene of chosen(pages(studio), 'failed')) {
    await start(tab.page);
    await open(tab.page, studio.server, scene);
    await shoot(tab.page, `failed ${scene.name}`);
  }
  await tab.page.unrouteAll({ behavior: 'ignoreErrors' });
});

test('offline', async () => {
  await start(tab.page);
  await tab.page.goto(`${studio.server.url}/nowhere`);
  await tab.page.waitForFunction(() => performance.getEntriesByType('resource').some(({ name }) => /SettingsPage.*\.js$/.test(name)));
  await studio.server.kill9();
  await tab.page.getByText('No connection.').waitFor();
  for (const scene of chosen(pages(studio), 'offline')) {
    await start(tab.page);
    await goWithin(tab.page, scene.path);
    await whenSettled(tab.page);
    await shoot(tab.page, `offline ${scene.name}`);
  }
});
