// One of a few, all in sight: arrows go through them.
import { useId, type ReactNode } from 'react';

import { classes } from '../classes.ts';
import styles from './Choice.module.css';

export interface ChoiceOption<T extends string> {
  value: T;
  label: string;
  /** Shown instead of the label, which is then said. */
  face?: ReactNode;
}

export interface ChoiceProps<T extends string> {
  label: string;
  isLabelHidden?: boolean;
  options: readonly ChoiceOption<T>[];
  value: T;
  onChange(value: T): void;
  hint?: ReactNode;
  disabled?: boolean;
  /** Fills the width, each option the same. */
  isEven?: boolean;
}

export function Choice<T extends string>({ label, isLabelHidden = false, options, value, onChange, hint, disabled = false, isEven = false }: ChoiceProps<T>) {
  const name = useId();
  return (
    <fieldset className={styles.choice} disabled={disabled}>
      <legend className={classes(styles.legend, isLabelHidden && 'visually-hidden')}>{label}</legend>
      <div className={classes(styles.options, isEven && styles.even)}>
        {options.map((option) => (
          <label key={option.value} className={styles.option} title={option.face ? option.label : undefined}>
            <input type="radio" className={styles.radio} name={name} checked={option.value === value} onChange={() => onChange(option.value)} />
            {option.face && <span aria-hidden="true" className={styles.face}>{option.face}</span>}
            <span className={option.face ? 'visually-hidden' : undefined}>{option.label}</span>
          </label>
        ))}
      </div>
      {hint && <p className={styles.hint}>{hint}</p>}
    </fieldset>
  );
}
