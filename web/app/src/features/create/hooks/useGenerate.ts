// Sends the form.
import { ApiError, messageOf } from '@albumen/api';
import { onceKeys } from '@albumen/realtime';
import { toasts } from '@albumen/ui';
import { useState } from 'react';

import { cache } from '../../../data/cache.ts';
import { client } from '../../../data/client.ts';
import { useAction } from '../../../data/hooks.ts';
import { onUserChange } from '../../../data/session.ts';
import { requestOf, type Target } from '../request.ts';
import { useCreate } from '../store.ts';

/** For as long as the tab is open: a lost answer is asked for again from another visit to the page too. */
const once = onceKeys();
onUserChange(() => once.forget());

export interface Generate {
  generate(): Promise<void>;
  isBusy: boolean;
  /** What is wrong with a field, by the field's name in the request. */
  fault: { field: string; message: string } | null;
}

export function useGenerate(target: Target | undefined, onSent: () => void): Generate {
  const [fault, setFault] = useState<Generate['fault']>(null);
  const [generate, isBusy] = useAction(async () => {
    const { draft } = useCreate.getState();
    setFault(null);
    if (!target) return;
    if (!draft.prompt.trim()) return setFault({ field: 'prompt', message: 'Say what the picture shows.' });
    try {
      const body = requestOf(draft, target);
      await once.send(body, (idempotencyKey) => client.call('POST /api/jobs', { body, idempotencyKey }));
      cache.invalidate('jobs');
      onSent();
    } catch (error) {
      // The quote that said otherwise is old.
      if (error instanceof ApiError && error.status === 402) cache.invalidate('quote');
      const field = error instanceof ApiError ? error.field?.split('.').at(-1) : undefined;
      if (field) setFault({ field, message: messageOf(error) });
      else toasts.add(messageOf(error), { tone: 'error' });
    }
  });
  return { generate, isBusy, fault };
}
