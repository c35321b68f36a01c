// One picture, as large as the window: arrows go on, Escape goes back, C puts it beside another.
import * as Primitive from '@radix-ui/react-dialog';
import { useEffect, useState, type KeyboardEvent, type ReactNode } from 'react';

import { classes } from '../classes.ts';
import { IconButton } from './Button.tsx';
import { useFocusReturn } from './focus_return.ts';
import styles from './Lightbox.module.css';
import { keepForToasts } from './outside.ts';

export interface LightboxItem {
  id: string;
  url: string;
  /** Shown until the large one is there. */
  thumbUrl?: string | null;
  title: string;
  caption?: ReactNode;
}

export interface LightboxProps {
  items: LightboxItem[];
  index: number;
  onIndexChange(index: number): void;
  onClose(): void;
  /** What the others are put beside; without it the one that was shown when the comparison began. */
  compareIndex?: number;
  /** What stands beside the picture: more than a caption holds. */
  panel?: ReactNode;
  /** Buttons for the picture that shows. */
  actions?: ReactNode;
  /** Keys of the page, for the picture that shows. */
  onKey?(key: string): void;
}

function Stage({ item, isZoomed, onZoom }: { item: LightboxItem; isZoomed: boolean; onZoom?: () => void }) {
  const [shownUrl, setShownUrl] = useState('');
  return (
    <figure className={classes(styles.stage, isZoomed && styles.zoomed)}>
      {item.thumbUrl && shownUrl !== item.url && <img className={styles.under} src={item.thumbUrl} alt="" aria-hidden="true" />}
      <img key={item.url} className={styles.image} src={item.url} alt={item.title} onClick={onZoom} onLoad={() => setShownUrl(item.url)} draggable={false} />
    </figure>
  );
}

/** The neighbours are fetched before they are asked for. */
function usePreload(urls: (string | undefined)[]): void {
  const list = urls.filter(Boolean).join('\n');
  useEffect(() => {
    for (const url of list.split('\n').filter(Boolean)) new Image().src = url;
  }, [list]);
}

export function Lightbox({ items, index, onIndexChange, onClose, compareIndex, panel, actions, onKey }: LightboxProps) {
  const focusReturn = useFocusReturn();
  // By its id: pictures that come before it do not put another in its place.
  const [pinned, setPinned] = useState<string | null>(null);
  const [isZoomed, setZoomed] = useState(false);
  const item = items[index];
  usePreload([items[index - 1]?.url, items[index + 1]?.url]);
  if (!item) return null;

  const beside = pinned !== null && pinned !== item.id ? items.find(({ id }) => id === pinned) : undefined;
  const canCompare = items.length > 1;
  const show = (next: number) => {
    if (next < 0 || next >= items.length) return;
    setZoomed(false);
    onIndexChange(next);
  };
  const compare = () => {
    setZoomed(false);
    setPinned(pinned === null ? (items[compareIndex ?? index] ?? item).id : null);
    // A picture beside itself says nothing: the next one joins it.
    if (pinned === null && (compareIndex ?? index) === index) show(index + 1 < items.length ? index + 1 : index - 1);
  };
  const zoom = () => setZoomed(!isZoomed && !beside);

  const keys: Record<string, () => void> = {
    ArrowLeft: () => show(index - 1),
    ArrowRight: () => show(index + 1),
    Home: () => show(0),
    End: () => show(items.length - 1),
    c: () => canCompare && compare(),
    z: zoom,
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.altKey || event.ctrlKey || event.metaKey || (event.target as HTMLElement).closest('input, textarea, select, [role="menu"]')) return;
    const act = keys[event.key];
    if (!act) return onKey?.(event.key);
    event.preventDefault();
    act();
  };

  return (
    <Primitive.Root open onOpenChange={(open) => !open && onClose()}>
      <Primitive.Portal>
        <Primitive.Content className={styles.box} onKeyDown={onKeyDown} onInteractOutside={keepForToasts} {...focusReturn} aria-describedby={undefined}>
          <header className={styles.bar}>
            <Primitive.Title className={styles.title}>{item.title}</Primitive.Title>
            <span className={styles.count}>{index + 1} / {items.length}</span>
            {actions}
            {canCompare && <IconButton icon="compare" label={pinned === null ? 'Compare (C)' : 'End the comparison (C)'} aria-pressed={pinned !== null} onClick={compare} />}
            <IconButton icon="zoom" label="Zoom (Z)" aria-pressed={isZoomed} disabled={Boolean(beside)} onClick={zoom} />
            <Primitive.Close asChild>
              <IconButton icon="close" label="Close (Esc)" />
            </Primitive.Close>
          </header>
          <div className={styles.middle}>
            <div className={classes(styles.stages, beside && styles.split)}>
              {beside && <Stage item={beside} isZoomed={false} />}
              <Stage item={item} isZoomed={isZoomed} onZoom={zoom} />
              <IconButton icon="arrowLeft" label="Previous (←)" className={classes(styles.step, styles.back)} disabled={index === 0} onClick={() => show(index - 1)} />
              <IconButton icon="arrowRight" label="Next (→)" className={classes(styles.step, styles.on)} disabled={index === items.length - 1} onClick={() => show(index + 1)} />
            </div>
            {panel && <aside className={styles.panel} aria-label="About this picture">{panel}</aside>}
          </div>
          {item.caption && <div className={styles.caption}>{item.caption}</div>}
          <p className="visually-hidden" role="status">{item.title}, {index + 1} of {items.length}</p>
        </Primitive.Content>
      </Primitive.Portal>
    </Primitive.Root>
  );
}
