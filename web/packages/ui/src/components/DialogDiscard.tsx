// The question of a window that is about to close over what was typed; it stands where the window's buttons were.
import { useId, useRef, useState } from 'react';

import { Button } from './Button.tsx';
import styles from './Dialog.module.css';

/** `leave` closes what nobody typed in, asks otherwise, and takes the question back when it is asked already. */
export function useDiscard(isDirty: boolean, onClose: () => void) {
  const [isAsked, setAsked] = useState(false);
  const before = useRef<Element | null>(null);
  // Nothing is left to lose: the question is over, also for what is typed next.
  if (isAsked && !isDirty) setAsked(false);
  const keep = () => {
    setAsked(false);
    if (before.current instanceof HTMLElement) before.current.focus();
  };
  const discard = () => {
    setAsked(false);
    onClose();
  };
  const leave = () => {
    if (!isDirty) return discard();
    if (isAsked) return keep();
    before.current = document.activeElement;
    setAsked(true);
  };
  return { leave, question: isAsked ? <DiscardQuestion onKeep={keep} onDiscard={discard} /> : null };
}

function DiscardQuestion({ onKeep, onDiscard }: { onKeep(): void; onDiscard(): void }) {
  const id = useId();
  return (
    <div role="alertdialog" aria-labelledby={id} className={styles.actions}>
      <p id={id} className={styles.question}>Discard what you have typed?</p>
      <Button autoFocus onClick={onKeep}>Keep typing</Button>
      <Button variant="danger" onClick={onDiscard}>Discard</Button>
    </div>
  );
}
