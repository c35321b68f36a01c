// Keys of the studio: one listener, and a list that the help shows.
import { useEffect, useRef } from 'react';
import { createStore } from 'zustand/vanilla';

export interface Shortcut {
  /** One key, or two one after the other: "?", "g l". */
  keys: string;
  label: string;
  group: string;
}

interface Bound extends Shortcut {
  run(): void;
}

/** What can be done by key right now; the latest for a key counts. */
export const shortcuts = createStore<{ list: readonly Bound[] }>(() => ({ list: [] }));

/** How long the first of two keys waits for the second. */
const SECOND_KEY_MS = 1200;

export function useShortcut(keys: string, label: string, group: string, run: () => void): void {
  const latest = useRef(run);
  latest.current = run;
  useEffect(() => {
    const bound: Bound = { keys, label, group, run: () => latest.current() };
    shortcuts.setState(({ list }) => ({ list: [...list, bound] }));
    return () => shortcuts.setState(({ list }) => ({ list: list.filter((other) => other !== bound) }));
  }, [keys, label, group]);
}

/** What is chosen by arrows and Space has no use for letters. */
const TEXT = 'input:not([type="radio"], [type="checkbox"]), textarea, select';

/** Where letters are text, they are no commands; nor under a dialog or in a menu, which have keys of their own. */
function isElsewhere(target: EventTarget | null): boolean {
  if (document.querySelector('[role="dialog"], [role="menu"]')) return true;
  return target instanceof HTMLElement && (target.isContentEditable || target.matches(TEXT));
}

/** Listens to the keyboard. Gives what ends it. */
export function startShortcuts(): () => void {
  let first = '';
  let firstAt = 0;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || isElsewhere(event.target)) return;
    const { list } = shortcuts.getState();
    const both = Date.now() - firstAt < SECOND_KEY_MS ? `${first} ${event.key}` : '';
    const found = list.findLast(({ keys }) => keys === both) ?? list.findLast(({ keys }) => keys === event.key);
    first = event.key;
    firstAt = found ? 0 : Date.now();
    if (!found) return;
    event.preventDefault();
    found.run();
  };
  document.addEventListener('keydown', onKeyDown);
  return () => document.removeEventListener('keydown', onKeyDown);
}
