// The form of the next pictures: whose it is, what can be typed into it, and that it is sent once.
import { offlineError, type Backend, type User } from '@albumen/api';
import { toasts } from '@albumen/ui';
import { act, fireEvent, render, renderHook, screen } from '@testing-library/react';
import { beforeEach, describe, expect, test, vi } from 'vitest';

import { client } from '../../data/client.ts';
import { useSession } from '../../data/session.ts';
import { MoreSettings } from './components/MoreSettings.tsx';
import { useGenerate } from './hooks/useGenerate.ts';
import { EMPTY_DRAFT } from './request.ts';
import { forgetDraft, useCreate } from './store.ts';

const signIn = (id: string | null) => act(() => useSession.setState({ user: id ? ({ id } as User) : null }));
const draft = () => useCreate.getState().draft;
const change = (part: Partial<typeof EMPTY_DRAFT>) => act(() => useCreate.getState().change(part));

beforeEach(() => {
  localStorage.clear();
  signIn(null);
  signIn('u1');
});

describe('a draft', () => {
  test('is its user\'s alone, and there again when they come back', () => {
    change({ prompt: 'a secret' });
    useCreate.getState().dismiss('j1');
    signIn(null);
    expect(draft()).toEqual(EMPTY_DRAFT);
    signIn('u2');
    expect([draft(), useCreate.getState().dismissed]).toEqual([EMPTY_DRAFT, {}]);
    change({ prompt: 'another' });
    signIn('u1');
    expect(draft().prompt).toBe('a secret');
  });

  test('is gone when its user signs out', () => {
    change({ prompt: 'a secret' });
    signIn(null);
    forgetDraft('u1');
    expect(JSON.stringify({ ...localStorage })).not.toContain('secret');
    signIn('u1');
    expect(draft()).toEqual(EMPTY_DRAFT);
  });
});

describe('more settings', () => {
  const backend = { name: 'sketch', honours: ['negativePrompt', 'seed'], ignores: [] } as unknown as Backend;
  const show = () => render(<MoreSettings chosen={backend} errorOf={() => null} />).container.querySelector('details')!;
  const type = (value: string) => fireEvent.change(screen.getByLabelText('Seed'), { target: { value } });
  const unfold = (details: HTMLDetailsElement) => {
    details.open = true;
    fireEvent(details, new Event('toggle'));
  };

  test('stay open while what is in them is emptied', () => {
    const details = show();
    expect(details.open).toBe(false);
    unfold(details);
    type('5');
    type('');
    expect([details.open, draft().seed]).toEqual([true, null]);
    fireEvent.change(screen.getByLabelText('Without'), { target: { value: 'people' } });
    fireEvent.change(screen.getByLabelText('Without'), { target: { value: '' } });
    expect(details.open).toBe(true);
  });

  test('take the digits of a seed, and lose none to a letter', () => {
    unfold(show());
    type('42');
    type('42x');
    expect(draft().seed).toBe(42);
    type('-7 1');
    expect(draft().seed).toBe(71);
  });

  test('open by themselves when another request sets them', () => {
    const details = show();
    change({ seed: 7 });
    expect(details.open).toBe(true);
  });
});

test('a request whose answer is lost is sent again as the same one', async () => {
  toasts.clear();
  const outcomes = [() => { throw offlineError(); }, () => ({}), () => ({})];
  const call = vi.spyOn(client, 'call').mockImplementation((async () => outcomes.shift()!()) as never);
  change({ prompt: 'a cat' });
  const { result } = renderHook(() => useGenerate({ name: 'sketch', honours: [], sizes: { minSide: null, maxSide: null, sideStep: null } }, () => undefined));
  for (let i = 0; i < 3; i++) await act(() => result.current.generate());
  const [lost, again, another] = call.mock.calls.map(([, input]) => (input as { idempotencyKey?: string }).idempotencyKey);
  expect(lost).toMatch(/\w{16}/);
  expect([again === lost, another === lost]).toEqual([true, false]);
  expect(toasts.get()).toHaveLength(1);
});
