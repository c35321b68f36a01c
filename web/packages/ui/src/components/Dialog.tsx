// A window over the page that wants an answer; Escape and the scrim close it, focus goes back where it was.
import * as Primitive from '@radix-ui/react-dialog';
import type { ReactNode } from 'react';

import { classes } from '../classes.ts';
import { IconButton } from './Button.tsx';
import styles from './Dialog.module.css';
import { useFocusReturn } from './focus_return.ts';
import { keepForToasts } from './outside.ts';

export interface DialogProps {
  isOpen: boolean;
  onClose(): void;
  title: string;
  description?: ReactNode;
  /** The row of buttons. */
  actions?: ReactNode;
  size?: 'small' | 'large';
  children?: ReactNode;
}

export function Dialog({ isOpen, onClose, title, description, actions, size = 'small', children }: DialogProps) {
  const focusReturn = useFocusReturn(isOpen);
  return (
    <Primitive.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <Primitive.Portal>
        <Primitive.Overlay className={styles.scrim}>
          <Primitive.Content className={classes(styles.dialog, styles[size])} onInteractOutside={keepForToasts} {...focusReturn} {...(description ? {} : { 'aria-describedby': undefined })}>
            <header className={styles.head}>
              <Primitive.Title className={styles.title}>{title}</Primitive.Title>
              <Primitive.Close asChild>
                <IconButton icon="close" label="Close" size="small" />
              </Primitive.Close>
            </header>
            <div className={styles.body}>
              {description && <Primitive.Description asChild><div className={styles.description}>{description}</div></Primitive.Description>}
              {children}
            </div>
            {actions && <footer className={styles.actions}>{actions}</footer>}
          </Primitive.Content>
        </Primitive.Overlay>
      </Primitive.Portal>
    </Primitive.Root>
  );
}
