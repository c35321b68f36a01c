// Sends the form.
import { toasts } from '@albumen/ui';
import { ApiError, messageOf } from '@albumen/api';
import { useState } from 'react';

import { cache } from '../../../data/cache.ts';
import { client } from '../../../data/client.ts';
import { useAction } from '../../../data/hooks.ts';
import { requestOf, type Target } from '../request.ts';
import { useCreate } from '../store.ts';

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
      await client.call('POST /api/jobs', { body: requestOf(draft, target) });
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
