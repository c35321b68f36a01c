// Short messages that come and go: one list for the page.

export interface Toast {
  id: number;
  message: string;
  tone: 'plain' | 'error';
  /** What can be done about it, as long as it shows: undo, above all. */
  action: ToastAction | null;
  /** It stays until it is taken away: something is under way. */
  isLasting: boolean;
}

export interface ToastAction {
  label: string;
  /** It takes back what the message tells of: a key may do so too. */
  isUndo?: boolean;
  onSelect(): void;
}

export interface ToastOptions {
  tone?: Toast['tone'];
  action?: ToastAction | null;
}

/** A message about something that goes on. */
export interface LastingToast {
  say(message: string): void;
  end(): void;
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

function put(toast: Omit<Toast, 'id'>): number {
  const id = ++made;
  const all = [...list, { ...toast, id }];
  const passing = all.filter(({ isLasting }) => !isLasting).slice(-SHOWN_MAX);
  set(all.filter((each) => each.isLasting || passing.includes(each)));
  return id;
}

export const toasts = {
  subscribe(watcher: () => void): () => void {
    watchers.add(watcher);
    return () => watchers.delete(watcher);
  },
  get: () => list,
  /** Gives what takes it away. */
  add(message: string, { tone = 'plain', action = null }: ToastOptions = {}): () => void {
    const id = put({ message, tone, action, isLasting: false });
    return () => toasts.remove(id);
  },
  /** Stays until it is ended; its words may change meanwhile. */
  addLasting(message: string, action: ToastAction): LastingToast {
    const id = put({ message, tone: 'plain', action, isLasting: true });
    return {
      say: (words) => set(list.map((toast) => (toast.id === id ? { ...toast, message: words } : toast))),
      end: () => toasts.remove(id),
    };
  },
  /** Takes back what the newest message with an undo tells of, for those who cannot get at its button. */
  undo(): void {
    const toast = list.findLast(({ action }) => action?.isUndo);
    if (!toast) return;
    toasts.remove(toast.id);
    toast.action!.onSelect();
  },
  remove(id: number): void {
    set(list.filter((toast) => toast.id !== id));
  },
  clear(): void {
    set([]);
  },
};
