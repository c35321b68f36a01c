// The windows that change an album keep what was typed in them.
import type { Album } from '@albumen/api';
import { fireEvent, render, screen } from '@testing-library/react';
import { expect, test, vi } from 'vitest';

import { FakeServer } from '../../../../../tools/fake_server.ts';
import { EditAlbum } from './EditAlbum.tsx';
import { EditShots } from './EditShots.tsx';

const album: Album = new FakeServer().addAlbum({ name: 'Jordan', subjectDesc: 'a woman', templateSet: 'product' });
const escape = () => fireEvent.keyDown(screen.getByRole('dialog'), { key: 'Escape' });
const question = () => screen.queryByRole('alertdialog', { name: 'Discard what you have typed?' });

test.each([
  ['the name', EditAlbum, () => fireEvent.change(screen.getByLabelText('Name'), { target: { value: 'Ada' } })],
  ['the subject', EditAlbum, () => fireEvent.change(screen.getByLabelText('Subject'), { target: { value: 'a man' } })],
  ['the description', EditAlbum, () => fireEvent.change(screen.getByLabelText('Description'), { target: { value: 'x' } })],
  ['a direction', EditShots, () => fireEvent.change(screen.getByLabelText('Direction of shot 2'), { target: { value: 'from above' } })],
  ['a shot that is taken out', EditShots, () => fireEvent.click(screen.getByRole('button', { name: 'Remove shot 1' }))],
])('%s is not lost by Escape', (_, Window, change) => {
  const onClose = vi.fn();
  render(<Window album={album} onChanged={async () => undefined} onClose={onClose} />);
  escape();
  expect(onClose).toHaveBeenCalledOnce();
  change();
  escape();
  expect(question()).toBeTruthy();
  expect(onClose).toHaveBeenCalledOnce();
});
