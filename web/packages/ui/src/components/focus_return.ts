// Where the focus goes when a window closes: back to what had it before the window came.
import { useRef } from 'react';

/** What has the focus; for an entry of a menu, which is about to go, the menu's button. */
function holder(): Element | null {
  const menu = document.activeElement?.closest('[role="menu"]');
  return (menu && document.getElementById(menu.getAttribute('aria-labelledby') ?? '')) ?? document.activeElement;
}

/** Back to where it was; to the page where that is gone, nowhere if it was nowhere. */
export function returnFocus(before: Element | null): void {
  if (before && !before.isConnected) document.querySelector('main')?.focus({ preventScroll: true });
  else if (before instanceof HTMLElement) before.focus();
}

/** For the content of a dialog without a trigger of its own. */
export function useFocusReturn(isOpen = true) {
  const before = useRef<Element | null>(null);
  const wasOpen = useRef(false);
  // Asked while the window is made: its own fields may take the focus as soon as they are there. Kept while it closes.
  if (isOpen && !wasOpen.current) before.current = holder();
  wasOpen.current = isOpen;
  return {
    onCloseAutoFocus: (event: Event) => {
      event.preventDefault();
      returnFocus(before.current);
    },
  };
}
