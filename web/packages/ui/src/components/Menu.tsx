// A list of things to do, behind a button.
import * as Primitive from '@radix-ui/react-dropdown-menu';
import type { ReactNode } from 'react';

import { classes } from '../classes.ts';
import { Icon, type IconName } from './Icon.tsx';
import styles from './Menu.module.css';

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

export function Menu({ trigger, label, items }: MenuProps) {
  return (
    <Primitive.Root>
      <Primitive.Trigger asChild>{trigger}</Primitive.Trigger>
      <Primitive.Portal>
        <Primitive.Content className={styles.menu} align="end" sideOffset={6} collisionPadding={8} aria-label={label}>
          {items.map((item) => (
            <Primitive.Item
              key={item.label}
              className={classes(styles.item, item.isDangerous && styles.dangerous)}
              disabled={item.disabled ?? false}
              onSelect={item.onSelect}
            >
              {item.icon && <Icon name={item.icon} size={18} />}
              <span className={styles.label}>{item.label}</span>
              {item.shortcut && <kbd className={styles.shortcut}>{item.shortcut}</kbd>}
            </Primitive.Item>
          ))}
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}
