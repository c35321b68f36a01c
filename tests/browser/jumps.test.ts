// Nothing jumps: measured by the browser itself, while pages come and while events arrive.
import { beforeAll, expect, test } from 'vitest';
import type { Page } from 'playwright-core';

import { openStudio, type Tab } from './browser.ts';
import { fillStudio, open, pages, WIDTHS, type Studio } from './scenes.ts';

/** So much counts as good. */
const MOST = 0.1;

interface Shift {
  value: number;
  what: string[];
}

let studio: Studio;
let tab: Tab;

/** Runs in the page, before anything of it. */
function watchShifts(): void {
  const shifts: Shift[] = [];
  Object.assign(window, { shifts });
  const outline = (node: Node | null) => (node instanceof Element ? node.outerHTML.slice(0, 120) : String(node?.textContent).slice(0, 60));
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean; sources: { node: Node | null }[] })[]) {
      if (!entry.hadRecentInput) shifts.push({ value: entry.value, what: entry.sources.map(({ node }) => outline(node)) });
    }
  }).observe({ type: 'layout-shift', buffered: true });
}

/** Two frames later everything that was drawn has been looked at. */
const shifts = async (page: Page) => await page.evaluate(async () => {
  for (let i = 0; i < 2; i++) await new Promise((drawn) => requestAnimationFrame(drawn));
  return (window as unknown as { shifts: Shift[] }).shifts;
});

async function expectCalm(page: Page, what: string): Promise<void> {
  const found = await shifts(page);
  const sum = found.reduce((all, { value }) => all + value, 0);
  expect(sum, `${what}: ${JSON.stringify(found, null, 1)}`).toBeLessThanOrEqual(MOST);
}

beforeAll(async () => {
  studio = await fillStudio();
  tab = await openStudio(studio.server);
  await tab.context.addInitScript(watchShifts);
}, 240_000);

test.each(WIDTHS)('while a page comes, %i wide', async (width, height) => {
  await tab.page.setViewportSize({ width, height });
  for (const scene of pages(studio)) {
    await open(tab.page, studio.server, scene);
    await expectCalm(tab.page, scene.name);
  }
}, 180_000);

test.each(WIDTHS)('while an album of the list is opened, %i wide', async (width, height) => {
  await tab.page.setViewportSize({ width, height });
  for (const [id, text] of [[studio.whole, '6 of 6 shots'], [studio.working, '1 of 4 shots'], [studio.collection, 'What we liked']] as const) {
    await tab.page.goto(`${studio.server.url}/albums`);
    const link = tab.page.locator(`a[href="/albums/${id}"]`);
    await link.waitFor();
    // No pointer: what follows a press is never counted.
    await link.evaluate((each: HTMLElement) => each.click());
    await tab.page.getByText(text).first().waitFor();
    await tab.page.waitForFunction(() => !document.querySelector('main [aria-busy=true]:not(article, button)'));
    await expectCalm(tab.page, text);
  }
}, 120_000);

test.each(WIDTHS)('while shots arrive, %i wide', async (width, height) => {
  const { server } = studio;
  const { id } = await server.ok(201, 'POST', '/api/albums', { name: 'Live', subjectDesc: 'a kite', backend: 'mock', templateSet: 'product' });
  const { images } = await server.ok(200, 'GET', '/api/images?limit=1');
  await server.ok(200, 'POST', `/api/albums/${id}/anchor`, { imageId: images[0].id });
  await tab.page.setViewportSize({ width, height });
  await open(tab.page, server, { name: 'live', path: `/albums/${id}` });
  await server.ok(202, 'POST', `/api/albums/${id}/shots`);
  await tab.page.getByText('4 of 4 shots').waitFor();
  await expectCalm(tab.page, 'an album whose shots arrive');
}, 120_000);
