// What is left of a user who has gone: nothing.
import type { User } from '@albumen/api';
import { toasts } from '@albumen/ui';
import { beforeEach, expect, test, vi } from 'vitest';

import { client } from './client.ts';
import { onUserChange, signOut, takeUser, useSession } from './session.ts';

const user = (id: string, role = 'member') => ({ id, role }) as User;

beforeEach(() => {
  toasts.clear();
  vi.spyOn(client, 'call').mockResolvedValue(undefined as never);
  takeUser(user('u1'));
});

test('messages go with the user', async () => {
  toasts.add('The picture is in the trash.', { action: { label: 'Undo', isUndo: true, onSelect: () => undefined } });
  await signOut();
  expect([useSession.getState().state, toasts.get()]).toEqual(['signedOut', []]);
});

test('another user is told of, another role of the same is not', async () => {
  const told = vi.fn();
  const stop = onUserChange((now) => told(now?.id));
  takeUser(user('u1', 'viewer'));
  expect(told).not.toHaveBeenCalled();
  await signOut();
  takeUser(user('u2'));
  stop();
  takeUser(user('u3'));
  expect(told.mock.calls).toEqual([[undefined], ['u2']]);
});
