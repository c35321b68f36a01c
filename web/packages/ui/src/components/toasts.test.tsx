import { act, fireEvent, render, screen } from '@testing-library/react';
import { beforeEach, expect, test, vi } from 'vitest';

import { Toaster, toasts } from '../index.ts';
import type { LastingToast } from './toasts.ts';

const messages = () => toasts.get().map(({ message }) => message);
const pass = (ms: number) => act(() => vi.advanceTimersByTime(ms));

beforeEach(() => {
  toasts.clear();
  vi.useFakeTimers();
});

test('what a message tells of is taken back once, the newest first', () => {
  const [onFirst, onSecond] = [vi.fn(), vi.fn()];
  toasts.add('Deleted', { action: { label: 'Undo', isUndo: true, onSelect: onFirst } });
  toasts.add('Deleted', { action: { label: 'Undo', isUndo: true, onSelect: onSecond } });
  toasts.add('Saved');
  toasts.undo();
  expect([onFirst.mock.calls.length, onSecond.mock.calls.length]).toEqual([0, 1]);
  toasts.undo();
  toasts.undo();
  expect([onFirst.mock.calls.length, onSecond.mock.calls.length]).toEqual([1, 1]);
});

test('what goes further than the message tells of is no undo', () => {
  const [undo, force] = [vi.fn(), vi.fn()];
  toasts.add('In the trash', { action: { label: 'Undo', isUndo: true, onSelect: undo } });
  toasts.add('Others were made from it', { action: { label: 'Delete all the same', onSelect: force } });
  toasts.undo();
  toasts.undo();
  expect([undo.mock.calls.length, force.mock.calls.length]).toEqual([1, 0]);
});

test('something that goes on is told of until it ends, whatever else there is to tell', () => {
  render(<Toaster />);
  const cancel = vi.fn();
  let toast!: LastingToast;
  act(() => void (toast = toasts.addLasting('1 of 12', { label: 'Cancel', onSelect: cancel })));
  act(() => ['one', 'two', 'three', 'four'].forEach((message) => toasts.add(message)));
  expect(messages()).toEqual(['1 of 12', 'two', 'three', 'four']);
  pass(60_000);
  act(() => toast.say('2 of 12'));
  expect(messages()).toEqual(['2 of 12']);
  expect(screen.queryByRole('button', { name: 'Dismiss' })).toBeNull();
  fireEvent.click(screen.getByRole('button', { name: 'Cancel' }));
  expect(cancel).toHaveBeenCalledOnce();
  act(() => {
    toast.say('3 of 12');
    toast.end();
  });
  expect(messages()).toEqual([]);
});
