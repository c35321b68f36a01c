// @vitest-environment node
import type { Backend, Image, Job } from '@albumen/api';
import { describe, expect, test } from 'vitest';

import { comingOf, feedOf, joined, type Coming } from './hooks/useFeed.ts';
import { affordable, aspectOf, costOf, EMPTY_DRAFT, requestOf, sizeFor, type Target } from './request.ts';
import { readDraft } from './store.ts';

const sketch: Target = { name: 'sketch', honours: ['negativePrompt', 'style', 'size', 'seed'], sizes: { minSide: 16, maxSide: 4096, sideStep: 1 } };

describe('a request', () => {
  test('holds what is filled in, and only what the backend takes notice of', () => {
    const full = { ...EMPTY_DRAFT, prompt: '  a cat ', count: 4, style: 'ink', negativePrompt: ' dogs ', seed: 0, steps: 20, guidance: 7 };
    expect(requestOf(full, sketch)).toEqual({ backend: 'sketch', count: 4, request: { prompt: 'a cat', width: 1024, height: 1024, style: 'ink', negativePrompt: 'dogs', seed: 0 } });
    expect(requestOf({ ...EMPTY_DRAFT, prompt: 'a cat', aspect: 'auto', style: '  ' }, sketch)).toEqual({ backend: 'sketch', count: 2, request: { prompt: 'a cat' } });
    expect(requestOf(full, { ...sketch, honours: ['steps'] }).request).toEqual({ prompt: 'a cat', style: 'ink', steps: 20 });
  });

  test('has a size that the backend can make', () => {
    const cases: [Target['sizes'], object | null][] = [
      [{ minSide: 16, maxSide: 4096, sideStep: 1 }, { width: 1280, height: 720 }],
      [{ minSide: 256, maxSide: 1024, sideStep: 64 }, { width: 1024, height: 576 }],
      [{ minSide: 640, maxSide: 1024, sideStep: 64 }, { width: 1024, height: 640 }],
      [{ minSide: null, maxSide: 1000, sideStep: 64 }, { width: 960, height: 576 }],
      [{ minSide: null, maxSide: null, sideStep: null }, null],
    ];
    for (const [sizes, expected] of cases) expect(sizeFor('wide', { ...sketch, sizes }), JSON.stringify(sizes)).toEqual(expected);
    expect(sizeFor('wide', { ...sketch, honours: [] })).toBeNull();
    expect(sizeFor('auto', sketch)).toBeNull();
  });

  test('that is made again has the shape that is nearest', () => {
    const cases: [number | null, number | null, string][] = [[1024, 1024, 'square'], [900, 1200, 'portrait'], [1920, 1080, 'wide'], [512, 910, 'tall'], [1150, 870, 'landscape'], [null, null, 'auto']];
    for (const [width, height, expected] of cases) expect(aspectOf(width, height), `${width} x ${height}`).toBe(expected);
  });

  const price = (kind: Backend['price']['kind'], costMicros: number | null) => ({ price: { kind, costMicros, estimateMicros: null, currency: 'USD' } });

  test('says beforehand what it costs, where that is known', () => {
    expect(costOf(price('free', 0), 4)).toBe('Free');
    expect(costOf(price('per_image', 40_000), 4)).toMatch(/0\.16/);
    expect(costOf(price('per_image', 3_000), 1)).toMatch(/0\.003/);
    expect([costOf(price('told', null), 4), costOf(price('unknown', null), 4)]).toEqual(['', '']);
  });

  test('costs what the quote says, with what is left', () => {
    const quote = (costMicros: number | null, reservedMicros: number | null, leftMicros: number | null = null) =>
      ({ backend: 'b', currency: 'USD', basis: 'per_image', covered: true, costMicros, reservedMicros, leftMicros }) as const;
    const cases: [ReturnType<typeof quote>, RegExp][] = [
      [quote(0, null), /^Free$/],
      [quote(0, 40_000), /^Free, or up to \D*0\.04 if another backend stands in$/],
      [quote(80_000, 80_000), /^\D*0\.08$/],
      [quote(80_000, 80_000, 5_000_000), /^\D*0\.08, \D*5\.00 left$/],
      [quote(null, 50_000, 1_000_000), /^About \D*0\.05, known afterwards, \D*1\.00 left$/],
      [quote(null, null), /^The price is known afterwards$/],
    ];
    for (const [given, words] of cases) expect(costOf(price('per_image', 1), 2, given)).toMatch(words);
  });

  test.each([
    [8, 320_000, 170_000, 4],
    [8, 320_000, 39_999, 0],
    [2, 80_000, 40_000, 1],
    [1, 40_000, 0, 0],
    [4, null, 10, 0],
    [4, 10, null, 0],
  ])('for %i pictures at %s with %s left, %i can be made instead', (count, reservedMicros, leftMicros, fewer) => {
    expect(affordable({ reservedMicros, leftMicros }, count)).toBe(fewer);
  });
});

test('what an earlier version kept is taken as far as it fits', () => {
  const cases: [unknown, object][] = [
    [undefined, EMPTY_DRAFT],
    ['nonsense', EMPTY_DRAFT],
    [{ prompt: 'a cat', count: '4', seed: 7, steps: 'many', colour: 'red' }, { ...EMPTY_DRAFT, prompt: 'a cat', seed: 7 }],
    [{ seed: null, guidance: 7.5, style: null }, { ...EMPTY_DRAFT, guidance: 7.5 }],
    [{ aspect: 'circle' }, EMPTY_DRAFT],
  ];
  for (const [kept, expected] of cases) expect(readDraft(kept), JSON.stringify(kept)).toEqual(expected);
});

test('the feed is what is made before what was made, and a picture takes its job\'s place', () => {
  const now = Date.parse('2026-11-21T12:00:00Z');
  const job = (id: string, status: Job['status'], createdAt = '2026-11-21T11:00:00Z') => ({ id, status, createdAt }) as Job;
  const image = (id: string, jobId: string | null) => ({ id, jobId }) as Image;
  const jobs = [
    job('queued', 'queued'), job('running', 'running'), job('failed', 'failed'), job('put away', 'failed'), job('long ago', 'failed', '2026-11-19T11:00:00Z'),
    job('cancelled', 'cancelled'), job('done', 'completed'), job('told late', 'running'),
  ];
  const feed = feedOf(jobs, [image('i1', 'told late'), image('i2', 'done'), image('i3', null)], { 'put away': true }, comingOf(new Map(), jobs, now), now);
  expect(feed.map(({ key }) => key)).toEqual(['queued', 'running', 'failed', 'told late', 'done', 'i3']);
});

describe('a job that ends while it is looked at', () => {
  const job = (id: string, status: Job['status']) => ({ id, status, createdAt: '2026-11-21T11:00:00Z' }) as Job;
  const image = { id: 'i', jobId: 'a' } as Image;
  const open = comingOf(new Map(), [job('a', 'running'), job('b', 'queued')], 0);
  const keys = (jobs: Job[], coming: Coming, images: Image[] = []) => feedOf(joined(jobs, [...coming.values()].map((each) => each.job)), images, {}, coming, 0).map(({ key }) => key);

  test('keeps its tile until its picture has come, in the list of jobs or not', () => {
    for (const jobs of [[job('a', 'completed'), job('b', 'queued')], [job('b', 'queued')]]) {
      const coming = comingOf(open, jobs, 1000);
      expect(keys(jobs, coming)).toEqual(['b', 'a']);
      expect(keys(jobs, comingOf(coming, jobs, 5999))).toEqual(['b', 'a']);
      expect(keys(jobs, coming, [image])).toEqual(['b', 'a']);
      expect(keys(jobs, comingOf(coming, jobs, 6000)), 'a picture that does not come leaves no tile behind').toEqual(['b']);
    }
  });

  test('goes at once when it is cancelled, and a job that ended before is not shown', () => {
    expect(keys([job('a', 'cancelled')], comingOf(open, [job('a', 'cancelled'), job('b', 'cancelled')], 1000))).toEqual([]);
    expect(keys([job('c', 'completed')], comingOf(new Map(), [job('c', 'completed')], 1000))).toEqual([]);
  });

  test('is shown among the newest too when it is older than all of them', () => {
    expect(joined([job('3', 'queued'), job('2', 'queued')], [job('2', 'running'), job('1', 'running')]).map(({ id, status }) => `${id} ${status}`)).toEqual(['3 queued', '2 queued', '1 running']);
  });
});
