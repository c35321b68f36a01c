import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    maxWorkers: 2,
    allowOnly: false,
    passWithNoTests: false,
    projects: [
      {
        // Each file starts servers of its own on free ports, so files run side by side.
        test: {
          name: 'system',
          include: ['tests/{scenario,browser,faults}/**/*.test.ts'],
          environment: 'node',
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // A second, which is usual, is little on a machine that has other things to do.
          expect: { poll: { timeout: 15_000 } },
        },
      },
      {
        // The user interface's packages.
        oxc: { jsx: { runtime: 'automatic' } },
        test: {
          name: 'web',
          include: ['web/**/*.test.{ts,tsx}'],
          environment: 'happy-dom',
          setupFiles: ['web/tools/test_setup.ts'],
          css: { include: [] },
        },
      },
    ],
  },
});
