// A word of explanation beside what it explains, for pointer, focus and touch alike.
import * as Primitive from '@radix-ui/react-tooltip';
import { useState, type MouseEvent, type ReactNode } from 'react';

import styles from './Tooltip.module.css';

export function Tooltip({ text, children }: { text: ReactNode; children: ReactNode }) {
  const [isOpen, setOpen] = useState(false);
  // A press would close it; where there is no pointer to hover with, a press is all there is.
  const open = (event: MouseEvent) => {
    event.preventDefault();
    setOpen(true);
  };
  return (
    <Primitive.Provider delayDuration={250}>
      <Primitive.Root open={isOpen} onOpenChange={setOpen}>
        <Primitive.Trigger asChild onClick={open}>{children}</Primitive.Trigger>
        {/* In the landmark, where whoever reads the page aloud looks for it. */}
        <Primitive.Portal container={document.querySelector('main')}>
          <Primitive.Content className={styles.tip} sideOffset={6} collisionPadding={8}>
            {text}
          </Primitive.Content>
        </Primitive.Portal>
      </Primitive.Root>
    </Primitive.Provider>
  );
}
