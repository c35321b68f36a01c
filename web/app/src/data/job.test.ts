// @vitest-environment node
import type { Job } from '@albumen/api';
import { expect, test } from 'vitest';

import { glimpseOf } from './job.ts';

const job = (change: Partial<Job>) => glimpseOf({ id: 'a b', status: 'running', progress: 0, note: null, previews: 0, ...change } as Job);

test.each<[string, Partial<Job>, ReturnType<typeof glimpseOf>]>([
  ['waits', { status: 'queued' }, { progress: null, words: 'Waiting for its turn', previewUrl: null }],
  ['runs and says nothing', {}, { progress: null, words: null, previewUrl: null }],
  ['says how far it is', { progress: 0.5, note: 'sampling' }, { progress: 0.5, words: 'sampling', previewUrl: null }],
  ['shows something', { previews: 2 }, { progress: null, words: null, previewUrl: '/api/jobs/a%20b/preview?number=2' }],
  ['is over', { status: 'completed', progress: 1, previews: 2 }, { progress: 1, words: null, previewUrl: null }],
])('of a job that %s', (_, change, seen) => {
  expect(job(change)).toEqual(seen);
});
