// Where the focus goes when the button that has it goes, because it was pressed: to the box that it stood in.
import { useLayoutEffect, useRef, type FocusEvent } from 'react';

/** For a box whose buttons come and go with its state. */
export function useFocusKept<T extends HTMLElement>() {
  const box = useRef<T>(null);
  const holder = useRef<Element | null>(null);
  // After every change: browsers tell nobody of a focus that went with its element.
  useLayoutEffect(() => {
    if (!holder.current || holder.current.isConnected) return;
    holder.current = null;
    box.current?.focus({ preventScroll: true });
  });
  return {
    ref: box,
    tabIndex: -1,
    onFocus: ({ target }: FocusEvent) => void (holder.current = target),
    onBlur: () => void (holder.current = null),
  };
}
