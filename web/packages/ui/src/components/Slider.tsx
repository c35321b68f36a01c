// A number by hand: dragged, by arrow keys, or in the steps of Page Up and Page Down.
import * as Primitive from '@radix-ui/react-slider';
import type { ReactNode } from 'react';

import styles from './Slider.module.css';

export interface SliderProps {
  label: string;
  value: number;
  onChange(value: number): void;
  min: number;
  max: number;
  step?: number;
  /** How the value reads: "7.5". */
  format?: (value: number) => string;
  hint?: ReactNode;
  disabled?: boolean;
}

export function Slider({ label, value, onChange, min, max, step = 1, format = String, hint, disabled = false }: SliderProps) {
  return (
    <div className={styles.slider}>
      <div className={styles.head} aria-hidden="true">
        <span>{label}</span>
        <output className={styles.value}>{format(value)}</output>
      </div>
      <Primitive.Root className={styles.root} value={[value]} onValueChange={([next]) => onChange(next ?? value)} min={min} max={max} step={step} disabled={disabled}>
        <Primitive.Track className={styles.track}>
          <Primitive.Range className={styles.range} />
        </Primitive.Track>
        <Primitive.Thumb className={styles.thumb} aria-label={label} aria-valuetext={format(value)} />
      </Primitive.Root>
      {hint && <p className={styles.hint}>{hint}</p>}
    </div>
  );
}
