// Short messages that come and go: one list for the page.

export interface Toast {
  id: number;
  message: string;
  tone: 'plain' | 'error';
  /** What can be done about it, as long as it shows: undo, above all. */
  action: { label: string; onSelect(): void } | null;
}

export interface ToastOptions {
  tone?: Toast['tone'];
  action?: Toast['action'];
}

/** More than these at a time nobody reads. */
const SHOWN_MAX = 3;

let list: readonly Toast[] = [];
let made = 0;
const watchers = new Set<() => void>();

function set(next: readonly Toast[]): void {
  list = next;
  for (const watcher of watchers) watcher();
}

export const toasts = {
  subscribe(watcher: () => void): () => void {
    watchers.add(watcher);
    return () => watchers.delete(watcher);
  },
  get: () => list,
  /** Gives what takes it away. */
  add(message: string, { tone = 'plain', action = null }: ToastOptions = {}): () => void {
    const toast: Toast = { id: ++made, message, tone, action };
    set([...list, toast].slice(-SHOWN_MAX));
    return () => toasts.remove(toast.id);
  },
  /** Does what the newest message offers, for those who cannot get at its button. */
  act(): void {
    const toast = list.findLast(({ action }) => action !== null);
    if (!toast) return;
    toasts.remove(toast.id);
    toast.action!.onSelect();
  },
  remove(id: number): void {
    set(list.filter((toast) => toast.id !== id));
  },
};
