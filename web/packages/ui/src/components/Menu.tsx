// A list of things to do, behind a button. Its code is large and comes after the page that it is on.
import { lazy, Suspense, useState, type ReactNode } from 'react';

import type { IconName } from './Icon.tsx';

const MenuBody = lazy(() => import('./MenuBody.tsx'));

export interface MenuItem {
  label: string;
  icon?: IconName;
  /** The key that does the same. */
  shortcut?: string;
  isDangerous?: boolean;
  disabled?: boolean;
  onSelect(): void;
}

export interface MenuProps {
  /** A button; it opens the menu. */
  trigger: ReactNode;
  label: string;
  items: MenuItem[];
}

export function Menu(props: MenuProps) {
  // Who is quicker than the code sees the menu as soon as it is there.
  const [isAwaited, setAwaited] = useState(false);
  return (
    <Suspense fallback={<span style={{ display: 'contents' }} onClick={() => setAwaited(true)}>{props.trigger}</span>}>
      <MenuBody {...props} isOpenAtFirst={isAwaited} />
    </Suspense>
  );
}
