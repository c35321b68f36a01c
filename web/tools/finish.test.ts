// @vitest-environment node
import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';

import { pageSizes, type Chunk } from './finish.ts';

const code = () => randomBytes(500).toString('base64');
const gzipped = (...chunks: Chunk[]) => chunks.reduce((sum, chunk) => sum + gzipSync(chunk.code, { level: 9 }).length, 0);
const chunk = (fileName: string, more: Partial<Chunk> = {}): Chunk =>
  ({ fileName, code: code(), isEntry: false, facadeModuleId: null, imports: [], ...more });

test('a page weighs what it needs, each part once, and nothing that comes later', () => {
  const shared = chunk('shared.js', { imports: ['deep.js', 'index.js'] });
  const deep = chunk('deep.js');
  const index = chunk('index.js', { isEntry: true, imports: ['deep.js'] });
  const page = chunk('page.js', { facadeModuleId: '/src/LibraryPage.tsx', imports: ['shared.js', 'deep.js'] });
  const later = chunk('later.js', { facadeModuleId: '/src/Dialog.tsx' });
  expect([...pageSizes([shared, deep, index, page, later])]).toEqual([
    ['the first frame', gzipped(index, deep)],
    ['LibraryPage.tsx', gzipped(index, deep, page, shared)],
  ]);
});
