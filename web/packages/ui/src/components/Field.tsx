// Something to fill in: its label, its hint, what is wrong with it, and the control itself.
import { useId, type ComponentPropsWithRef, type ReactNode } from 'react';

import { classes } from '../classes.ts';
import styles from './Field.module.css';

export interface ControlProps {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': true | undefined;
}

export interface FieldProps {
  label: ReactNode;
  hint?: ReactNode;
  /** Why the value does not do. */
  error?: string | null | undefined;
  /** Beside the label, at the other end. */
  aside?: ReactNode;
  isLabelHidden?: boolean;
  className?: string | undefined;
  children: (control: ControlProps) => ReactNode;
}

export function Field({ label, hint, error, aside, isLabelHidden = false, className, children }: FieldProps) {
  const id = useId();
  const note = error ?? hint;
  const control: ControlProps = { id, 'aria-describedby': note ? `${id}-note` : undefined, 'aria-invalid': error ? true : undefined };
  return (
    <div className={classes(styles.field, className)}>
      <div className={classes(styles.head, isLabelHidden && 'visually-hidden')}>
        <label htmlFor={id}>{label}</label>
        {aside && <span className={styles.aside}>{aside}</span>}
      </div>
      {children(control)}
      {note && (
        <p id={`${id}-note`} className={error ? styles.error : styles.hint} role={error ? 'alert' : undefined}>
          {note}
        </p>
      )}
    </div>
  );
}

type Shared = Omit<FieldProps, 'children'>;

/** What of the properties is the field's, and what the control's. */
function split<P extends Shared>({ label, hint, error, aside, isLabelHidden = false, className, ...input }: P) {
  return { field: { label, hint, error, aside, isLabelHidden, className }, input };
}

export function TextField(props: Shared & ComponentPropsWithRef<'input'>) {
  const { field, input } = split(props);
  return <Field {...field}>{(control) => <input {...input} {...control} className={styles.control} />}</Field>;
}

export function TextArea(props: Shared & ComponentPropsWithRef<'textarea'>) {
  const { field, input } = split(props);
  return <Field {...field}>{(control) => <textarea {...input} {...control} className={classes(styles.control, styles.area)} />}</Field>;
}

export function Select(props: Shared & ComponentPropsWithRef<'select'>) {
  const { field, input } = split(props);
  return <Field {...field}>{(control) => <select {...input} {...control} className={classes(styles.control, styles.select)} />}</Field>;
}
