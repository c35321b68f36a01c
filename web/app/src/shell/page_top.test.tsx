import { act, fireEvent, render, screen } from '@testing-library/react';
import { beforeEach, expect, test, vi } from 'vitest';

import { usePageTop } from './page_top.ts';

function Shell() {
  return <main tabIndex={-1} {...usePageTop()}><p>page</p></main>;
}

const main = () => screen.getByRole('main');
const go = (path: string) => act(() => history.pushState(null, '', path));
/** As the browser does it: the address is the old one, then it tells. */
const back = (path: string) => act(() => {
  History.prototype.replaceState.call(history, null, '', path);
  dispatchEvent(new PopStateEvent('popstate'));
});
const scrollTo = (top: number) => {
  main().scrollTop = top;
  fireEvent.scroll(main());
};

let height = 5000;

beforeEach(() => {
  height = 5000;
  history.replaceState(null, '', '/albums');
  vi.spyOn(HTMLElement.prototype, 'scrollHeight', 'get').mockImplementation(() => height);
});

test('a new page begins at its top, and one that is gone back to where it was left', () => {
  render(<Shell />);
  scrollTo(1200);
  go('/albums/1');
  expect([main().scrollTop, document.activeElement]).toEqual([0, main()]);
  scrollTo(300);
  back('/albums');
  expect(main().scrollTop).toBe(1200);
  go('/queue');
  go('/albums');
  expect(main().scrollTop, 'a link leads to the top of a page that was seen before').toBe(0);
});

test('a page that changes its address stays where it is, and does not count as gone back to', () => {
  render(<Shell />);
  scrollTo(800);
  go('/albums/1');
  back('/albums');
  act(() => history.replaceState(null, '', '/albums?q=sea'));
  expect(main().scrollTop).toBe(800);
  go('/albums/1');
  expect(main().scrollTop).toBe(0);
});

test('a page that is not long enough yet is scrolled when it is, unless the user has scrolled', () => {
  vi.useFakeTimers();
  render(<Shell />);
  scrollTo(1200);
  for (const hasScrolled of [false, true]) {
    go('/albums/1');
    height = 500;
    back('/albums');
    // A browser goes no further than there is something to show.
    main().scrollTop = 500;
    if (hasScrolled) fireEvent.wheel(main());
    height = 5000;
    vi.advanceTimersByTime(100);
    expect(main().scrollTop).toBe(hasScrolled ? 500 : 1200);
  }
});
