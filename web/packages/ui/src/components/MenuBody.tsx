// The menu itself, on its primitive.
import * as Primitive from '@radix-ui/react-dropdown-menu';

import { classes } from '../classes.ts';
import { Icon } from './Icon.tsx';
import type { MenuProps } from './Menu.tsx';
import styles from './Menu.module.css';

export default function MenuBody({ trigger, label, items, isOpenAtFirst }: MenuProps & { isOpenAtFirst: boolean }) {
  return (
    <Primitive.Root defaultOpen={isOpenAtFirst} modal={false}>
      <Primitive.Trigger asChild>{trigger}</Primitive.Trigger>
      {/* Among the page's content, where a screen reader looks for it. */}
      <Primitive.Portal container={document.querySelector('main')}>
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
