// Where the focus goes when a window closes: back to what had it when the window opened.
import { useRef } from 'react';

/** For the content of a dialog without a trigger of its own. */
export function useFocusReturn() {
  const before = useRef<Element | null>(null);
  return {
    onOpenAutoFocus: () => void (before.current = document.activeElement),
    onCloseAutoFocus: (event: Event) => {
      event.preventDefault();
      if (before.current instanceof HTMLElement) before.current.focus();
    },
  };
}
