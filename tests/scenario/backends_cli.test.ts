// albumen backends: what there is, and whether it answers.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { ok } from './cli.ts';
import { makeHome, runCommand } from './harness.ts';

test('the backends are listed with type, price, health, and what they honour and ignore', async () => {
  const home = makeHome();
  writeFileSync(join(home.folder, 'albumen.yaml'), 'backends:\n  paid:\n    type: mock\n    price: per_image\n    price_micros: 40000\n');
  const { stdout } = await ok(home, 'backends');
  expect(stdout).toMatch(/^NAME +TYPE +MODEL +PRICE +HEALTH\n/);
  expect(stdout).toMatch(/\npaid +mock +- +0\.0400 USD +well\n {2}honours: prompt, /);
  expect(stdout).toMatch(/\nsketch +sketch +- +free +well\n {2}honours: prompt, negativePrompt, style, size, seed, references\n {2}ignores: steps, guidance\n/);
  const lines = (await ok(home, 'backends', '--json')).stdout.trim().split('\n').map((line) => JSON.parse(line));
  expect(lines.map((line) => line.name)).toEqual(['paid', 'sketch']);
});

test('a backend is asked whether it answers', async () => {
  const home = makeHome();
  writeFileSync(join(home.folder, 'albumen.yaml'), 'backends:\n  gone:\n    type: mock\n    mode: http\n    url: http://127.0.0.1:9\n    api_key: k\n');
  expect((await ok(home, 'backends', 'test', 'sketch')).stdout).toMatch(/^sketch answers, after \d+ ms\.\n$/);
  expect(JSON.parse((await ok(home, 'backends', 'test', 'sketch', '--json')).stdout).ok).toBe(true);
  const gone = await runCommand(['backends', 'test', 'gone'], home);
  expect([gone.code, gone.stderr]).toEqual([4, expect.stringMatching(/^albumen: gone: \S/)]);
  const none = await runCommand(['backends', 'test', 'none'], home);
  expect([none.code, none.stderr]).toEqual([2, "albumen: there is no backend 'none'\n"]);
});
