import { fireEvent, render } from '@testing-library/react';
import { beforeEach, expect, test, vi } from 'vitest';

import { shortcuts, startShortcuts, useShortcut } from './shortcuts.ts';

const run = vi.fn();

function Page({ keys = ['g l', 'l', '?', '/'], name = 'page' }: { keys?: string[]; name?: string }) {
  for (const key of keys) useShortcut(key, key, 'Test', () => run(`${name}: ${key}`));
  return <><input aria-label="text" /><button type="button">press</button></>;
}

const press = (key: string, target: Element = document.body, init = {}) => fireEvent.keyDown(target, { key, ...init });

beforeEach(() => {
  run.mockReset();
  vi.useFakeTimers();
});

test('one key, two keys, and two keys that are too slow', () => {
  const stop = startShortcuts();
  render(<Page />);
  press('?');
  press('g');
  press('l');
  press('l');
  press('g');
  vi.advanceTimersByTime(1300);
  press('l');
  expect(run.mock.calls.flat()).toEqual(['page: ?', 'page: g l', 'page: l', 'page: l']);
  stop();
  press('?');
  expect(run).toHaveBeenCalledTimes(4);
});

test('letters in a field, with a modifier, or under a dialog are no commands', () => {
  const stop = startShortcuts();
  const { getByLabelText, getByRole } = render(<Page />);
  press('l', getByLabelText('text'));
  press('l', document.body, { ctrlKey: true });
  press('l', document.body, { metaKey: true });
  const dialog = render(<div role="dialog" />);
  press('l');
  expect(run).not.toHaveBeenCalled();
  dialog.unmount();
  press('l', getByRole('button'));
  expect(run).toHaveBeenCalledOnce();
  stop();
});

test('what is chosen by arrows and Space leaves letters to the page', () => {
  const stop = startShortcuts();
  render(<Page />);
  const { getByLabelText } = render(<><input type="radio" aria-label="Sessions" /><input type="checkbox" aria-label="Public" /></>);
  press('/', getByLabelText('Sessions'));
  press('?', getByLabelText('Public'));
  expect(run.mock.calls.flat()).toEqual(['page: /', 'page: ?']);
  stop();
});

test('the page in front has the key, and gives it back', () => {
  const stop = startShortcuts();
  render(<Page name="below" />);
  const front = render(<Page name="front" keys={['/']} />);
  press('/');
  front.unmount();
  press('/');
  expect(run.mock.calls.flat()).toEqual(['front: /', 'below: /']);
  expect(shortcuts.getState().list).toHaveLength(4);
  stop();
});
