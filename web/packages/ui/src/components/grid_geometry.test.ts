// @vitest-environment node
import { expect, test } from 'vitest';

import { gridTopOf, gridTopToShow, layoutOf, movedGridTop, rangeOf, SCROLL_MAX, scrollTopOf, tileAfterKey } from './grid_geometry.ts';

const shape = { width: 1000, count: 100, minTile: 180, gap: 10, ratio: 1 };
const small = layoutOf(shape);
const million = layoutOf({ ...shape, count: 1_000_000 });

test('as many columns as fit, and tiles that fill them', () => {
  expect(small).toMatchObject({ columns: 5, tileWidth: 192, rowHeight: 202, rows: 20, height: 20 * 202 - 10, scrollHeight: 20 * 202 - 10 });
  const cases: [Partial<typeof shape>, number, number][] = [
    [{ width: 100 }, 1, 100],
    [{ width: 369 }, 1, 100],
    [{ width: 370 }, 2, 50],
    [{ count: 0 }, 5, 0],
    [{ count: 101 }, 5, 21],
  ];
  for (const [change, columns, rows] of cases) expect(layoutOf({ ...shape, ...change }), JSON.stringify(change)).toMatchObject({ columns, rows });
});

test('a million tiles scroll in an area that every browser can have', () => {
  expect(million.height).toBeGreaterThan(40_000_000);
  expect(million.scrollHeight).toBe(SCROLL_MAX);
  expect(gridTopOf(0, million, 800)).toBe(0);
  expect(gridTopOf(SCROLL_MAX - 800, million, 800)).toBe(million.height - 800);
  for (const gridTop of [0, 123_456, 20_000_000, million.height - 800]) {
    expect(gridTopOf(scrollTopOf(gridTop, million, 800), million, 800)).toBeCloseTo(gridTop, 3);
  }
});

test('a small grid scrolls as it is', () => {
  for (const top of [0, 50, small.height - 800]) {
    expect(gridTopOf(top, small, 800)).toBeCloseTo(top);
    expect(scrollTopOf(top, small, 800)).toBeCloseTo(top);
  }
  expect(gridTopOf(50, layoutOf({ ...shape, count: 3 }), 800)).toBe(0);
});

test('a small step is a step, a long one a jump of the scroll bar', () => {
  const before = { gridTop: 1_000_000, scrollTop: scrollTopOf(1_000_000, million, 800) };
  expect(movedGridTop(before, before.scrollTop + 53, million, 800)).toBeCloseTo(1_000_053);
  expect(movedGridTop(before, before.scrollTop - 53, million, 800)).toBeCloseTo(999_947);
  expect(movedGridTop(before, 4_000_000, million, 800)).toBeCloseTo(gridTopOf(4_000_000, million, 800));
  expect(movedGridTop(before, 0, million, 800)).toBe(0);
  expect(movedGridTop(before, SCROLL_MAX - 800, million, 800)).toBeCloseTo(million.height - 800);
  expect(movedGridTop({ gridTop: 100, scrollTop: 100 }, 150, small, 800)).toBeCloseTo(150);
});

test('only what is in view is drawn, with some rows around', () => {
  const cases: [number, number, number, number][] = [
    [0, 100, 0, 29],
    [2020, 100, 40, 79],
    [small.height - 800, 100, 65, 99],
    [0, 7, 0, 6],
    [0, 0, 0, -1],
  ];
  for (const [gridTop, count, first, last] of cases) {
    expect(rangeOf(gridTop, layoutOf({ ...shape, count }), 800, count, 2), `${gridTop} of ${count}`).toEqual({ first, last });
  }
  const { first, last } = rangeOf(20_000_000, million, 800, 1_000_000, 2);
  expect(last - first).toBeLessThan(50);
  expect(first).toBeGreaterThan(490_000);
});

test('a tile is shown with the least movement', () => {
  expect(gridTopToShow(0, 500, small, 800)).toBe(0);
  expect(gridTopToShow(12, 300, small, 800)).toBe(300);
  expect(gridTopToShow(40, 0, small, 800)).toBe(9 * 202 - 800);
  expect(gridTopToShow(99, 0, small, 800)).toBe(small.height - 800);
});

test('keys go from tile to tile and never out of the grid', () => {
  const cases: [string, number, number | null][] = [
    ['ArrowRight', 0, 1], ['ArrowLeft', 0, 0], ['ArrowDown', 3, 8], ['ArrowUp', 3, 3], ['ArrowRight', 99, 99], ['ArrowDown', 97, 97],
    ['Home', 42, 0], ['End', 42, 99], ['PageDown', 2, 17], ['PageDown', 95, 99], ['PageUp', 20, 5], ['PageUp', 3, 0], ['Enter', 3, null], ['a', 3, null],
  ];
  for (const [key, index, expected] of cases) expect(tileAfterKey(key, index, small, 800, 100), `${key} from ${index}`).toBe(expected);
});
