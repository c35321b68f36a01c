// A part of the page that takes files: dragged onto it, or chosen.
import { useRef, useState, type DragEvent, type ReactNode } from 'react';

import { classes } from '../classes.ts';
import styles from './DropArea.module.css';
import { Icon } from './Icon.tsx';
import { toasts } from './toasts.ts';

export interface DropAreaProps {
  /** What dropping does: "Drop pictures to add them". */
  label: string;
  /** Kinds of files, as an input has them. */
  accept: string;
  onFiles(files: File[]): void;
  /** `choose` opens the browser's choice of files: for a button, so that it works without a mouse too. */
  children(choose: () => void): ReactNode;
  className?: string | undefined;
}

/** So many files are named, the others counted. */
const NAMED_MAX = 3;

const hasFiles = (event: DragEvent) => event.dataTransfer.types.includes('Files');

const fits = ({ type }: File, accept: string) => accept.split(',').some((kind) => type === kind.trim() || (kind.includes('*') && type.startsWith(kind.trim().replace('*', ''))));

/** Says which files are not taken, and which would be: "image/png" as PNG. */
function refuse(files: File[], accept: string): void {
  const named = files.slice(0, NAMED_MAX).map(({ name }) => name);
  const names = files.length > NAMED_MAX ? `${named.join(', ')} and ${files.length - NAMED_MAX} more` : named.join(', ');
  const kinds = accept.split(',').map((kind) => kind.trim().replace(/^\w+\//, '').toUpperCase());
  toasts.add(`Not taken: ${names}. Only ${new Intl.ListFormat('en').format(kinds)} files can be.`, { tone: 'error' });
}

export function DropArea({ label, accept, onFiles, children, className }: DropAreaProps) {
  const input = useRef<HTMLInputElement>(null);
  // Every element below that is entered and left tells so: only the last leaving is one.
  const depth = useRef(0);
  const [isOver, setOver] = useState(false);
  const give = (list: FileList | null) => {
    const files = [...(list ?? [])];
    const refused = files.filter((file) => !fits(file, accept));
    if (refused.length > 0) refuse(refused, accept);
    if (refused.length < files.length) onFiles(files.filter((file) => fits(file, accept)));
  };
  const move = (event: DragEvent, step: number) => {
    if (!hasFiles(event)) return;
    depth.current += step;
    setOver(depth.current > 0);
  };
  const drop = (event: DragEvent) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    depth.current = 0;
    setOver(false);
    give(event.dataTransfer.files);
  };
  return (
    <div
      className={classes(styles.area, className)}
      onDragEnter={(event) => move(event, 1)}
      onDragLeave={(event) => move(event, -1)}
      onDragOver={(event) => hasFiles(event) && event.preventDefault()}
      onDrop={drop}
    >
      {children(() => input.current?.click())}
      <input
        ref={input}
        type="file"
        hidden
        multiple
        accept={accept}
        onChange={(event) => {
          give(event.target.files);
          event.target.value = '';
        }}
      />
      {isOver && (
        <div className={styles.over} aria-hidden="true">
          <p><Icon name="plus" size={28} />{label}</p>
        </div>
      )}
    </div>
  );
}
