// Choosing several pictures at once.
import type { Image } from '@albumen/api';
import { useState } from 'react';

export interface Choice {
  isChoosing: boolean;
  chosen: Image[];
  has(image: Image): boolean;
  press(index: number): void;
  all(): void;
  /** Begins, or ends and forgets what was chosen. */
  toggle(): void;
  end(): void;
}

export function useChoice(items: Image[]): Choice {
  const [ids, setIds] = useState<ReadonlySet<string> | null>(null);
  return {
    isChoosing: ids !== null,
    chosen: ids ? items.filter(({ id }) => ids.has(id)) : [],
    has: ({ id }) => ids?.has(id) ?? false,
    press(index) {
      const id = items[index]?.id;
      if (id === undefined) return;
      const next = new Set(ids);
      if (!next.delete(id)) next.add(id);
      setIds(next);
    },
    all: () => setIds(new Set(items.map(({ id }) => id))),
    toggle: () => setIds(ids ? null : new Set()),
    end: () => setIds(null),
  };
}
