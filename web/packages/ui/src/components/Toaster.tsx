// Shows the toasts, each for a while; not while somebody is at them.
import { useEffect, useRef, useState, useSyncExternalStore, type FocusEvent } from 'react';

import { classes } from '../classes.ts';
import { Button, IconButton } from './Button.tsx';
import { returnFocus } from './focus_return.ts';
import styles from './Toaster.module.css';
import { toasts, type Toast } from './toasts.ts';

const SHOWN_MS = 6000;
const WITH_ACTION_MS = 10_000;

function Item({ toast, isHeld, onLeave }: { toast: Toast; isHeld: boolean; onLeave(): void }) {
  const close = () => {
    onLeave();
    toasts.remove(toast.id);
  };
  useEffect(() => {
    if (isHeld || toast.isLasting) return;
    const timer = setTimeout(() => toasts.remove(toast.id), toast.action ? WITH_ACTION_MS : SHOWN_MS);
    return () => clearTimeout(timer);
  }, [toast, isHeld]);
  const act = () => {
    close();
    toast.action?.onSelect();
  };
  return (
    <li>
      <div className={classes(styles.toast, toast.tone === 'error' && styles.error)} role={toast.tone === 'error' ? 'alert' : 'status'}>
        <span className={styles.message}>{toast.message}</span>
        {toast.action && <Button size="small" variant="ghost" className={styles.action} onClick={act}>{toast.action.label}</Button>}
        {!toast.isLasting && <IconButton icon="close" label="Dismiss" size="small" onClick={close} />}
      </div>
    </li>
  );
}

export function Toaster() {
  const list = useSyncExternalStore(toasts.subscribe, toasts.get);
  const [isPointedAt, setPointedAt] = useState(false);
  const [hasFocus, setFocus] = useState(false);
  const before = useRef<Element | null>(null);
  const onFocus = ({ currentTarget, relatedTarget }: FocusEvent) => {
    setFocus(true);
    if (!currentTarget.contains(relatedTarget)) before.current = relatedTarget;
  };
  const onBlur = ({ currentTarget, relatedTarget }: FocusEvent) => {
    if (!currentTarget.contains(relatedTarget)) setFocus(false);
  };
  /** The focus goes back where it came from, if it is here: the pressed button goes with its toast. */
  const leave = () => {
    if (hasFocus) returnFocus(before.current);
    setFocus(false);
  };
  return (
    // Each message is live by itself; that this says so too keeps windows from hiding it.
    <section aria-label="Messages" aria-live="off" data-toasts="" className={styles.region}>
      <ol onPointerEnter={() => setPointedAt(true)} onPointerLeave={() => setPointedAt(false)} onFocus={onFocus} onBlur={onBlur}>
        {list.map((toast) => <Item key={toast.id} toast={toast} isHeld={isPointedAt || hasFocus} onLeave={leave} />)}
      </ol>
    </section>
  );
}
