// Long lists of the settings, and what an admin should not do by accident.
import type { Token, User } from '@albumen/api';
import { fireEvent, render, screen, waitFor } from '@testing-library/react';
import { beforeEach, expect, test, vi } from 'vitest';

import { cache } from '../../data/cache.ts';
import { client } from '../../data/client.ts';
import { useSession } from '../../data/session.ts';
import { Tokens } from './components/Tokens.tsx';
import { Users } from './components/Users.tsx';

const user = (id: string, role: User['role'] = 'member'): User => ({ id, name: `name ${id}`, role, plan: 'free', createdAt: '2026-11-21T05:00:00.000Z', disabledAt: null }) as unknown as User;
const token = (id: string): Token => ({ id, name: `token ${id}`, scope: 'read', createdAt: '2026-11-21T05:00:00.000Z', expiresAt: null, lastUsedAt: null }) as unknown as Token;
const me = user('1', 'admin');

beforeEach(() => {
  cache.clear();
  useSession.setState({ state: 'signedIn', user: me });
  vi.spyOn(client, 'send').mockImplementation((async (route: string, { query }: { query: { cursor?: string | null } }) => {
    const page = query.cursor ? '2' : '1';
    const answer = route === 'GET /api/users' ? { users: [page === '1' ? me : user(page)] } : { tokens: [token(page)] };
    return { answer: { ...answer, nextCursor: page === '1' ? 'more' : null }, eventId: null };
  }) as never);
});

test.each([['users', Users, 'name 2'], ['tokens', Tokens, 'token 2']])('all %s can be got at', async (_, List, name) => {
  render(<List />);
  fireEvent.click(await screen.findByRole('button', { name: 'Show more' }));
  await screen.findByText(name);
  expect(screen.queryByRole('button', { name: 'Show more' })).toBeNull();
});

test('an admin who takes their own role back is asked first, and the studio knows it at once', async () => {
  const call = vi.spyOn(client, 'call').mockResolvedValue({ ...me, role: 'member' } as never);
  render(<main><Users /></main>);
  const actions = () => screen.getByRole('button', { name: 'Actions for name 1' });
  await waitFor(() => expect(actions().getAttribute('aria-haspopup')).toBe('menu'));
  fireEvent.keyDown(actions(), { key: 'Enter' });
  fireEvent.click(await screen.findByRole('menuitem', { name: 'Make a member' }));
  expect(call).not.toHaveBeenCalled();
  fireEvent.click(await screen.findByRole('button', { name: 'Be a member' }));
  await waitFor(() => expect(useSession.getState().user?.role).toBe('member'));
  expect(call).toHaveBeenCalledWith('PATCH /api/users/{id}', { params: { id: '1' }, body: { role: 'member' } });
});
