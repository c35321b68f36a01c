// Where the tiles of a grid of any length are. Browsers end at some 16 million pixels, so a longer grid is scrolled in scale:
// small movements go pixel by pixel, the scroll bar goes over the whole.

export interface Layout {
  columns: number;
  tileWidth: number;
  rowHeight: number;
  rows: number;
  /** Height of all rows; the scroll area is at most SCROLL_MAX. */
  height: number;
  scrollHeight: number;
}

export const SCROLL_MAX = 8_000_000;

export interface Shape {
  width: number;
  count: number;
  minTile: number;
  gap: number;
  /** Height of a tile over its width. */
  ratio: number;
}

export function layoutOf({ width, count, minTile, gap, ratio }: Shape): Layout {
  const columns = Math.max(1, Math.floor((width + gap) / (minTile + gap)));
  const tileWidth = Math.max(0, (width - gap * (columns - 1)) / columns);
  const rowHeight = tileWidth * ratio + gap;
  const rows = Math.ceil(count / columns);
  const height = rows === 0 ? 0 : rows * rowHeight - gap;
  return { columns, tileWidth, rowHeight, rows, height, scrollHeight: Math.min(height, SCROLL_MAX) };
}

const clamp = (value: number, max: number) => Math.min(Math.max(value, 0), Math.max(max, 0));

/** The place in the grid for a place of the scroll bar. */
export function gridTopOf(scrollTop: number, layout: Layout, viewport: number): number {
  const range = layout.scrollHeight - viewport;
  return range <= 0 ? 0 : (clamp(scrollTop, range) / range) * (layout.height - viewport);
}

/** The place of the scroll bar for a place in the grid. */
export function scrollTopOf(gridTop: number, layout: Layout, viewport: number): number {
  const range = layout.height - viewport;
  return range <= 0 ? 0 : (clamp(gridTop, range) / range) * (layout.scrollHeight - viewport);
}

/** After a scroll event: a step of less than a screen goes pixel by pixel, a longer one is a jump of the scroll bar. */
export function movedGridTop(before: { gridTop: number; scrollTop: number }, scrollTop: number, layout: Layout, viewport: number): number {
  const step = scrollTop - before.scrollTop;
  const atEnd = scrollTop <= 0 || scrollTop >= layout.scrollHeight - viewport;
  if (layout.height === layout.scrollHeight || atEnd || Math.abs(step) > viewport) return gridTopOf(scrollTop, layout, viewport);
  return clamp(before.gridTop + step, layout.height - viewport);
}

/** The tiles to draw: those in view and some rows around. */
export function rangeOf(gridTop: number, layout: Layout, viewport: number, count: number, spareRows: number): { first: number; last: number } {
  if (count === 0 || layout.rowHeight <= 0) return { first: 0, last: -1 };
  const firstRow = Math.max(0, Math.floor(gridTop / layout.rowHeight) - spareRows);
  const lastRow = Math.min(layout.rows - 1, Math.floor((gridTop + viewport) / layout.rowHeight) + spareRows);
  return { first: firstRow * layout.columns, last: Math.min(count, (lastRow + 1) * layout.columns) - 1 };
}

/** The place in the grid that shows a tile with the least movement. */
export function gridTopToShow(index: number, gridTop: number, layout: Layout, viewport: number): number {
  const top = Math.floor(index / layout.columns) * layout.rowHeight;
  const bottom = top + layout.rowHeight;
  if (top < gridTop) return top;
  return bottom > gridTop + viewport ? clamp(bottom - viewport, layout.height - viewport) : gridTop;
}

/** Where a key leads from a tile; null: it is no key of a grid. */
export function tileAfterKey(key: string, index: number, layout: Layout, viewport: number, count: number): number | null {
  const page = Math.max(1, Math.floor(viewport / layout.rowHeight)) * layout.columns;
  const steps: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -layout.columns, ArrowDown: layout.columns, PageUp: -page, PageDown: page };
  if (key === 'Home') return 0;
  if (key === 'End') return count - 1;
  const step = steps[key];
  if (step === undefined) return null;
  const target = index + step;
  // A step out of the grid stays where it is; a page goes to the first or last tile.
  if (Math.abs(step) === page && key.startsWith('Page')) return clamp(target, count - 1);
  return target < 0 || target >= count ? index : target;
}
