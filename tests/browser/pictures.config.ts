import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['tests/browser/pictures.ts'], testTimeout: 1_200_000, hookTimeout: 240_000, maxWorkers: 1 },
});
