// The studio around its pages: keys, addresses, focus, tabs, and a server that goes away and comes back.
import { beforeAll, describe, expect, test } from 'vitest';

import { startServer, type Server } from '../scenario/harness.ts';
import { expectAccessible, openBrowser, openStudio, type Tab } from './browser.ts';

let server: Server;
let tab: Tab;

beforeAll(async () => {
  server = await startServer();
  tab = await openStudio(server);
});

const heading = (name: string) => tab.page.getByRole('heading', { level: 1, name }).waitFor();

describe.sequential('keys', () => {
  test('g and a letter go to every page, and the page has the focus and the title', async () => {
    for (const [letter, name] of [['a', 'Albums'], ['l', 'Library'], ['q', 'Queue'], ['u', 'Usage'], ['s', 'Settings'], ['c', 'Create']] as const) {
      await tab.page.keyboard.press('g');
      await tab.page.keyboard.press(letter);
      await heading(name);
      await tab.page.waitForFunction((title) => document.title === title, `${name} · Albumen`);
      expect(await tab.page.evaluate('document.activeElement.id')).toBe('main');
      expect(await tab.page.getByRole('link', { name, exact: true }).getAttribute('aria-current')).toBe('page');
    }
  });

  test('? lists them, Escape closes, and letters in a field are letters', async () => {
    await tab.page.keyboard.press('?');
    await tab.page.getByRole('dialog', { name: 'Keys' }).waitFor();
    await tab.page.keyboard.press('Escape');
    await tab.page.waitForFunction(() => document.activeElement?.id === 'main');
    await tab.page.keyboard.press('p');
    await tab.page.keyboard.type('g albums?');
    expect(await tab.page.getByLabel('Prompt').inputValue()).toBe('g albums?');
    await heading('Create');
  });

  test('/ searches the albums', async () => {
    await tab.page.goto(`${server.url}/albums`);
    await heading('Albums');
    await tab.page.keyboard.press('/');
    await tab.page.keyboard.type('nothing like it');
    await tab.page.getByText('No album fits').waitFor();
  });

  test('everything is reached by Tab, and its focus can be seen', async () => {
    await tab.page.goto(`${server.url}/create`);
    await heading('Create');
    await tab.page.getByRole('button', { name: 'Generate' }).waitFor();
    const reached: string[] = [];
    for (let i = 0; i < 30; i++) {
      await tab.page.keyboard.press('Tab');
      const { name, isSeen } = await tab.page.evaluate(() => {
        const element = document.activeElement!;
        if (element === document.body) return { name: '', isSeen: true };
        const shown = element.matches('[type=radio]') ? element.closest('label')! : element;
        return { name: element.getAttribute('aria-label') ?? shown.textContent ?? '', isSeen: getComputedStyle(shown).outlineStyle !== 'none' };
      });
      if (name !== 'Skip to the page') expect(isSeen, `the focus on ${name}`).toBe(true);
      reached.push(name);
    }
    for (const name of ['Skip to the page', 'Create', 'Settings', 'Generate']) expect(reached).toContain(name);
  });
});

describe.sequential('addresses', () => {
  test('a page is itself after a reload, and Back goes back', async () => {
    const { id } = await server.ok(201, 'POST', '/api/albums', { name: 'Deep', subjectDesc: 'a diver', templateSet: 'product' });
    await tab.page.goto(`${server.url}/albums/${id}`);
    await heading('Deep');
    await tab.page.reload();
    await heading('Deep');
    await tab.page.getByRole('link', { name: 'Queue' }).click();
    await heading('Queue');
    await tab.page.goBack();
    await heading('Deep');
  });

  test('one that leads nowhere says so, and leads on', async () => {
    await tab.page.goto(`${server.url}/albums/01a1fcb6-4826-7000-bd2c-d0e4f22fd752`);
    await tab.page.getByText('This album cannot be shown').waitFor();
    await tab.page.goto(`${server.url}/nowhere`);
    await tab.page.getByRole('link', { name: 'Go to Create' }).click();
    await heading('Create');
  });
});

describe.sequential('a window that somebody typed in', () => {
  const dialog = () => tab.page.getByRole('dialog', { name: 'New album' });
  const question = () => dialog().getByRole('alertdialog', { name: 'Discard what you have typed?' });

  test('stays when the page beside it is pressed', async () => {
    await tab.page.goto(`${server.url}/albums`);
    await tab.page.getByRole('button', { name: 'New album' }).first().click();
    await dialog().getByLabel('Name').fill('Jordan Headshots');
    await tab.page.mouse.click(4, 4);
    expect(await dialog().getByLabel('Name').inputValue()).toBe('Jordan Headshots');
    expect(await question().count()).toBe(0);
  });

  test('asks when Escape is pressed, and both answers are at hand', async () => {
    await tab.page.keyboard.press('Escape');
    await question().waitFor();
    await expectAccessible(tab.page, 'a window that asks before it closes');
    await tab.page.keyboard.press('Enter');
    await question().waitFor({ state: 'detached' });
    expect(await dialog().getByLabel('Name').inputValue()).toBe('Jordan Headshots');
    expect(await tab.page.evaluate('document.activeElement.value')).toBe('Jordan Headshots');
    for (const key of ['Escape', 'Tab', 'Enter']) await tab.page.keyboard.press(key);
    await dialog().waitFor({ state: 'detached' });
  });
});

test('twenty tabs have one event stream, and all of them are up to date', async () => {
  const pages = await Promise.all(Array.from({ length: 20 }, async () => {
    const page = await tab.context.newPage();
    await page.goto(`${server.url}/queue`);
    await page.getByRole('heading', { level: 1, name: 'Queue' }).waitFor();
    return page;
  }));
  const { jobIds } = await server.ok(202, 'POST', '/api/jobs', { request: { prompt: 'a kite', width: 64, height: 64 } });
  expect(jobIds).toHaveLength(1);
  await Promise.all(pages.map((page) => page.bringToFront().then(() => page.getByText('Done').first().waitFor())));
  const { text } = await server.api('GET', '/metrics');
  expect(Number(/^albumen_http_streams (\d+)/m.exec(text)?.[1])).toBe(1);
  await Promise.all(pages.map((page) => page.close()));
});

test('a server that goes away is told of, and its return goes without a reload', async () => {
  const home = server.home;
  const address = server.address;
  const other = await openBrowser();
  await tab.page.goto(`${server.url}/queue`);
  await heading('Queue');
  await server.kill9();
  await tab.page.getByText('No connection.').waitFor();
  await tab.page.getByRole('link', { name: 'Albums' }).click();
  await tab.page.getByText('The server does not answer').waitFor();
  await other.page.goto(`http://${address}/`).catch(() => undefined);

  server = await startServer({ home, env: { ALBUMEN_LISTEN: address } });
  await tab.page.getByRole('link', { name: /Deep/ }).waitFor({ timeout: 30_000 });
  await tab.page.getByText('No connection.').waitFor({ state: 'detached', timeout: 30_000 });
});
