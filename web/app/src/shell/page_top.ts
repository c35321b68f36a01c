// Where a page begins: a new one at its top, and a screen reader there too; one that is gone back to where it was left.
import { useEffect, useRef, type UIEvent } from 'react';
import { useLocation } from 'wouter';

/** Whether the last move was Back or Forward; the router tells of its own as the browser does of these. */
let isBack = false;
// From the start: the router, which shows the page, hears of it after this.
for (const move of ['popstate', 'pushState', 'replaceState']) addEventListener(move, ({ type }) => void (isBack = type === 'popstate'));

/** For how long a page that is gone back to may take to be as long as it was. */
const GROWING_MS = 2000;

/** What a user does to scroll. */
const SCROLLING = ['wheel', 'touchmove', 'keydown', 'pointerdown'];

/** Scrolls there as soon as there is so much to scroll, unless somebody scrolls first. Gives what ends that. */
function scrollWhenLong(main: HTMLElement, top: number): () => void {
  const end = performance.now() + GROWING_MS;
  let frame = 0;
  const stop = () => {
    cancelAnimationFrame(frame);
    for (const type of SCROLLING) main.removeEventListener(type, stop);
  };
  const look = () => {
    main.scrollTop = top;
    if (main.scrollHeight - main.clientHeight >= top || performance.now() > end) return stop();
    frame = requestAnimationFrame(look);
  };
  for (const type of SCROLLING) main.addEventListener(type, stop, { passive: true });
  look();
  return stop;
}

/** For the element that scrolls the pages. */
export function usePageTop() {
  const [location] = useLocation();
  const main = useRef<HTMLElement>(null);
  const shown = useRef(location);
  const left = useRef(new Map<string, number>());

  useEffect(() => {
    if (shown.current === location || !main.current) return undefined;
    shown.current = location;
    main.current.focus({ preventScroll: true });
    if (isBack) return scrollWhenLong(main.current, left.current.get(location) ?? 0);
    main.current.scrollTop = 0;
    left.current.set(location, 0);
    return undefined;
  }, [location]);

  const onScroll = ({ target, currentTarget }: UIEvent) => {
    if (target === currentTarget) left.current.set(shown.current, currentTarget.scrollTop);
  };
  return { ref: main, onScroll };
}
