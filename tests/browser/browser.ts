// Debian's Chromium, quiet and closed to everything but this machine.
import axe, { type AxeResults } from 'axe-core';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import { afterAll, expect } from 'vitest';

import type { Server } from '../scenario/harness.ts';

const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage'];
const PATH = process.env.CHROMIUM ?? '/usr/bin/chromium';
const open = new Set<{ context: BrowserContext; folder: string }>();

export interface Tab {
  page: Page;
  context: BrowserContext;
  /** Errors of scripts, refused resources, violations of the content security policy. */
  problems: string[];
}

/** A browser with an empty profile of its own. */
export async function openBrowser(): Promise<Tab> {
  const folder = mkdtempSync(join(tmpdir(), 'albumen-browser-'));
  const context = await chromium.launchPersistentContext(folder, { executablePath: PATH, headless: true, args: FLAGS });
  open.add({ context, folder });
  const page = context.pages()[0] ?? (await context.newPage());
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    // A 401 for somebody who is not signed in is no problem, yet Chromium writes it there.
    if (message.type() === 'error' && !/status of 40[13]/.test(message.text())) problems.push(message.text());
  });
  page.setDefaultTimeout(15_000);
  return { page, context, problems };
}

/** Waits until an element with this text is visible, and says what the page shows when it is not. */
export async function see(page: Page, text: string | RegExp): Promise<void> {
  await page.getByText(text).first().waitFor().catch(async () => {
    expect(await page.locator('body').innerText(), `the page must show ${text}`).toMatch(text);
  });
}

/** A link that signs in one browser, once. */
export async function loginLink(server: Server, userId?: string): Promise<string> {
  const id = userId ?? (await server.ok(200, 'GET', '/api/me')).id;
  const { url } = await server.ok(201, 'POST', `/api/users/${id}/login-link`);
  server.plant(url.split('#')[1]);
  return url;
}

/** A browser of its own, signed in and in the studio. */
export async function openStudio(server: Server, userId?: string): Promise<Tab> {
  const tab = await openBrowser();
  await tab.page.goto(await loginLink(server, userId));
  await tab.page.getByRole('navigation', { name: 'Pages' }).waitFor();
  return tab;
}

const ALL_RULES = { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] };
/** What another theme of the same page can do differently. */
const COLOURS = { runOnly: { type: 'rule', values: ['color-contrast', 'link-in-text-block'] } };

async function expectRules(page: Page, what: string, rules: object): Promise<void> {
  // What comes in slowly has its colours only when it is there.
  await page.evaluate(() => Promise.all(document.getAnimations().filter((each) => each.effect?.getComputedTiming().iterations !== Infinity).map((each) => each.finished.catch(() => undefined))));
  await page.evaluate(axe.source);
  const results = (await page.evaluate(`axe.run(${JSON.stringify(rules)})`)) as AxeResults;
  const found = results.violations.flatMap(({ id, help, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${help}\n  ${html}\n  ${failureSummary}`));
  expect(found, what).toEqual([]);
}

/** Nothing on the page keeps somebody out: contrast, names, roles, order. */
export async function expectAccessible(page: Page, what: string): Promise<void> {
  await expectRules(page, what, ALL_RULES);
}

/** Neither in the dark theme, which shows, nor in the light one. */
export async function expectAccessibleInBoth(page: Page, what: string): Promise<void> {
  await expectRules(page, what, ALL_RULES);
  await page.evaluate(() => (document.documentElement.dataset.theme = 'light'));
  await expectRules(page, `${what}, in light`, COLOURS);
  await page.evaluate(() => (document.documentElement.dataset.theme = 'dark'));
}

/** Nothing stands out of the window sideways. */
export async function expectFitting(page: Page, what: string): Promise<void> {
  const wide = () => page.evaluate(() => {
    const out = [...document.querySelectorAll('body *')].filter((each) => {
      const { right, left, width } = each.getBoundingClientRect();
      const scrolls = each.closest('[class*=options], [class*=stage], [class*=lanes]');
      return width > 0 && !scrolls && getComputedStyle(each).position !== 'fixed' && (right > innerWidth + 1 || left < -1) && !each.matches('.visually-hidden, .visually-hidden *');
    });
    return out.slice(0, 5).map((each) => each.outerHTML.slice(0, 120));
  });
  // What measures its window needs a moment after it has changed.
  await expect.poll(wide, { message: what }).toEqual([]);
}

/** The page has the room that there is for it: it does not shrink to what is in it. */
export async function expectFilling(page: Page, what: string): Promise<void> {
  const share = () => page.evaluate(() => {
    const main = document.querySelector('main')!;
    const frame = main.querySelector('h1')!.closest('header')!.parentElement!;
    return frame.getBoundingClientRect().width / Math.min(main.clientWidth, Number.parseFloat(getComputedStyle(frame).maxWidth) || Infinity);
  });
  await expect.poll(share, { message: what }).toBeGreaterThan(0.98);
}

afterAll(async () => {
  for (const { context, folder } of open) {
    await context.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
});
