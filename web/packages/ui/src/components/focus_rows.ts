// Where the focus goes when the row of a list goes, or the button of a row, because it was pressed: to the row in its place.
import { useLayoutEffect, useRef, type FocusEvent } from 'react';

interface Place {
  holder: Element;
  /** The window that it is in. */
  dialog: HTMLElement | null;
  /** Undefined: it stood beside the rows. */
  row: Element | undefined;
  /** Where the row was. */
  index: number;
  /** Which of the row's buttons and links. */
  control: number;
}

const CONTROLS = 'button, a[href]';

function placeOf(holder: Element, rows: Element[]): Place {
  const index = rows.findIndex((each) => each.contains(holder));
  const row = rows[index];
  return { holder, dialog: holder.closest<HTMLElement>('[role=dialog]'), row, index, control: [...(row?.querySelectorAll(CONTROLS) ?? [])].indexOf(holder) };
}

/** The same button of its row, or of the row that has its place now; else what that row has. */
function heir({ row, index, control }: Place, rows: Element[]): HTMLElement | undefined {
  const next = row?.isConnected ? row : rows[Math.min(index, rows.length - 1)];
  const controls = next?.querySelectorAll<HTMLElement>(CONTROLS);
  return controls && (controls[control] ?? controls[0]);
}

/** For the box around a list of `li`. It takes the focus where there is no such row, and the window, or the page, where the box has gone too. */
export function useFocusInRows<T extends HTMLElement>() {
  const box = useRef<T>(null);
  const place = useRef<Place | null>(null);
  const rowsOf = (): Element[] => [...(box.current?.querySelectorAll('li') ?? [])];
  // After every change: browsers tell nobody of a focus that went with its element.
  useLayoutEffect(() => {
    const before = place.current;
    if (!before || before.holder.isConnected) return;
    place.current = null;
    const next = heir(before, rowsOf()) ?? box.current ?? before.dialog ?? document.querySelector('main');
    next?.focus({ preventScroll: true });
  });
  return {
    ref: box,
    tabIndex: -1,
    onFocus: ({ target }: FocusEvent) => void (place.current = placeOf(target, rowsOf())),
    onBlur: () => void (place.current = null),
  };
}
