import { defineConfig } from 'vitest/config';

// Each file starts servers of its own on free ports, so files run side by side.
export default defineConfig({
  test: {
    include: ['tests/{scenario,browser,faults}/**/*.test.ts'],
    environment: 'node',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    allowOnly: false,
    passWithNoTests: false,
  },
});
