// A part of the page that takes files: dragged onto it, or chosen.
import { useRef, useState, type DragEvent, type ReactNode } from 'react';

import { classes } from '../classes.ts';
import styles from './DropArea.module.css';
import { Icon } from './Icon.tsx';

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

const hasFiles = (event: DragEvent) => event.dataTransfer.types.includes('Files');

export function DropArea({ label, accept, onFiles, children, className }: DropAreaProps) {
  const input = useRef<HTMLInputElement>(null);
  // Every element below that is entered and left tells so: only the last leaving is one.
  const depth = useRef(0);
  const [isOver, setOver] = useState(false);
  const give = (list: FileList | null) => {
    const files = [...(list ?? [])].filter((file) => accept.split(',').some((kind) => file.type === kind.trim() || file.type.startsWith(kind.trim().replace('*', ''))));
    if (files.length > 0) onFiles(files);
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
