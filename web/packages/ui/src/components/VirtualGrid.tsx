// A grid of any number of tiles that draws only those in view.
import { useCallback, useEffect, useLayoutEffect, useRef, useState, type CSSProperties, type KeyboardEvent, type ReactNode } from 'react';

import { classes } from '../classes.ts';
import { gridTopToShow, layoutOf, movedGridTop, rangeOf, scrollTopOf, tileAfterKey, type Layout } from './grid_geometry.ts';
import styles from './VirtualGrid.module.css';

export interface TileProps {
  /** For the tile's button or link: the keys of the grid move it. */
  tabIndex: 0 | -1;
}

export interface VirtualGridProps {
  /** What the grid is a list of. */
  label: string;
  count: number;
  /** Width of the narrowest tile. */
  minTile?: number;
  gap?: number;
  ratio?: number;
  renderTile(index: number, tile: TileProps): ReactNode;
  keyOf?(index: number): string | number;
  /** The first and last tile that are drawn: what is not there yet should be fetched. */
  onRange?(first: number, last: number): void;
  className?: string;
}

const SPARE_ROWS = 2;
/** How long after the last movement the scroll bar is put where it belongs. */
const AT_REST_MS = 120;

interface View {
  width: number;
  viewport: number;
  gridTop: number;
  scrollTop: number;
}

/** What is in view. The scroll bar's place and the grid's differ where the grid is longer than a browser can scroll. */
function useView(layoutFor: (width: number) => Layout) {
  const scroller = useRef<HTMLDivElement>(null);
  const [view, setView] = useState<View>({ width: 0, viewport: 0, gridTop: 0, scrollTop: 0 });
  const latest = useRef(view);
  const rest = useRef<ReturnType<typeof setTimeout>>(undefined);

  const change = useCallback((part: Partial<View>) => {
    latest.current = { ...latest.current, ...part };
    setView(latest.current);
  }, []);

  useLayoutEffect(() => {
    const element = scroller.current!;
    const measure = () => change({ width: element.clientWidth, viewport: element.clientHeight });
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [change]);
  useEffect(() => () => clearTimeout(rest.current), []);

  const moveTo = useCallback((gridTop: number) => {
    const { width, viewport } = latest.current;
    scroller.current!.scrollTop = scrollTopOf(gridTop, layoutFor(width), viewport);
    change({ gridTop, scrollTop: scroller.current!.scrollTop });
  }, [change, layoutFor]);

  const onScroll = useCallback(() => {
    const { scrollTop } = scroller.current!;
    const now = latest.current;
    const layout = layoutFor(now.width);
    if (scrollTop !== now.scrollTop) change({ scrollTop, gridTop: movedGridTop(now, scrollTop, layout, now.viewport) });
    clearTimeout(rest.current);
    // At rest the scroll bar goes where it belongs, and the tiles with it: nothing moves for the eye.
    if (layout.height > layout.scrollHeight) rest.current = setTimeout(() => moveTo(latest.current.gridTop), AT_REST_MS);
  }, [change, layoutFor, moveTo]);

  return { scroller, view, moveTo, onScroll };
}

function tileStyle(index: number, layout: Layout, ratio: number, gap: number, shift: number): CSSProperties {
  const column = index % layout.columns;
  const row = Math.floor(index / layout.columns);
  return {
    width: layout.tileWidth,
    height: layout.tileWidth * ratio,
    transform: `translate(${column * (layout.tileWidth + gap)}px, ${row * layout.rowHeight + shift}px)`,
  };
}

export function VirtualGrid({ label, count, minTile = 180, gap = 8, ratio = 1, renderTile, keyOf = (index) => index, onRange, className }: VirtualGridProps) {
  const layoutFor = useCallback((width: number) => layoutOf({ width, count, minTile, gap, ratio }), [count, minTile, gap, ratio]);
  const { scroller, view, moveTo, onScroll } = useView(layoutFor);
  const layout = layoutFor(view.width);
  const range = view.width === 0 ? { first: 0, last: -1 } : rangeOf(view.gridTop, layout, view.viewport, count, SPARE_ROWS);
  const [active, setActive] = useState(0);
  const wantsFocus = useRef(false);
  const current = Math.min(active, Math.max(count - 1, 0));

  useEffect(() => {
    if (range.last >= range.first) onRange?.(range.first, range.last);
  }, [onRange, range.first, range.last]);

  useLayoutEffect(() => {
    if (!wantsFocus.current) return;
    const tile = scroller.current!.querySelector<HTMLElement>(`[data-index="${current}"] :is(button, a)`);
    if (tile) {
      wantsFocus.current = false;
      tile.focus({ preventScroll: true });
    }
  });

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const next = tileAfterKey(event.key, current, layout, view.viewport, count);
    if (next === null) return;
    event.preventDefault();
    wantsFocus.current = true;
    setActive(next);
    const top = gridTopToShow(next, view.gridTop, layout, view.viewport);
    if (top !== view.gridTop) moveTo(top);
  };

  const onFocus = (index: number) => {
    setActive(index);
    const top = gridTopToShow(index, view.gridTop, layout, view.viewport);
    if (top !== view.gridTop && (index < range.first || index > range.last)) moveTo(top);
  };

  const indices = Array.from({ length: Math.max(0, range.last - range.first + 1) }, (_, i) => range.first + i);
  // The tile with the focus stays in the page wherever it is, or the keys would have nothing to move.
  if (count > 0 && (current < range.first || current > range.last)) indices.push(current);
  const shift = view.scrollTop - view.gridTop;
  return (
    <div ref={scroller} className={classes(styles.scroller, className)} onScroll={onScroll} onKeyDown={onKeyDown}>
      <div role="list" aria-label={label} className={styles.area} style={{ height: layout.scrollHeight }}>
        {indices.map((index) => (
          <div
            key={keyOf(index)}
            role="listitem"
            aria-setsize={count}
            aria-posinset={index + 1}
            data-index={index}
            className={styles.tile}
            style={tileStyle(index, layout, ratio, gap, layout.height === layout.scrollHeight ? 0 : shift)}
            onFocus={() => onFocus(index)}
          >
            {renderTile(index, { tabIndex: index === current ? 0 : -1 })}
          </div>
        ))}
      </div>
    </div>
  );
}
