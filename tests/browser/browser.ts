// Debian's Chromium, quiet and closed to everything but this machine.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext, type Page } from 'playwright-core';
import { afterAll, expect } from 'vitest';

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

afterAll(async () => {
  for (const { context, folder } of open) {
    await context.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
});
