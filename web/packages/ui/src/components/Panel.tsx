// A pane of glass that holds what belongs together.
import type { ComponentPropsWithRef } from 'react';

import { classes } from '../classes.ts';
import styles from './Panel.module.css';

export function Panel({ className, ...rest }: ComponentPropsWithRef<'section'>) {
  return <section {...rest} className={classes(styles.panel, className)} />;
}
