// Every flow without a pointer: the focus is where the work is, can be seen, and goes back where it was.
import { beforeAll, describe, expect, test } from 'vitest';

import { startServer, type Server } from '../scenario/harness.ts';
import { openStudio, type Tab } from './browser.ts';

let server: Server;
let tab: Tab;

beforeAll(async () => {
  server = await startServer();
  tab = await openStudio(server);
  await tab.page.setViewportSize({ width: 1440, height: 900 });
});

const focused = async () => await tab.page.evaluate(() => {
  const element = document.activeElement!;
  const labels = (element as HTMLInputElement).labels;
  return element.getAttribute('aria-label') ?? labels?.[0]?.textContent ?? element.textContent ?? '';
});
const key = (name: string) => tab.page.keyboard.press(name);

/** Goes on by Tab until something of this name has the focus, which must be seen on the way. */
async function tabTo(name: string | RegExp, back = false): Promise<void> {
  const passed: string[] = [];
  for (let i = 0; i < 60; i++) {
    await key(back ? 'Shift+Tab' : 'Tab');
    const now = (await focused()).trim();
    passed.push(now);
    const fits = typeof name === 'string' ? now === name : name.test(now);
    if (!fits) continue;
    expect(await tab.page.evaluate(() => {
      const element = document.activeElement!;
      const shown = element.matches('[type=radio]') ? element.closest('label')! : element;
      return getComputedStyle(shown).outlineStyle;
    }), `the focus on ${now}`).not.toBe('none');
    return;
  }
  expect(passed, `Tab must reach ${name}`).toContain(name);
}

/** Waits until the focus is there. */
const expectFocus = async (name: string | RegExp) => await expect.poll(async () => (await focused()).trim(), { message: 'what has the focus' }).toMatch(name);
const expectSomeFocus = async () => await expect.poll(() => tab.page.evaluate(() => document.activeElement !== document.body), { message: 'the focus is not lost' }).toBe(true);
const heading = (name: string) => tab.page.getByRole('heading', { level: 1, name }).waitFor();
const dialog = (name?: string | RegExp) => tab.page.getByRole('dialog', name ? { name } : {});
const gone = (name?: string | RegExp) => dialog(name).waitFor({ state: 'detached' });

describe.sequential('a session', () => {
  test('is created: N, the fields, Enter', async () => {
    await key('g');
    await key('a');
    await heading('Albums');
    await key('n');
    await dialog('New album').waitFor();
    await tabTo('Name');
    await tab.page.keyboard.type('By keys');
    await tabTo('Subject');
    await tab.page.keyboard.type('a lighthouse keeper');
    await tabTo('Shots');
    await tab.page.keyboard.type('Product');
    await tabTo('Create album');
    await key('Enter');
    await heading('By keys');
    await tab.page.getByText('0 of 4 shots').waitFor();
    expect(await tab.page.evaluate('document.activeElement.id')).toBe('main');
  });

  test('gets its anchor and its shots, and the focus is not lost on the way', async () => {
    await tabTo('Generate anchor');
    await key('Enter');
    await tab.page.getByRole('button', { name: 'Open the anchor' }).waitFor();
    await expectFocus(/^Anchor$/);
    await tabTo(/Generate all shots/, true);
    await key('Enter');
    await tab.page.getByText('4 of 4 shots').waitFor({ timeout: 40_000 });
  });

  test('has one shot made again, and one taken back', async () => {
    await tab.page.getByRole('main').focus();
    await tabTo('Regenerate Hero');
    await key('Enter');
    await expectFocus(/^Hero$/);
    await expect.poll(async () => (await server.ok(200, 'GET', `/api${new URL(tab.page.url()).pathname}`)).shots.map(({ status }: { status: string }) => status), { timeout: 30_000 }).toEqual(Array(4).fill('complete'));
    await tab.page.getByRole('button', { name: 'Reset Hero' }).waitFor();
    await tab.page.getByRole('main').focus();
    await tabTo('Reset Hero');
    await key('Enter');
    await dialog('Reset Hero?').waitFor();
    await tabTo('Reset');
    await key('Enter');
    await tab.page.getByText('3 of 4 shots').waitFor();
  });

  test('is looked through and compared, and Escape goes back to the picture', async () => {
    await tab.page.getByRole('main').focus();
    await tabTo('Open Lifestyle');
    await key('Enter');
    await dialog().getByText('2 / 4').waitFor();
    await key('c');
    await dialog().getByRole('button', { name: 'End the comparison (C)' }).waitFor();
    // Round in the window: nothing behind it can be reached.
    for (let i = 0; i < 12; i++) {
      await key('Tab');
      expect(await tab.page.evaluate(() => document.activeElement!.closest('[role=dialog]') !== null), 'the focus stays in the window').toBe(true);
    }
    await key('End');
    await dialog().getByText('4 / 4').waitFor();
    await key('Escape');
    await gone();
    await expectFocus(/^Open Lifestyle$/);
  });

  test.each(['Edit', 'Edit shots', 'Take an anchor from the library', 'Delete'])('opens %s from its menu, twice, and Escape goes back to the menu\'s button', async (item) => {
    for (const time of ['first', 'second']) {
      await tab.page.getByRole('main').focus();
      await tabTo('More');
      await key('Enter');
      await tab.page.getByRole('menu').waitFor();
      for (let now = await focused(); now !== item; now = await focused()) {
        await key('ArrowDown');
        await expect.poll(focused, { message: `what comes behind ${now}` }).not.toBe(now);
      }
      await expectFocus(new RegExp(`^${item}$`));
      await key('Enter');
      await dialog().waitFor();
      await key('Escape');
      await gone();
      await expectFocus(/^More$/).catch((error: Error) => Promise.reject(new Error(`the ${time} time: ${error.message}`)));
    }
  });
});

describe.sequential('the library', () => {
  /** The anchor, four shots, and one that was made again. */
  const PICTURES = 6;
  const pictures = () => tab.page.getByRole('list', { name: 'Pictures' }).getByRole('button');
  const count = () => pictures().count();

  test('is filtered, and the focus stays on the filter', async () => {
    await key('g');
    await key('l');
    await heading('Library');
    await expect.poll(count).toBe(PICTURES);
    await key('/');
    await tab.page.keyboard.type('macro');
    await expect.poll(() => tab.page.url()).toContain('q=macro');
    await expect.poll(count).toBe(1);
    await tab.page.getByLabel('Search pictures').fill('');
    await expect.poll(count).toBe(PICTURES);
    await tabTo('How to search');
    await key('Enter');
    await dialog('How to search').waitFor();
    await key('Escape');
    await gone('How to search');
    await expectFocus(/^How to search$/);
  });

  test('has many chosen, tagged and thrown away, and gives them back', async () => {
    await tab.page.getByRole('main').focus();
    await key('v');
    await tab.page.getByText('Press pictures to choose them').waitFor();
    await pictures().first().focus();
    await key('Enter');
    await key('ArrowRight');
    await key('Space');
    await tab.page.getByText('2 chosen').waitFor();
    await tabTo('Tag the chosen', true);
    await key('Enter');
    await dialog('Tag 2 pictures').waitFor();
    await expectFocus(/^Tags$/);
    await key('Escape');
    await gone();
    await expectFocus(/^Tag the chosen$/);
    await key('Enter');
    await dialog('Tag 2 pictures').waitFor();
    await tab.page.keyboard.type('sea');
    await key('Enter');
    await gone();
    await expectFocus(/^Tag the chosen$/);
    await tabTo('Delete the chosen');
    await key('Enter');
    await expect.poll(count).toBe(PICTURES - 2);
    await expectSomeFocus();
    await tabTo('Undo');
    await key('Enter');
    await expect.poll(count).toBe(PICTURES);
    await expectSomeFocus();
  });

  test('has one thrown away out of the window that shows it, and U brings it back', async () => {
    await pictures().nth(1).focus();
    await key('Enter');
    await dialog().getByText(`2 / ${PICTURES}`).waitFor();
    await key('Delete');
    await dialog().getByText(`2 / ${PICTURES - 1}`).waitFor();
    await tab.page.getByText('Undo').waitFor();
    await key('u');
    await expect.poll(async () => (await server.ok(200, 'GET', '/api/images')).images.length).toBe(PICTURES);
    await key('Escape');
    await gone();
    await expectSomeFocus();
  });
});

test('settings ask before they revoke, and Escape takes it back', async () => {
  await key('g');
  await key('s');
  await heading('Settings');
  await tab.page.getByRole('button', { name: /^Revoke/ }).first().waitFor();
  await tabTo(/^Revoke/);
  const before = await focused();
  await key('Enter');
  await dialog(/^Revoke/).waitFor();
  await key('Escape');
  await gone();
  await expect.poll(focused).toBe(before);
});

test('none of this made an error', () => {
  expect(tab.problems).toEqual([]);
});
