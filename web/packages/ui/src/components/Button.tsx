// A button: with words, or with a sign and a name.
import type { ComponentPropsWithRef, MouseEvent } from 'react';

import { classes } from '../classes.ts';
import styles from './Button.module.css';
import { Icon, type IconName } from './Icon.tsx';

export interface ButtonProps extends ComponentPropsWithRef<'button'> {
  /** primary: the one thing to do here; danger: it takes something away. */
  variant?: 'primary' | 'quiet' | 'ghost' | 'danger';
  size?: 'medium' | 'small';
  icon?: IconName;
  /** Works on it: cannot be pressed, keeps its width and the focus. */
  isBusy?: boolean;
}

const ignore = (event: MouseEvent) => event.preventDefault();

export function Button({ variant = 'quiet', size = 'medium', icon, isBusy = false, disabled, className, children, type = 'button', onClick, ...rest }: ButtonProps) {
  return (
    // A button that is disabled loses the focus, and with it its place on the page.
    <button {...rest} type={type} disabled={disabled} aria-disabled={isBusy || undefined} aria-busy={isBusy || undefined} onClick={isBusy ? ignore : onClick} className={classes(styles.button, styles[variant], styles[size], className)}>
      {isBusy && <span className={styles.spinner} aria-hidden="true" />}
      <span className={classes(styles.content, isBusy && styles.hidden)}>
        {icon && <Icon name={icon} size={size === 'small' ? 16 : 18} />}
        {children}
      </span>
    </button>
  );
}

export interface IconButtonProps extends Omit<ButtonProps, 'children' | 'aria-label' | 'icon'> {
  icon: IconName;
  /** What it does: its name, and what the pointer shows. */
  label: string;
}

export function IconButton({ icon, label, variant = 'ghost', className, ...rest }: IconButtonProps) {
  return <Button {...rest} variant={variant} icon={icon} aria-label={label} title={label} className={classes(styles.square, className)} />;
}
