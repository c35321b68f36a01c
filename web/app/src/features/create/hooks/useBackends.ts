// The backends, the one that is chosen, and the styles that it knows.
import type { Backend, Style } from '@albumen/api';

import { client } from '../../../data/client.ts';
import { useQuery, type Query } from '../../../data/hooks.ts';

export function useBackends(): Query<Backend[]> {
  return useQuery('backends', async () => {
    const { answer, eventId } = await client.send('GET /api/backends');
    return { answer: answer.backends, eventId };
  });
}

export function useStyles(): Query<Style[]> {
  return useQuery('styles', async () => {
    const { answer, eventId } = await client.send('GET /api/styles');
    return { answer: answer.styles, eventId };
  });
}

/** One that is no longer configured is as good as none: the first. */
export const chosenOf = (backends: Backend[] | undefined, name: string): Backend | undefined => backends?.find((backend) => backend.name === name) ?? backends?.[0];

/** Words for the fields that a backend takes no notice of. The style has its own, references have no place in this form. */
const WORDS: Record<string, string> = { negativePrompt: 'what not to show', size: 'sizes', seed: 'seeds', steps: 'steps', guidance: 'guidance' };

export const ignoredWords = ({ ignores }: Backend): string[] => ignores.flatMap((field) => WORDS[field] ?? []);
