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
    if (isHeld) return;
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
        <IconButton icon="close" label="Dismiss" size="small" onClick={close} />
      </div>
    </li>
  );
}

export function Toaster() {
  const list = useSyncExternalStore(toasts.subscribe, toasts.get);
  const [isHeld, setHeld] = useState(false);
  const before = useRef<Element | null>(null);
  const onFocus = ({ currentTarget, relatedTarget }: FocusEvent) => {
    setHeld(true);
    if (!currentTarget.contains(relatedTarget)) before.current = relatedTarget;
  };
  const leave = () => {
    setHeld(false);
    returnFocus(before.current);
  };
  return (
    // Each message is live by itself; that this says so too keeps windows from hiding it.
    <section aria-label="Messages" aria-live="off" data-toasts="" className={styles.region}>
      <ol onPointerEnter={() => setHeld(true)} onPointerLeave={() => setHeld(false)} onFocus={onFocus} onBlur={() => setHeld(false)}>
        {list.map((toast) => <Item key={toast.id} toast={toast} isHeld={isHeld} onLeave={leave} />)}
      </ol>
    </section>
  );
}
