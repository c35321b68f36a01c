// A window over the page that wants an answer; Escape and the scrim close it, focus goes back where it was.
import * as Primitive from '@radix-ui/react-dialog';
import type { ReactNode } from 'react';

import { classes } from '../classes.ts';
import { IconButton } from './Button.tsx';
import styles from './Dialog.module.css';
import { useDiscard } from './DialogDiscard.tsx';
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
  /** Something was typed: a press beside the window does nothing, and Escape asks before it is lost. */
  isDirty?: boolean;
  children?: ReactNode;
}

export function Dialog({ isOpen, onClose, title, description, actions, size = 'small', isDirty = false, children }: DialogProps) {
  const focusReturn = useFocusReturn(isOpen);
  const { leave, question } = useDiscard(isDirty, onClose);
  return (
    <Primitive.Root open={isOpen} onOpenChange={(open) => !open && leave()}>
      <Primitive.Portal>
        {/* The press would take the focus out of the field, too. */}
        <Primitive.Overlay className={styles.scrim} onMouseDown={(event) => isDirty && event.target === event.currentTarget && event.preventDefault()}>
          <Primitive.Content className={classes(styles.dialog, styles[size])} onInteractOutside={isDirty ? (event) => event.preventDefault() : keepForToasts} {...focusReturn} {...(description ? {} : { 'aria-describedby': undefined })}>
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
            {question ?? (actions && <footer className={styles.actions}>{actions}</footer>)}
          </Primitive.Content>
        </Primitive.Overlay>
      </Primitive.Portal>
    </Primitive.Root>
  );
}
