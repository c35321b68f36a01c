import { render, screen } from '@testing-library/react';
import { expect, test } from 'vitest';

import { useFocusInRows } from '../index.ts';

function Rows({ names, hasBox = true, verb = 'Restore' }: { names: string[]; hasBox?: boolean; verb?: string }) {
  const rows = useFocusInRows<HTMLDivElement>();
  if (!hasBox) return null;
  return (
    <div {...rows} data-testid="box">
      <ul>{names.map((name) => <li key={name}><a href={`/${name}`}>{name}</a><button key={verb} type="button">{`${verb} ${name}`}</button></li>)}</ul>
    </div>
  );
}

const focused = () => document.activeElement?.textContent;
const button = (name: string) => screen.getByRole('button', { name });

test('the focus of a row that goes is taken by the same button of the row in its place, at last by the box', () => {
  const { rerender } = render(<Rows names={['a', 'b', 'c']} />);
  button('Restore b').focus();
  rerender(<Rows names={['a', 'c']} />);
  expect(focused()).toBe('Restore c');
  rerender(<Rows names={['a']} />);
  expect(focused()).toBe('Restore a');
  rerender(<Rows names={[]} />);
  expect(document.activeElement).toBe(screen.getByTestId('box'));
});

test('a button that another takes the place of leaves it the focus', () => {
  const { rerender } = render(<Rows names={['a', 'b']} verb="Cancel" />);
  button('Cancel b').focus();
  rerender(<Rows names={['new', 'a', 'b']} verb="Cancel" />);
  rerender(<Rows names={['new', 'a', 'b']} verb="Retry" />);
  expect(focused()).toBe('Retry b');
});

test('the page has it when all of it goes; and who has no focus there keeps what they have', () => {
  const page = (names: string[], hasBox = true) => <main tabIndex={-1}><button type="button">Elsewhere</button><Rows names={names} hasBox={hasBox} /></main>;
  const { rerender } = render(page(['a', 'b']));
  button('Elsewhere').focus();
  rerender(page(['b']));
  expect(focused()).toBe('Elsewhere');
  button('Restore b').focus();
  rerender(page([], false));
  expect(document.activeElement).toBe(screen.getByRole('main'));
});
