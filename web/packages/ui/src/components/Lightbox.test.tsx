import { fireEvent, render, screen } from '@testing-library/react';
import { expect, test } from 'vitest';

import { Lightbox } from '../index.ts';

const item = (id: string) => ({ id, url: `/media/${id}.png`, title: id });
const nothing = () => undefined;
const shown = () => screen.getAllByRole('img').map((image) => image.getAttribute('alt'));

test('what others are compared with stays when pictures come before it', () => {
  const items = ['old', 'older'].map(item);
  const { rerender } = render(<Lightbox items={items} index={0} onIndexChange={nothing} onClose={nothing} />);
  fireEvent.keyDown(screen.getByRole('dialog'), { key: 'c' });
  rerender(<Lightbox items={items} index={1} onIndexChange={nothing} onClose={nothing} />);
  expect(shown()).toEqual(['old', 'older']);
  rerender(<Lightbox items={[item('new'), ...items]} index={2} onIndexChange={nothing} onClose={nothing} />);
  expect(shown()).toEqual(['old', 'older']);
});
