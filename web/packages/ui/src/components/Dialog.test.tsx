// A window that holds what somebody typed.
import { fireEvent, render, screen, waitFor } from '@testing-library/react';
import { useState } from 'react';
import { expect, test, vi } from 'vitest';

import { Button, Dialog, TextField } from '../index.ts';

function Form({ onClose }: { onClose(): void }) {
  const [name, setName] = useState('');
  const actions = <><Button onClick={onClose}>Cancel</Button><Button variant="primary">Save</Button></>;
  return <Dialog isOpen isDirty={name !== ''} onClose={onClose} title="New album" actions={actions}><TextField label="Name" value={name} onChange={(event) => setName(event.target.value)} /></Dialog>;
}

const field = () => screen.getByLabelText('Name');
const write = (value: string) => fireEvent.change(field(), { target: { value } });
const escape = () => fireEvent.keyDown(document.activeElement!, { key: 'Escape' });
const question = () => screen.queryByRole('alertdialog', { name: 'Discard what you have typed?' });

function open() {
  const onClose = vi.fn();
  render(<Form onClose={onClose} />);
  field().focus();
  return onClose;
}

/** Radix hears of presses a moment after it is there. */
async function pressBeside() {
  await new Promise((later) => setTimeout(later));
  fireEvent.pointerDown(document.body);
  fireEvent.click(document.body);
}

test('an untouched window closes by Escape and by a press beside it', async () => {
  const onClose = open();
  escape();
  await pressBeside();
  expect(onClose).toHaveBeenCalledTimes(2);
  expect(question()).toBeNull();
});

test('one with words in it ignores a press beside it', async () => {
  const onClose = open();
  write('Jordan');
  await pressBeside();
  expect(onClose).not.toHaveBeenCalled();
  expect(question()).toBeNull();
  expect(fireEvent.mouseDown(screen.getByRole('dialog').parentElement!), 'the field keeps the focus').toBe(false);
  expect(fireEvent.mouseDown(field())).toBe(true);
});

test.each([
  ['Escape', escape],
  ['its cross', () => fireEvent.click(screen.getByRole('button', { name: 'Close' }))],
])('%s asks first; the answer that keeps the words has the focus, and gives it back', async (_, close) => {
  const onClose = open();
  write('Jordan');
  close();
  expect(question()).toBeTruthy();
  expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Keep typing' }));
  fireEvent.click(document.activeElement!);
  expect(question()).toBeNull();
  await waitFor(() => expect(document.activeElement).toBe(field()));
  expect(screen.getByRole('button', { name: 'Save' })).toBeTruthy();
  expect(onClose).not.toHaveBeenCalled();
});

test('a second Escape takes the question back, and Discard closes', () => {
  const onClose = open();
  write('Jordan');
  escape();
  escape();
  expect(question()).toBeNull();
  expect(onClose).not.toHaveBeenCalled();
  escape();
  fireEvent.click(screen.getByRole('button', { name: 'Discard' }));
  expect(onClose).toHaveBeenCalledOnce();
});

test('the question goes with the last of the words, and does not come back by itself', () => {
  open();
  write('Jordan');
  escape();
  write('');
  expect(question()).toBeNull();
  write('Ada');
  expect(question()).toBeNull();
});

test('Cancel means it', () => {
  const onClose = open();
  write('Jordan');
  fireEvent.click(screen.getByRole('button', { name: 'Cancel' }));
  expect(onClose).toHaveBeenCalledOnce();
});
