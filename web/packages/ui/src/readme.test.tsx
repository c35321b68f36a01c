import { fireEvent, render, screen } from '@testing-library/react';
import { expect, test, vi } from 'vitest';

import { expectExamples } from '../../../tools/readme.ts';
import { Cards } from '../examples/Cards.tsx';
import { Session } from '../examples/Session.tsx';

const actions = () => ({ generateAnchor: vi.fn(), generateAllShots: vi.fn(), regenerateShot: vi.fn(), resetShot: vi.fn(), openLightbox: vi.fn() });
const shot = { index: 4, label: 'Headshot', status: 'complete' as const, imageUrl: '/media/shot.png' };
const press = (name: string) => fireEvent.click(screen.getByRole('button', { name }));

test('the examples of the README are the ones that are run here', () => {
  expectExamples('ui', ['Session.tsx', 'Cards.tsx']);
});

test('the session of the guide is shown and worked with', () => {
  const on = actions();
  render(<Session album={{ anchorUrl: '/media/anchor.png', shots: [shot, { ...shot, index: 5, label: 'Casual', status: 'pending', imageUrl: null }] }} isAnchorGenerating={false} {...on} />);
  for (const name of ['Regenerate', 'Generate all shots', 'Regenerate Headshot', 'Reset Headshot', 'Open the anchor', 'Open Headshot']) press(name);
  expect(on.generateAnchor).toHaveBeenCalledOnce();
  expect(on.generateAllShots).toHaveBeenCalledOnce();
  expect(on.regenerateShot.mock.calls).toEqual([[4]]);
  expect(on.resetShot.mock.calls).toEqual([[4]]);
  expect(on.openLightbox.mock.calls).toEqual([['anchor'], [4]]);
});

test('the cards of the guide are shown and worked with', () => {
  const on = actions();
  const { rerender } = render(<Cards album={{ anchorUrl: null, anchorJobId: 'job' }} shot={{ ...shot, status: 'pending', imageUrl: null }} {...on} />);
  expect(screen.getByRole('progressbar', { name: 'Anchor' })).toBeTruthy();
  expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Generate' }).disabled).toBe(true);
  rerender(<Cards album={{ anchorUrl: '/media/anchor.png', anchorJobId: 'job' }} shot={shot} {...on} />);
  press('Regenerate Headshot');
  press('Reset Headshot');
  expect([on.regenerateShot.mock.calls, on.resetShot.mock.calls]).toEqual([[[4]], [[4]]]);
});
