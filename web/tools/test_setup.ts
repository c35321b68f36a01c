// What every test of the user interface begins and ends with.
import { cleanup, configure } from '@testing-library/react';
import { afterEach, vi } from 'vitest';

// A second, which is usual, is little on a machine that has other things to do.
configure({ asyncUtilTimeout: 10_000 });
vi.setConfig({ testTimeout: 30_000 });

afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});
