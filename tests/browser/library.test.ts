// The library with a real browser: searched, filtered, marked, thrown away and brought back.
import { beforeAll, describe, expect, test } from 'vitest';

import { startServer, type Server } from '../scenario/harness.ts';
import { expectAccessible, openStudio, type Tab } from './browser.ts';

let server: Server;
let tab: Tab;

const PROMPTS = ['a lighthouse beside a harbour', 'a harbour in a storm', 'a kite above the dunes'];
const images = async (q = '') => (await server.ok(200, 'GET', `/api/images?q=${encodeURIComponent(q)}`)).images;
const pictures = () => tab.page.getByRole('list', { name: 'Pictures' }).getByRole('button');
const filter = (name: RegExp) => tab.page.getByRole('complementary', { name: 'Filters' }).getByRole('button', { name });
const field = () => tab.page.getByLabel('Search pictures');

beforeAll(async () => {
  server = await startServer();
  for (const prompt of PROMPTS) await server.ok(202, 'POST', '/api/jobs', { request: { prompt, width: 64, height: 64 } });
  tab = await openStudio(server);
  await tab.page.setViewportSize({ width: 1440, height: 900 });
});

test('shows what was made, and what it can be filtered by', async () => {
  await expect.poll(async () => [(await images('harbour')).length, (await images('kite')).length]).toEqual([2, 1]);
  await tab.page.goto(`${server.url}/library`);
  await expect.poll(() => pictures().count()).toBe(3);
  await filter(/^\w+ \d{4}\s*3$/).waitFor();
});

describe.sequential('marks', () => {
  test('a picture is starred, rated and tagged by keys, and stays so', async () => {
    await pictures().filter({ has: tab.page.locator('img') }).first().click();
    await tab.page.getByRole('dialog').waitFor();
    await tab.page.keyboard.press('s');
    await tab.page.keyboard.press('4');
    await tab.page.keyboard.press('i');
    await tab.page.getByRole('group', { name: 'Rating: 4 of 5' }).waitFor();
    await tab.page.getByLabel('Add a tag').fill('sea, night sky');
    await tab.page.keyboard.press('Enter');
    await tab.page.getByRole('button', { name: 'Remove the tag night sky' }).waitFor();
    await expectAccessible(tab.page, 'a picture with its marks');
    await tab.page.keyboard.press('Escape');
    await expect.poll(async () => (await images('is:starred rating:4 tag:sea tag:"night sky"')).length).toBe(1);
  });

  test('become filters with counts, which are terms of the search', async () => {
    await filter(/^night sky\s*1$/).click();
    await expect.poll(() => pictures().count()).toBe(1);
    expect(await field().inputValue()).toBe('tag:"night sky"');
    expect(tab.page.url()).toContain('q=');
    await filter(/^Starred\s*1$/).click();
    await expect.poll(() => field().inputValue()).toBe('tag:"night sky" is:starred');
    await filter(/^night sky/).click();
    await filter(/^Starred/).click();
    await expect.poll(() => pictures().count()).toBe(3);
  });
});

describe.sequential('a search', () => {
  test('finds as it is typed, and says when nothing fits', async () => {
    await tab.page.keyboard.press('/');
    await field().fill('harbour -storm');
    await expect.poll(() => pictures().evaluateAll((all) => all.map((each) => each.getAttribute('title')))).toEqual([PROMPTS[0]]);
    await field().fill('zebra');
    await tab.page.getByText('No picture fits').waitFor();
    await tab.page.getByRole('button', { name: 'Show all pictures' }).click();
    await expect.poll(() => pictures().count()).toBe(3);
  });

  test('that is not understood says why, beside its field', async () => {
    await field().fill('rating:9');
    await tab.page.getByRole('alert').filter({ hasText: "'rating:' takes 1 to 5" }).waitFor();
    expect(await field().getAttribute('aria-invalid')).toBe('true');
  });

  test('is kept under a name, used again after a reload, and forgotten with a way back', async () => {
    await field().fill('harbour');
    await tab.page.getByLabel('Keep this search as').fill('By the water');
    await tab.page.getByRole('button', { name: 'Keep', exact: true }).click();
    await filter(/^By the water$/).waitFor();
    await tab.page.goto(`${server.url}/library`);
    await filter(/^By the water$/).click();
    await expect.poll(() => pictures().count()).toBe(2);
    await filter(/^Forget By the water$/).click();
    await tab.page.getByRole('button', { name: 'Undo' }).click();
    await filter(/^By the water$/).waitFor();
    await field().fill('');
    await expect.poll(() => pictures().count()).toBe(3);
  });

  test('is explained, and a way of searching is tried by pressing it', async () => {
    await tab.page.getByRole('button', { name: 'How to search' }).click();
    await tab.page.getByRole('dialog').getByRole('button', { name: 'light*' }).click();
    await expect.poll(() => pictures().count()).toBe(1);
    await field().fill('');
    await expect.poll(() => pictures().count()).toBe(3);
  });
});

describe.sequential('the trash', () => {
  test('takes a picture by key, and Undo brings it back', async () => {
    await pictures().first().click();
    await tab.page.getByRole('dialog').getByText('1 / 3').waitFor();
    await tab.page.keyboard.press('Delete');
    await tab.page.getByRole('dialog').getByText('1 / 2').waitFor();
    await tab.page.keyboard.press('Escape');
    await tab.page.getByRole('dialog').waitFor({ state: 'detached' });
    await tab.page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => pictures().count()).toBe(3);
    await expect.poll(async () => (await images()).length).toBe(3);
  });

  test('takes those that are chosen, and gives each back', async () => {
    await tab.page.getByRole('button', { name: 'Choose' }).click();
    await pictures().nth(0).click();
    await pictures().nth(1).click();
    await tab.page.getByText('2 chosen').waitFor();
    await expectAccessible(tab.page, 'chosen pictures');
    await tab.page.getByRole('button', { name: 'Delete the chosen' }).click();
    await expect.poll(() => pictures().count()).toBe(1);
    await filter(/^Trash \(2\)$/).click();
    await tab.page.getByRole('button', { name: /^Restore/ }).nth(1).waitFor();
    await expectAccessible(tab.page, 'the trash');
    await tab.page.getByRole('button', { name: /^Restore/ }).first().click();
    await expect.poll(async () => (await images()).length).toBe(2);
    await tab.page.getByRole('button', { name: /^Restore/ }).first().click();
    await tab.page.getByText('The trash is empty').waitFor();
    await tab.page.getByRole('button', { name: 'Back to the pictures' }).click();
    await expect.poll(() => pictures().count()).toBe(3);
  });
});

test('pictures that are chosen are tagged together, and come as a ZIP', async () => {
  await tab.page.keyboard.press('v');
  await tab.page.getByRole('button', { name: 'All shown' }).click();
  await tab.page.getByText('3 chosen').waitFor();
  await tab.page.getByRole('button', { name: 'Tag the chosen' }).click();
  await tab.page.getByRole('textbox', { name: 'Tags' }).fill('autumn');
  await tab.page.getByRole('button', { name: 'Add tags' }).click();
  await filter(/^autumn\s*3$/).waitFor();
  const [zip] = await Promise.all([tab.page.waitForEvent('download'), tab.page.getByRole('button', { name: 'Download the chosen as a ZIP' }).click()]);
  expect(await zip.failure()).toBeNull();
  expect(zip.suggestedFilename()).toMatch(/\.zip$/);
  await tab.page.getByRole('button', { name: 'Done' }).click();
});

test('on a phone the filters are a window of their own', async () => {
  await tab.page.setViewportSize({ width: 390, height: 844 });
  await tab.page.getByRole('button', { name: 'Filters' }).click();
  await tab.page.getByRole('dialog', { name: 'Filters' }).getByRole('button', { name: /^Starred/ }).click();
  await tab.page.getByRole('button', { name: 'Show pictures' }).click();
  await expect.poll(() => pictures().count()).toBe(1);
  await tab.page.setViewportSize({ width: 1440, height: 900 });
});

test('none of this made an error', () => {
  // The search that was not understood was refused with 422, which Chromium writes down.
  expect(tab.problems.filter((problem) => !/status of 422/.test(problem))).toEqual([]);
});
