// The form of the next pictures, kept in the browser; and the failures that were put away since the page was opened.
import { create } from 'zustand';
import { persist } from 'zustand/middleware';

import { ASPECTS, EMPTY_DRAFT, type Draft } from './request.ts';

interface CreateState {
  draft: Draft;
  /** Failed jobs that were put away. */
  dismissed: Record<string, true>;
  change(change: Partial<Draft>): void;
  dismiss(jobId: string): void;
}

/** What an earlier version kept, as a draft of this one: known fields of the right kind, the rest anew. */
export function readDraft(kept: unknown): Draft {
  const known = typeof kept === 'object' && kept !== null ? (kept as Record<string, unknown>) : {};
  const fits = (name: string, empty: unknown) => {
    const value = known[name];
    if (name === 'aspect') return typeof value === 'string' && value in ASPECTS;
    return empty === null ? typeof value === 'number' : typeof value === typeof empty;
  };
  const taken = Object.entries(EMPTY_DRAFT).filter(([name, empty]) => fits(name, empty));
  return { ...EMPTY_DRAFT, ...Object.fromEntries(taken.map(([name]) => [name, known[name]])) };
}

export const useCreate = create<CreateState>()(
  persist(
    (set) => ({
      draft: EMPTY_DRAFT,
      dismissed: {},
      change: (change) => set(({ draft }) => ({ draft: { ...draft, ...change } })),
      dismiss: (jobId) => set((state) => ({ dismissed: { ...state.dismissed, [jobId]: true } })),
    }),
    {
      name: 'albumen.create',
      version: 1,
      partialize: ({ draft }) => ({ draft }),
      migrate: (kept) => ({ draft: readDraft((kept as { draft?: unknown } | null)?.draft) }),
      merge: (kept, state) => ({ ...state, draft: readDraft((kept as { draft?: unknown } | undefined)?.draft) }),
    },
  ),
);
