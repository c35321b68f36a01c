import type { Job, User } from '@albumen/api';
import { render, screen } from '@testing-library/react';
import { expect, test } from 'vitest';

import { useSession } from '../../../data/session.ts';
import { JobRow } from './JobRow.tsx';

const job = (part: Partial<Job>): Job => ({ id: 'j', kind: 'generate', status: 'queued', lane: 'sketch', prompt: null, attempt: 0, progress: 0, position: -1, error: null, createdAt: '2026-11-21T05:00:00.000Z', startedAt: null, finishedAt: null, ...part }) as Job;
const PROMPT = 'A lighthouse at dusk, long exposure, calm sea, a single lit window above the northern pier in the rain';

test('jobs of a kind are told apart by what they are to show', () => {
  useSession.setState({ user: { id: 'u1', role: 'member' } as User });
  render(<ul><JobRow job={job({ prompt: PROMPT })} /><JobRow job={job({ prompt: 'a kite', status: 'failed' })} /><JobRow job={job({ kind: 'thumbnail' })} /></ul>);
  expect(screen.getByTitle(PROMPT).textContent).toBe('A lighthouse at dusk, long exposure, calm sea, a single lit window above the…');
  expect(screen.getAllByRole('button').map((button) => button.getAttribute('aria-label'))).toEqual([
    'Cancel picture: A lighthouse at dusk, long exposure, calm sea, a single lit window above the…', 'Try picture again: a kite', 'Cancel thumbnail',
  ]);
});
