// The shape of the pictures, by its shape.
import { Choice } from '@albumen/ui';

import { ASPECTS, ratioOf, sizeFor, type Aspect, type Target } from '../request.ts';
import styles from './AspectPicker.module.css';

const ORDER: Aspect[] = ['square', 'portrait', 'landscape', 'tall', 'wide', 'auto'];

function Face({ aspect }: { aspect: Aspect }) {
  if (aspect === 'auto') return <span className={styles.auto}>Auto</span>;
  const ratio = ratioOf(aspect);
  return <span className={styles.shape} style={{ width: 18 * Math.min(1, ratio), height: 18 / Math.max(1, ratio) }} />;
}

export interface AspectPickerProps {
  value: Aspect;
  onChange(aspect: Aspect): void;
  target: Target | undefined;
}

export function AspectPicker({ value, onChange, target }: AspectPickerProps) {
  const size = target && sizeFor(value, target);
  const isIgnored = target !== undefined && !target.honours.includes('size');
  const { label } = ASPECTS[value];
  return (
    <Choice
      label="Shape"
      isEven
      options={ORDER.map((aspect) => ({ value: aspect, label: ASPECTS[aspect].label, face: <Face aspect={aspect} /> }))}
      value={value}
      onChange={onChange}
      disabled={isIgnored}
      hint={isIgnored ? `${target.name} makes one size.` : size ? `${label}, ${size.width} × ${size.height}` : label}
    />
  );
}
