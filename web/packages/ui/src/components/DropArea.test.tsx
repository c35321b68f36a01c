import { fireEvent, render, screen } from '@testing-library/react';
import { beforeEach, expect, test, vi } from 'vitest';

import { DropArea, toasts } from '../index.ts';

const file = (name: string, type: string) => new File(['x'], name, { type });
const onFiles = vi.fn();
const messages = () => toasts.get().map(({ message }) => message);

beforeEach(() => {
  toasts.clear();
  onFiles.mockReset();
  render(<DropArea label="Drop pictures" accept="image/png,image/jpeg" onFiles={onFiles}>{() => <p>here</p>}</DropArea>);
});

const drop = (...files: File[]) => fireEvent.drop(screen.getByText('here'), { dataTransfer: { types: ['Files'], files } });

test('takes what fits, and names what does not', () => {
  const png = file('a.png', 'image/png');
  drop(png, file('b.gif', 'image/gif'), file('c.heic', ''));
  expect(onFiles.mock.calls).toEqual([[[png]]]);
  expect(messages()).toEqual(['Not taken: b.gif, c.heic. Only PNG and JPEG files can be.']);
});

test('gives nothing on where nothing fits, and counts what is too much to name', () => {
  drop(...['a', 'b', 'c', 'd', 'e'].map((name) => file(`${name}.gif`, 'image/gif')));
  expect(onFiles).not.toHaveBeenCalled();
  expect(messages()).toEqual(['Not taken: a.gif, b.gif, c.gif and 2 more. Only PNG and JPEG files can be.']);
});

test('says nothing where all fits', () => {
  drop(file('a.jpg', 'image/jpeg'));
  expect(onFiles).toHaveBeenCalledOnce();
  expect(messages()).toEqual([]);
});
