// A question before something that cannot be undone.
import { useState, type ReactNode } from 'react';

import { Button } from './Button.tsx';
import { Dialog } from './Dialog.tsx';

export interface ConfirmProps {
  title: string;
  children?: ReactNode;
  /** The verb: "Delete". */
  action: string;
  onConfirm(): Promise<void>;
  onClose(): void;
}

/** Closes when it is done; stays, with the reason, when it fails. */
export function Confirm({ title, children, action, onConfirm, onClose }: ConfirmProps) {
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const confirm = async () => {
    setBusy(true);
    setFailure(null);
    try {
      await onConfirm();
      onClose();
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(false);
    }
  };
  const actions = (
    <>
      <Button variant="quiet" onClick={onClose}>Cancel</Button>
      <Button variant="danger" isBusy={isBusy} onClick={() => void confirm()}>{action}</Button>
    </>
  );
  return (
    <Dialog isOpen onClose={onClose} title={title} description={children} actions={actions}>
      {failure && <p role="alert" style={{ color: 'var(--danger)' }}>{failure}</p>}
    </Dialog>
  );
}
