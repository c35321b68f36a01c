// Making pictures, and what becomes of them: create, library, queue, collections, uploads.
import { beforeAll, describe, expect, test, vi } from 'vitest';

import { startServer, type Server } from '../scenario/harness.ts';
import { freshPng } from '../scenario/png.ts';
import { openStudio, type Tab } from './browser.ts';

let server: Server;
let tab: Tab;

beforeAll(async () => {
  server = await startServer({ config: 'backends:\n  sketch: { type: sketch }\n  mock: { type: mock }\n' });
  tab = await openStudio(server);
});

const go = async (path: string, name: string) => {
  await tab.page.goto(server.url + path);
  await tab.page.getByRole('heading', { level: 1, name }).waitFor();
};
const pictures = () => tab.page.getByRole('list', { name: 'Pictures' }).getByRole('button');

describe.sequential('a request', () => {
  test('without a prompt says what is missing, where it is missing', async () => {
    await go('/create', 'Create');
    await tab.page.getByRole('button', { name: 'Generate' }).click();
    expect(await tab.page.getByLabel('Prompt').getAttribute('aria-invalid')).toBe('true');
    await tab.page.getByText('Say what the picture shows.').waitFor();
  });

  test('becomes pictures of its shape, by keys alone', async () => {
    await tab.page.getByLabel('Prompt').fill('A lighthouse at dusk');
    await tab.page.getByRole('radio', { name: 'Landscape 4:3' }).check();
    await tab.page.getByLabel('Style').selectOption({ label: 'Ink drawing' });
    await tab.page.getByLabel('Prompt').press('Control+Enter');
    await tab.page.getByRole('button', { name: 'A lighthouse at dusk', exact: true }).nth(1).waitFor();
    const { images } = await server.ok(200, 'GET', '/api/images');
    expect(images.map(({ width, height }: { width: number; height: number }) => `${width} x ${height}`)).toEqual(['1152 x 864', '1152 x 864']);
    const recipe = await server.ok(200, 'GET', `/api/images/${images[0].id}/recipe`);
    expect(recipe.request.style ?? recipe.style).toBe('ink');
  });

  test('is there again after a reload', async () => {
    await tab.page.reload();
    expect(await tab.page.getByLabel('Prompt').inputValue()).toBe('A lighthouse at dusk');
    expect(await tab.page.getByRole('radio', { name: 'Landscape 4:3' }).isChecked()).toBe(true);
  });

  test('shows how far it is, and is cancelled', async () => {
    await tab.page.getByLabel('Backend', { exact: true }).selectOption('mock');
    await tab.page.getByLabel('Prompt').fill('slow:60000 a long wait');
    await tab.page.getByRole('radio', { name: '1', exact: true }).check();
    await tab.page.getByRole('button', { name: 'Generate' }).click();
    await tab.page.getByText('Developing…').waitFor();
    await tab.page.getByRole('progressbar', { name: 'slow:60000 a long wait' }).waitFor();
    await tab.page.reload();
    await tab.page.getByRole('progressbar', { name: 'slow:60000 a long wait' }).waitFor();
    await tab.page.getByRole('button', { name: 'Cancel' }).click();
    await tab.page.getByText('Developing…').waitFor({ state: 'detached' });
  });

  test('shows the picture so far, and what is being done', async () => {
    await tab.page.getByLabel('Prompt').fill('slow:8000 a harbour');
    await tab.page.getByRole('button', { name: 'Generate' }).click();
    const tile = tab.page.getByRole('listitem').filter({ hasText: 'slow:8000 a harbour' });
    for (const number of [1, 2]) {
      const seen = tile.locator(`img[src$="/preview?number=${number}"]`);
      await seen.waitFor();
      await vi.waitUntil(async () => (await seen.evaluate((image: HTMLImageElement) => image.naturalWidth)) === 16);
      await tile.getByText('drawing').waitFor();
    }
    await tab.page.reload();
    const found = tab.page.locator('img[src*="/preview?number="]');
    await found.waitFor();
    await tab.page.getByRole('button', { name: 'Cancel' }).click();
    await found.waitFor({ state: 'detached' });
  });

  test('that fails says why, and is put away', async () => {
    await tab.page.getByLabel('Prompt').fill('fail:400 nothing');
    await tab.page.getByRole('button', { name: 'Generate' }).click();
    const failed = tab.page.getByRole('alert').filter({ hasText: 'HTTP 400' });
    await failed.waitFor();
    await failed.getByRole('button', { name: 'Dismiss' }).click();
    await failed.waitFor({ state: 'detached' });
  });
});

describe.sequential('the library', () => {
  test('shows every picture, and what made it', async () => {
    await go('/library', 'Library');
    await pictures().nth(1).waitFor();
    await tab.page.keyboard.press('Tab');
    await pictures().first().focus();
    await tab.page.keyboard.press('ArrowRight');
    await tab.page.keyboard.press('Enter');
    const dialog = tab.page.getByRole('dialog');
    await dialog.getByText('2 / 2').waitFor();
    await tab.page.keyboard.press('i');
    await dialog.getByText('1152 × 864').waitFor();
    await dialog.getByText('sketch').waitFor();
  });

  test('begins a new request from one', async () => {
    await tab.page.keyboard.press('r');
    await tab.page.getByRole('heading', { level: 1, name: 'Create' }).waitFor();
    expect(await tab.page.getByLabel('Prompt').inputValue()).toBe('A lighthouse at dusk');
    await expect.poll(() => tab.page.getByLabel('Backend', { exact: true }).inputValue()).toBe('sketch');
    expect(await tab.page.getByLabel('Seed', { exact: true }).inputValue()).toMatch(/^\d+$/);
  });

  test('takes files, chosen or dropped', async () => {
    await go('/library', 'Library');
    const [chooser] = await Promise.all([tab.page.waitForEvent('filechooser'), tab.page.getByRole('button', { name: 'Upload', exact: true }).click()]);
    await chooser.setFiles([{ name: 'one.png', mimeType: 'image/png', buffer: freshPng() }, { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('no') }]);
    await tab.page.getByText('1 picture added to your library.').waitFor();
    await pictures().nth(2).waitFor();
    const dropped = await tab.page.evaluateHandle((bytes) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([new Uint8Array(bytes)], 'two.png', { type: 'image/png' }));
      return transfer;
    }, [...freshPng()]);
    const grid = tab.page.getByRole('list', { name: 'Pictures' });
    await grid.dispatchEvent('dragenter', { dataTransfer: dropped });
    await tab.page.getByText('Drop pictures into your library').waitFor();
    await grid.dispatchEvent('drop', { dataTransfer: dropped });
    await pictures().nth(3).waitFor();
  });

  test('says which file was no picture', async () => {
    const [chooser] = await Promise.all([tab.page.waitForEvent('filechooser'), tab.page.getByRole('button', { name: 'Upload', exact: true }).click()]);
    await chooser.setFiles([{ name: 'broken.png', mimeType: 'image/png', buffer: Buffer.from('not at all') }]);
    await tab.page.getByRole('alert').filter({ hasText: 'broken.png' }).waitFor();
  });
});

describe.sequential('a collection', () => {
  test('is filled from the library, put in order, and a picture taken out comes back by Undo', async () => {
    await go('/albums', 'Albums');
    await tab.page.getByRole('button', { name: 'New album' }).first().click();
    await tab.page.getByRole('dialog').getByRole('radio', { name: 'Collection' }).check();
    await tab.page.getByRole('dialog').getByLabel('Name').fill('Best of autumn');
    await tab.page.getByRole('button', { name: 'Create album' }).click();
    await tab.page.getByRole('button', { name: 'Add pictures' }).first().click();
    const dialog = tab.page.getByRole('dialog', { name: 'Add pictures' });
    for (const index of [0, 1, 2]) await dialog.locator(`[data-index="${index}"] button`).click();
    await dialog.getByRole('button', { name: 'Add 3 pictures' }).click();
    await dialog.waitFor({ state: 'detached' });
    await pictures().nth(2).waitFor();

    const id = tab.page.url().split('/').at(-1)!;
    const order = async () => (await server.ok(200, 'GET', `/api/albums/${id}`)).images.map((image: { id: string }) => image.id);
    const [first, second, third] = await order();
    await tab.page.getByRole('button', { name: 'Move back' }).first().click();
    await expect.poll(order).toEqual([second, first, third]);
    await tab.page.getByRole('button', { name: 'Take out of the album' }).nth(1).click();
    await expect.poll(order).toEqual([second, third]);
    await tab.page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(order).toEqual([second, first, third]);
  });

  test('is renamed and deleted', async () => {
    await tab.page.getByRole('button', { name: 'More' }).click();
    await tab.page.getByRole('menuitem', { name: 'Edit' }).click();
    await tab.page.getByRole('dialog').getByLabel('Name').fill('Best of winter');
    await tab.page.getByRole('button', { name: 'Save' }).click();
    await tab.page.getByRole('heading', { level: 1, name: 'Best of winter' }).waitFor();
    await tab.page.getByRole('button', { name: 'More' }).click();
    await tab.page.getByRole('menuitem', { name: 'Delete' }).click();
    await tab.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await tab.page.getByText('No albums yet').waitFor();
  });
});

describe.sequential('the queue', () => {
  test('lists jobs by their state, and tries a failed one again', async () => {
    await go('/queue', 'Queue');
    await tab.page.getByRole('radio', { name: 'Failed' }).check();
    await tab.page.getByText('HTTP 400').waitFor();
    expect(tab.page.url()).toContain('status=failed');
    await tab.page.getByRole('button', { name: 'Try picture again' }).click();
    await expect.poll(async () => (await server.ok(200, 'GET', '/api/jobs?status=failed')).jobs[0]?.attempt ?? 0).toBeGreaterThan(0);
  });

  test('holds a lane and lets it go, and says how many are ahead', async () => {
    await go('/queue', 'Queue');
    await tab.page.getByRole('button', { name: 'Pause sketch' }).click();
    await tab.page.getByText('Paused').waitFor();
    await server.ok(202, 'POST', '/api/jobs', { request: { prompt: 'a kite', width: 64, height: 64 }, count: 2 });
    await tab.page.getByText('Next in its lane.').waitFor();
    await tab.page.getByText('1 ahead.').waitFor();
    await tab.page.getByRole('button', { name: 'Resume sketch' }).click();
    await tab.page.getByText('Next in its lane.').waitFor({ state: 'detached' });
  });
});

test('a viewer sees what there is, and nothing that is not allowed', async () => {
  const { id } = await server.ok(201, 'POST', '/api/users', { name: 'looker', role: 'viewer' });
  await server.ok(201, 'POST', '/api/albums', { name: 'For all', isPublic: true });
  const viewer = await openStudio(server, id);
  await viewer.page.getByText('Your account may look, and not generate.').waitFor();
  expect(await viewer.page.getByRole('button', { name: 'Generate' }).count()).toBe(0);
  await viewer.page.goto(`${server.url}/albums`);
  await viewer.page.getByRole('link', { name: /For all/ }).click();
  await viewer.page.getByRole('heading', { level: 1, name: 'For all' }).waitFor();
  expect(await viewer.page.getByRole('button', { name: /Add|More/ }).count()).toBe(0);
  await viewer.page.goto(`${server.url}/settings`);
  await viewer.page.getByRole('heading', { name: 'Account' }).waitFor();
  expect(await viewer.page.getByRole('heading', { name: 'Users' }).count()).toBe(0);
  expect(viewer.problems).toEqual([]);
});

test('an admin adds a user, sends a link, changes the role, and deletes', async () => {
  await go('/settings', 'Settings');
  const users = tab.page.getByRole('region', { name: 'Users' });
  await users.getByLabel('Name').fill('grace');
  await users.getByRole('button', { name: 'Add user' }).click();
  const actions = users.getByRole('button', { name: 'Actions for grace' });
  const act = async (name: string) => {
    await actions.click();
    await tab.page.getByRole('menuitem', { name, exact: true }).click();
  };
  await act('Make a login link');
  const link = await users.getByRole('status').locator('code').innerText();
  server.plant(link.split('#')[1]!);
  expect(link).toMatch(/\/login#/);
  await act('Make an admin');
  const grace = async () => (await server.ok(200, 'GET', '/api/users?name=grace')).users[0];
  await expect.poll(async () => (await grace()).role).toBe('admin');
  await act('Disable');
  await users.getByText('disabled').waitFor();
  await act('Delete');
  await tab.page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await expect.poll(grace).toBeUndefined();
});

test('none of this made an error', () => {
  // The file that was no picture was refused with 415 or 422, which Chromium writes down.
  expect(tab.problems.filter((problem) => !/status of 4(15|22)/.test(problem))).toEqual([]);
});
