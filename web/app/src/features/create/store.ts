// The form of the next pictures, kept in the browser for each user; and the failures that were put away since the page was opened.
import { create } from 'zustand';
import { persist } from 'zustand/middleware';

import { onUserChange, useSession } from '../../data/session.ts';
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

const placeOf = (userId: string | undefined): string => `albumen.create.${userId ?? ''}`;

export const useCreate = create<CreateState>()(
  persist(
    (set) => ({
      draft: EMPTY_DRAFT,
      dismissed: {},
      change: (change) => set(({ draft }) => ({ draft: { ...draft, ...change } })),
      dismiss: (jobId) => set((state) => ({ dismissed: { ...state.dismissed, [jobId]: true } })),
    }),
    {
      name: placeOf(useSession.getState().user?.id),
      version: 1,
      partialize: ({ draft }) => ({ draft }),
      migrate: (kept) => ({ draft: readDraft((kept as { draft?: unknown } | null)?.draft) }),
      // Of another user, when one signs in: nothing of the one before stays.
      merge: (kept, state) => ({ ...state, dismissed: {}, draft: readDraft((kept as { draft?: unknown } | undefined)?.draft) }),
    },
  ),
);

onUserChange((user) => {
  useCreate.persist.setOptions({ name: placeOf(user?.id) });
  void useCreate.persist.rehydrate();
});

/** Who signs out leaves nothing in the browser; nor where an earlier version kept it. */
export function forgetDraft(userId: string): void {
  for (const place of [placeOf(userId), 'albumen.create']) localStorage.removeItem(place);
}
