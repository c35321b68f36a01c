// What pictures cost, in a real browser: the price before, the budget that does not cover it, the usage after.
import { beforeAll, describe, expect, test } from 'vitest';

import { startServer, type Server } from '../scenario/harness.ts';
import { expectAccessible, openStudio, type Tab } from './browser.ts';

const CONFIG = `backends:
  paid: { type: mock, mode: in_process, price_per_image: 0.04, price: unknown }
  sketch: { type: sketch }
`;

let server: Server;
let admin: Tab;
let member: Tab;

beforeAll(async () => {
  server = await startServer({ config: CONFIG });
  const { id } = await server.ok(201, 'POST', '/api/users', { name: 'ada', role: 'member' });
  admin = await openStudio(server);
  member = await openStudio(server, id);
});

const count = (value: string) => member.page.getByRole('radio', { name: value, exact: true });

describe.sequential('a member', () => {
  test('sees the price before, and what it was after', async () => {
    await member.page.getByLabel('Backend', { exact: true }).selectOption('paid');
    await member.page.getByText('$0.08').waitFor();
    await count('4').check();
    await member.page.getByText('$0.16').waitFor();
    await member.page.getByLabel('Prompt').fill('a paper crane');
    await member.page.getByRole('button', { name: 'Generate' }).click();
    await member.page.getByRole('button', { name: 'a paper crane' }).nth(3).waitFor();
    await member.page.goto(`${server.url}/usage`);
    await member.page.getByText(/^4 pictures in (under )?\d+(\.\d)? s, \$0\.04 each on average$/).waitFor();
    await member.page.getByRole('img', { name: /^\$0\.16 from/ }).waitFor();
    await member.page.getByRole('row', { name: /^paid 4 0 4 (under )?\d+(\.\d)? s \$0\.16$/ }).waitFor();
    await member.page.getByText('Nothing limits what you spend.').waitFor();
    expect(await member.page.getByRole('radio', { name: 'By user' }).count()).toBe(0);
    await expectAccessible(member.page, 'the usage');
  });
});

describe.sequential('a budget', () => {
  test('is set by an admin, and its user sees it', async () => {
    await admin.page.goto(`${server.url}/settings`);
    const budgets = admin.page.getByRole('region', { name: 'Budgets' });
    await budgets.getByText('No budgets').waitFor();
    await budgets.getByLabel('Whose').selectOption({ label: 'ada' });
    await budgets.getByLabel('US dollars').fill('0.25');
    await budgets.getByRole('button', { name: 'Set budget' }).click();
    await budgets.getByRole('meter', { name: 'ada, per month' }).waitFor();
    await expectAccessible(admin.page, 'budgets');
    for (const path of ['/usage', '/settings']) {
      await member.page.goto(server.url + path);
      const meter = member.page.getByRole('meter', { name: 'Yours, per month' });
      await meter.waitFor();
      expect(await meter.getAttribute('aria-valuetext')).toBe('$0.16 of $0.25 spent');
    }
    expect(await member.page.getByRole('region', { name: 'Budgets' }).count()).toBe(0);
  });

  test('that does not cover a request says so before, and leads on: fewer, or free', async () => {
    await member.page.goto(`${server.url}/create`);
    const refused = member.page.getByRole('alert').filter({ hasText: 'Your budget does not cover this' });
    await refused.getByText('$0.09 is left.').waitFor();
    await expectAccessible(member.page, 'a budget that does not cover it');
    await refused.getByRole('button', { name: 'Make 2 instead' }).click();
    await member.page.getByText('$0.08, $0.09 left').waitFor();
    expect(await count('2').isChecked()).toBe(true);
    await count('8').check();
    await refused.getByRole('button', { name: 'Use sketch, which is free' }).click();
    await member.page.getByText('Free', { exact: true }).waitFor();
  });

  test('that is used up elsewhere refuses the order, and the page says so at once', async () => {
    await member.page.getByLabel('Backend', { exact: true }).selectOption('paid');
    await count('2').check();
    await member.page.getByText('$0.08, $0.09 left').waitFor();
    await server.ok(200, 'PUT', '/api/budgets', { userId: (await server.ok(200, 'GET', '/api/users?name=ada')).users[0].id, limitMicros: 170_000 });
    await member.page.getByRole('button', { name: 'Generate' }).click();
    await member.page.getByRole('alert').filter({ hasText: 'has 0.01 USD left, and one job needs 0.04' }).waitFor();
    await member.page.getByRole('alert').filter({ hasText: '$0.01 is left.' }).waitFor();
  });

  test('is deleted with a way back', async () => {
    await admin.page.getByRole('button', { name: 'Delete the budget: ada, per month' }).click();
    await admin.page.getByText('No budgets').waitFor();
    await admin.page.getByRole('button', { name: 'Undo' }).click();
    await admin.page.getByRole('meter', { name: 'ada, per month' }).waitFor();
  });
});

test('an admin sees what all have spent, by user, and takes it along as a file', async () => {
  await admin.page.goto(`${server.url}/usage`);
  await admin.page.getByRole('radio', { name: 'By user' }).check();
  await admin.page.getByRole('row', { name: /^ada 4 0 4 (under )?\d+(\.\d)? s \$0\.16$/ }).waitFor();
  const [file] = await Promise.all([admin.page.waitForEvent('download'), admin.page.getByRole('button', { name: 'CSV' }).click()]);
  expect(await file.failure()).toBeNull();
  await admin.page.getByRole('radio', { name: 'Last month' }).check();
  await admin.page.getByRole('heading', { name: 'Nothing was made' }).waitFor();
});

test('none of this made an error', () => {
  // The order that was refused with 402 is written down by Chromium.
  expect([...admin.problems, ...member.problems].filter((problem) => !/status of 402/.test(problem))).toEqual([]);
});
