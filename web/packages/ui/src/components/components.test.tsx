import { act, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { useState } from 'react';
import { beforeEach, describe, expect, test, vi } from 'vitest';

import { AlbumGrid, AnchorPreview, BarChart, Button, Developing, Dialog, EmptyState, IconButton, Lightbox, Menu, Meter, Picture, Progress, Rating, Select, ShotCard, Slider, TextArea, TextField, Toaster, toasts, VirtualGrid, type AlbumGridShot } from '../index.ts';

const button = (name: string | RegExp) => screen.getByRole<HTMLButtonElement>('button', { name });
const noButton = (name: string | RegExp) => expect(screen.queryByRole('button', { name })).toBeNull();

describe('Button', () => {
  test('that works on it cannot be pressed and says so', () => {
    const onClick = vi.fn();
    render(<Button isBusy onClick={onClick}>Generate</Button>);
    fireEvent.click(button('Generate'));
    expect(onClick).not.toHaveBeenCalled();
    expect(button('Generate').getAttribute('aria-busy')).toBe('true');
  });

  test('never sends a form by accident, and one of a sign has a name', () => {
    render(<form><Button>Plain</Button><IconButton icon="trash" label="Delete" /></form>);
    expect(button('Plain').type).toBe('button');
    expect(button('Delete').type).toBe('button');
  });
});

describe('Developing', () => {
  test('says what is being done and how far it is; the picture so far gives place to the next without a gap', () => {
    const { container, rerender } = render(<Developing label="A fox" />);
    expect(screen.getByText('Developing…')).toBeTruthy();
    expect(screen.getByRole('progressbar', { name: 'A fox' }).hasAttribute('aria-valuenow')).toBe(false);
    expect(container.querySelector('img')).toBeNull();
    rerender(<Developing label="A fox" words="sampling, step 3 of 20" progress={0.15} previewUrl="/preview?number=1" />);
    expect(screen.getByText('sampling, step 3 of 20')).toBeTruthy();
    expect(screen.getByRole('progressbar').getAttribute('aria-valuenow')).toBe('15');
    const picture = container.querySelector('img');
    rerender(<Developing label="A fox" progress={0.2} previewUrl="/preview?number=2" />);
    expect(container.querySelector('img'), 'the same element: it shows the old picture until the new one is there').toBe(picture);
    expect(picture!.getAttribute('src')).toBe('/preview?number=2');
  });
});

describe('Field', () => {
  test('binds label, hint and error to its control', () => {
    const { rerender } = render(<TextField label="Name" hint="As it is shown" defaultValue="x" />);
    const input = screen.getByLabelText('Name');
    expect(input.getAttribute('aria-describedby')).toBe(screen.getByText('As it is shown').id);
    expect(input.hasAttribute('aria-invalid')).toBe(false);
    rerender(<TextField label="Name" hint="As it is shown" error="is taken" defaultValue="x" />);
    expect(input.getAttribute('aria-invalid')).toBe('true');
    expect(screen.getByRole('alert').textContent).toBe('is taken');
    expect(input.getAttribute('aria-describedby')).toBe(screen.getByRole('alert').id);
  });

  test('holds every kind of control', () => {
    render(<><TextArea label="Prompt" /><Select label="Backend"><option>sketch</option></Select></>);
    expect(screen.getByLabelText('Prompt').tagName).toBe('TEXTAREA');
    expect(screen.getByLabelText('Backend').tagName).toBe('SELECT');
  });
});

test('Slider goes by keys, within its bounds, and reads as it is written', () => {
  function Guidance() {
    const [value, setValue] = useState(7);
    return <Slider label="Guidance" value={value} onChange={setValue} min={0} max={8} step={0.5} format={(n) => n.toFixed(1)} />;
  }
  render(<Guidance />);
  const thumb = screen.getByRole('slider', { name: 'Guidance' });
  for (const key of ['ArrowRight', 'ArrowRight', 'ArrowRight']) fireEvent.keyDown(thumb, { key });
  expect(thumb.getAttribute('aria-valuenow')).toBe('8');
  expect(thumb.getAttribute('aria-valuetext')).toBe('8.0');
  fireEvent.keyDown(thumb, { key: 'Home' });
  expect(thumb.getAttribute('aria-valuenow')).toBe('0');
});

test('Progress tells how far it is, or that nobody knows', () => {
  const { rerender } = render(<Progress label="Shot" value={0.426} />);
  const bar = screen.getByRole('progressbar', { name: 'Shot' });
  expect(bar.getAttribute('aria-valuenow')).toBe('43');
  rerender(<Progress label="Shot" value={7} />);
  expect(bar.getAttribute('aria-valuenow')).toBe('100');
  rerender(<Progress label="Shot" />);
  expect(bar.hasAttribute('aria-valuenow')).toBe(false);
});

test('Rating gives the star that is pressed, and the same star takes it back', () => {
  const onChange = vi.fn();
  const { rerender } = render(<Rating label="Rating" value={3} onChange={onChange} />);
  expect(screen.getByRole('group', { name: 'Rating: 3 of 5' })).toBeTruthy();
  expect(button('3 of 5').getAttribute('aria-pressed')).toBe('true');
  fireEvent.click(button('5 of 5'));
  fireEvent.click(button('3 of 5'));
  expect(onChange.mock.calls).toEqual([[5], [0]]);
  rerender(<Rating label="Rating" value={0} />);
  expect(screen.getByRole('group', { name: 'Rating: none' })).toBeTruthy();
  expect(button('1 of 5').disabled).toBe(true);
});

test('BarChart is one picture with a sentence, and what is there is seen however small', () => {
  render(<BarChart label="$2 in November" bars={[{ label: 'a', value: 0 }, { label: 'b', value: 1 }, { label: 'c', value: 1000 }]} format={(value) => `$${value}`} />);
  const chart = screen.getByRole('img', { name: '$2 in November' });
  expect([...chart.querySelectorAll<HTMLElement>('[title] > div')].map(({ style }) => style.height)).toEqual(['0%', '2%', '100%']);
  expect(within(chart).getByTitle('b: $1')).toBeTruthy();
});

test('Meter tells how much is used up, and never more than all', () => {
  const { rerender } = render(<Meter label="Budget" value={1} max={4} text="1 of 4" />);
  const meter = screen.getByRole('meter', { name: 'Budget' });
  expect([meter.getAttribute('aria-valuenow'), meter.getAttribute('aria-valuetext')]).toEqual(['25', '1 of 4']);
  rerender(<Meter label="Budget" value={9} max={4} text="9 of 4" />);
  expect(meter.getAttribute('aria-valuenow')).toBe('100');
  rerender(<Meter label="Budget" value={0} max={0} text="0 of 0" />);
  expect(meter.getAttribute('aria-valuenow')).toBe('100');
});

test('EmptyState is an alert only when something went wrong', () => {
  render(<EmptyState title="No albums yet" action={<Button>New album</Button>}>Begin with a subject.</EmptyState>);
  expect(screen.queryByRole('alert')).toBeNull();
  render(<EmptyState tone="error" title="Cannot be read" />);
  expect(screen.getByRole('alert').textContent).toContain('Cannot be read');
});

test('Picture keeps its alternative text and says when it does not come', () => {
  render(<Picture src="/media/a.png" alt="a cat" ratio={1.5} />);
  const image = screen.getByRole('img', { name: 'a cat' });
  fireEvent.error(image);
  expect(screen.getByText('The picture did not load')).toBeTruthy();
  fireEvent.load(image);
  expect(screen.queryByText('The picture did not load')).toBeNull();
});

test('Dialog closes by Escape and by its button, and has a name', () => {
  const onClose = vi.fn();
  render(<Dialog isOpen onClose={onClose} title="Delete the album?" description="Its pictures stay." actions={<Button variant="danger">Delete</Button>} />);
  const dialog = screen.getByRole('dialog', { name: 'Delete the album?' });
  fireEvent.keyDown(dialog, { key: 'Escape' });
  fireEvent.click(within(dialog).getByRole('button', { name: 'Close' }));
  expect(onClose).toHaveBeenCalledTimes(2);
});

test('a window gives the focus back to what had it', async () => {
  const { rerender } = render(<><Button>Open</Button></>);
  button('Open').focus();
  const show = (isOpen: boolean) => rerender(<><Button>Open</Button>{isOpen && <Dialog isOpen onClose={() => undefined} title="Keys" />}</>);
  show(true);
  expect(document.activeElement).not.toBe(screen.queryByText('Open'));
  show(false);
  await waitFor(() => expect(document.activeElement).toBe(button('Open')));
});

test('Menu opens by key, chooses by key, and leaves out what cannot be done', async () => {
  const [onZip, onDelete] = [vi.fn(), vi.fn()];
  render(<Menu label="Album" trigger={<Button>More</Button>} items={[
    { label: 'Download ZIP', onSelect: onZip, shortcut: 'D' },
    { label: 'Delete', onSelect: onDelete, isDangerous: true, disabled: true },
  ]} />);
  await waitFor(() => expect(button('More').getAttribute('aria-haspopup')).toBe('menu'));
  fireEvent.keyDown(button('More'), { key: 'Enter' });
  const item = screen.getByRole('menuitem', { name: /Download ZIP/ });
  fireEvent.keyDown(item, { key: 'Enter' });
  expect(onZip).toHaveBeenCalledOnce();
  fireEvent.keyDown(button('More'), { key: 'Enter' });
  fireEvent.click(screen.getByRole('menuitem', { name: 'Delete' }));
  expect(onDelete).not.toHaveBeenCalled();
});

describe('Toaster', () => {
  beforeEach(() => {
    for (const { id } of toasts.get()) toasts.remove(id);
    vi.useFakeTimers();
  });
  const pass = (ms: number) => act(() => vi.advanceTimersByTime(ms));

  test('shows a message for a while, one with an action longer, and none while somebody is at them', () => {
    render(<Toaster />);
    act(() => void toasts.add('Saved'));
    act(() => void toasts.add('Deleted', { action: { label: 'Undo', onSelect: () => undefined } }));
    pass(6000);
    expect(screen.queryByText('Saved')).toBeNull();
    fireEvent.pointerEnter(screen.getByRole('list'));
    pass(60_000);
    expect(screen.getByText('Deleted')).toBeTruthy();
    fireEvent.pointerLeave(screen.getByRole('list'));
    pass(10_000);
    expect(screen.queryByText('Deleted')).toBeNull();
  });

  test('leaves the others to who points at them when one is put away', () => {
    render(<Toaster />);
    act(() => ['one', 'two'].forEach((message) => toasts.add(message)));
    fireEvent.pointerEnter(screen.getByRole('list'));
    fireEvent.click(screen.getAllByRole('button', { name: 'Dismiss' })[0]!);
    pass(60_000);
    expect(screen.queryByText('one')).toBeNull();
    expect(screen.getByText('two')).toBeTruthy();
  });

  test('undoes once, and goes', () => {
    const undo = vi.fn();
    render(<Toaster />);
    act(() => void toasts.add('Deleted', { action: { label: 'Undo', onSelect: undo } }));
    fireEvent.click(button('Undo'));
    expect(undo).toHaveBeenCalledOnce();
    expect(screen.queryByText('Deleted')).toBeNull();
  });

  test('shows the last three, errors as alerts', () => {
    render(<Toaster />);
    act(() => ['one', 'two', 'three', 'four'].forEach((message) => toasts.add(message, { tone: 'error' })));
    expect(screen.getAllByRole('alert').map((alert) => alert.textContent)).toEqual(['two', 'three', 'four']);
  });
});

test('what had the focus and goes leaves it to its card', () => {
  const card = (status: 'pending' | 'generating') => <ShotCard label="Headshot" status={status} anchorReady onGenerate={() => undefined} />;
  const { rerender } = render(card('pending'));
  rerender(card('generating'));
  expect(document.activeElement).toBe(document.body);
  rerender(card('pending'));
  button('Generate').focus();
  rerender(card('generating'));
  expect(document.activeElement).toBe(screen.getByRole('article', { name: 'Headshot' }));
});

describe('ShotCard', () => {
  const handlers = () => ({ onGenerate: vi.fn(), onRegenerate: vi.fn(), onReset: vi.fn() });

  test('pending: is generated, once there is an anchor', () => {
    const on = handlers();
    const { rerender } = render(<ShotCard label="Headshot" status="pending" anchorReady={false} {...on} />);
    expect(button('Generate').disabled).toBe(true);
    rerender(<ShotCard label="Headshot" status="pending" anchorReady {...on} />);
    fireEvent.click(button('Generate'));
    expect(on.onGenerate.mock.calls).toEqual([[]]);
    noButton(/Reset|Regenerate|again/);
  });

  test('generating: shows that, and nothing to press', () => {
    render(<ShotCard label="Headshot" status="generating" anchorReady {...handlers()} />);
    expect(screen.getByRole('progressbar', { name: 'Headshot' })).toBeTruthy();
    expect(screen.getByRole('article', { name: 'Headshot' }).getAttribute('aria-busy')).toBe('true');
    noButton(/./);
  });

  test('generating: shows what there is to see of it', () => {
    render(<ShotCard label="Headshot" status="generating" anchorReady developing={<p>half of it</p>} {...handlers()} />);
    expect(screen.getByText('half of it')).toBeTruthy();
    expect(screen.queryByRole('progressbar')).toBeNull();
  });

  test('complete: shows the picture and its likeness, is regenerated or reset', () => {
    const on = handlers();
    const onImageClick = vi.fn();
    render(<ShotCard label="Headshot" status="complete" imageUrl="/media/a.png" consistency={0.874} anchorReady onImageClick={onImageClick} {...on} />);
    fireEvent.click(button('Open Headshot'));
    fireEvent.click(button('Regenerate Headshot'));
    fireEvent.click(button('Reset Headshot'));
    expect([onImageClick, on.onRegenerate, on.onReset].map((mock) => mock.mock.calls)).toEqual([[[]], [[]], [[]]]);
  });

  test.each([
    [true, null, '31 % like the anchor, below the mark', /^Below the mark\. Compares colours.*no identity check\.$/],
    [false, undefined, '31 % like the anchor', /^Compares colours.*no identity check\.$/],
    [false, 0.806, '31 % like the anchor', /^The face alone: 81 %\. Compares colours.*no identity check\.$/],
    [true, 0, '31 % like the anchor, below the mark', /^Below the mark\. The face alone: 0 %\. Compares colours/],
  ])('complete: says how like the anchor it is, and on a press what that means (outlier: %s, face: %s)', async (isOutlier, face, name, words) => {
    render(<ShotCard label="Headshot" status="complete" imageUrl="/media/a.png" consistency={0.314} faceConsistency={face} isOutlier={isOutlier} anchorReady />);
    expect(screen.queryByRole('tooltip')).toBeNull();
    fireEvent.click(button(name));
    expect((await screen.findByRole('tooltip')).textContent).toMatch(words);
  });

  test('complete: has no number as long as nothing was measured', () => {
    render(<ShotCard label="Headshot" status="complete" imageUrl="/media/a.png" consistency={null} anchorReady />);
    noButton(/%/);
  });

  test('failed: says why, is tried again or reset', () => {
    const on = handlers();
    render(<ShotCard label="Headshot" status="failed" error="the model refused" anchorReady {...on} />);
    expect(screen.getByRole('alert').textContent).toBe('the model refused');
    fireEvent.click(button('Try again'));
    fireEvent.click(button('Reset Headshot'));
    expect([on.onRegenerate, on.onReset, on.onGenerate].map((mock) => mock.mock.calls.length)).toEqual([1, 1, 0]);
  });
});

describe('AnchorPreview', () => {
  test('is generated first, then regenerated', () => {
    const on = { onGenerate: vi.fn(), onRegenerate: vi.fn() };
    const { rerender } = render(<AnchorPreview anchorUrl={null} {...on} />);
    fireEvent.click(button('Generate anchor'));
    rerender(<AnchorPreview anchorUrl={null} isGenerating {...on} />);
    expect(button('Generate anchor').getAttribute('aria-disabled')).toBe('true');
    rerender(<AnchorPreview anchorUrl="/media/anchor.png" {...on} />);
    fireEvent.click(button('Regenerate'));
    expect([on.onGenerate, on.onRegenerate].map((mock) => mock.mock.calls)).toEqual([[[]], [[]]]);
  });
});

describe('AlbumGrid', () => {
  test('says that it is loading as long as nothing is known, and offers nothing', () => {
    const { rerender } = render(<AlbumGrid isLoading shots={[]} onGenerateAnchor={vi.fn()} onGenerateAllShots={vi.fn()} />);
    expect(screen.getByRole('region', { name: 'Album' }).getAttribute('aria-busy')).toBe('true');
    expect(screen.getByRole('status').textContent).toBe('Loading…');
    noButton(/./);
    rerender(<AlbumGrid shots={[]} onGenerateAnchor={vi.fn()} />);
    expect(button('Generate anchor')).toBeTruthy();
  });

  const shots = (...statuses: AlbumGridShot['status'][]): AlbumGridShot[] => statuses.map((status, index) => ({ index, label: `Shot ${index}`, status, imageUrl: status === 'complete' ? `/media/${index}.png` : null }));
  const all = () => button('Generate all shots');

  test('generates all shots once the anchor is ready', () => {
    const onGenerateAllShots = vi.fn();
    const { rerender } = render(<AlbumGrid name="Jordan" anchorUrl={undefined} shots={shots('pending', 'pending')} onGenerateAllShots={onGenerateAllShots} />);
    expect(all().disabled).toBe(true);
    expect(screen.getByText('First the anchor, then the shots.')).toBeTruthy();
    rerender(<AlbumGrid name="Jordan" anchorUrl="/media/anchor.png" shots={shots('pending', 'failed')} onGenerateAllShots={onGenerateAllShots} />);
    fireEvent.click(all());
    expect(onGenerateAllShots.mock.calls).toEqual([[]]);
    rerender(<AlbumGrid name="Jordan" anchorUrl="/media/anchor.png" shots={shots('complete', 'complete')} onGenerateAllShots={onGenerateAllShots} />);
    expect(all().disabled).toBe(true);
  });

  test('counts what is done and what failed', () => {
    render(<AlbumGrid name="Jordan" shots={shots('complete', 'failed', 'pending', 'generating')} />);
    expect(screen.getByRole('status').textContent).toBe('1 of 4 shots, 1 failed');
  });

  test('tells which shot or that it is the anchor', () => {
    const [onRegenerateShot, onResetShot, onImageClick] = [vi.fn(), vi.fn(), vi.fn()];
    render(<AlbumGrid name="Jordan" anchorUrl="/media/anchor.png" shots={shots('complete', 'failed', 'pending')} onRegenerateShot={onRegenerateShot} onResetShot={onResetShot} onImageClick={onImageClick} />);
    fireEvent.click(button('Regenerate Shot 0'));
    fireEvent.click(button('Try again'));
    fireEvent.click(button('Generate'));
    fireEvent.click(button('Reset Shot 1'));
    fireEvent.click(button('Open the anchor'));
    fireEvent.click(button('Open Shot 0'));
    expect(onRegenerateShot.mock.calls).toEqual([[0], [1], [2]]);
    expect(onResetShot.mock.calls).toEqual([[1]]);
    expect(onImageClick.mock.calls).toEqual([['anchor'], [0]]);
  });
});

describe('Lightbox', () => {
  const items = ['Anchor', 'Headshot', 'Casual'].map((title, i) => ({ id: String(i), url: `/media/${i}.png`, title }));

  function Show({ start = 0, onClose = () => undefined, onKey }: { start?: number; onClose?: () => void; onKey?: (key: string) => void }) {
    const [index, setIndex] = useState(start);
    return <Lightbox items={items} index={index} onIndexChange={setIndex} onClose={onClose} compareIndex={0} {...(onKey ? { onKey } : {})} />;
  }
  const press = (key: string) => fireEvent.keyDown(screen.getByRole('dialog'), { key });
  const shown = () => screen.getAllByRole('img').map((image) => image.getAttribute('alt'));

  test('goes on and back by keys, not beyond its ends', () => {
    render(<Show />);
    const seen = ['ArrowLeft', 'ArrowRight', 'ArrowRight', 'ArrowRight', 'Home', 'End'].map((key) => (press(key), shown()[0]));
    expect(seen).toEqual(['Anchor', 'Headshot', 'Casual', 'Casual', 'Anchor', 'Casual']);
    expect(screen.getByRole('status').textContent).toBe('Casual, 3 of 3');
  });

  test('puts a picture beside the anchor, and goes on with the other side', () => {
    render(<Show start={1} />);
    press('c');
    expect(shown()).toEqual(['Anchor', 'Headshot']);
    press('ArrowRight');
    expect(shown()).toEqual(['Anchor', 'Casual']);
    press('c');
    expect(shown()).toEqual(['Casual']);
  });

  test('compares the anchor itself with the next', () => {
    render(<Show />);
    fireEvent.click(button('Compare (C)'));
    expect(shown()).toEqual(['Anchor', 'Headshot']);
  });

  test('zooms, closes by Escape, and hands other keys on', () => {
    const [onClose, onKey] = [vi.fn(), vi.fn()];
    render(<Show onClose={onClose} onKey={onKey} />);
    press('z');
    expect(button('Zoom (Z)').getAttribute('aria-pressed')).toBe('true');
    press('i');
    expect(onKey.mock.calls).toEqual([['i']]);
    press('Escape');
    expect(onClose).toHaveBeenCalled();
  });
});

describe('VirtualGrid', () => {
  beforeEach(() => {
    vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(1000);
    vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(800);
  });

  function show(count: number, onRange = vi.fn()) {
    render(<VirtualGrid label="Pictures" count={count} minTile={180} gap={10} onRange={onRange} renderTile={(index, tile) => <button type="button" {...tile}>{`Tile ${index}`}</button>} />);
    return onRange;
  }
  const tiles = () => screen.getAllByRole('listitem').map((item) => Number(item.dataset.index));
  const grid = () => screen.getByRole('list', { name: 'Pictures' }).parentElement!;

  test('draws a screenful of a million, and says which', () => {
    const onRange = show(1_000_000);
    expect(tiles()).toHaveLength(30);
    expect(onRange.mock.calls).toEqual([[0, 29]]);
    expect(screen.getAllByRole('listitem')[7]!.getAttribute('aria-posinset')).toBe('8');
    expect(screen.getAllByRole('listitem')[7]!.getAttribute('aria-setsize')).toBe('1000000');
  });

  test('draws what is in view after a jump', () => {
    const onRange = show(1_000_000);
    grid().scrollTop = 4_000_000;
    fireEvent.scroll(grid());
    const [first, last] = onRange.mock.lastCall!;
    expect(first).toBeGreaterThan(490_000);
    expect(last - first).toBeLessThan(50);
    expect(tiles()).toContain(first);
  });

  test('is one stop for Tab, and keys move within', () => {
    show(1_000_000);
    const stops = () => screen.getAllByRole('button').filter((tile) => tile.tabIndex === 0).map((tile) => tile.textContent);
    expect(stops()).toEqual(['Tile 0']);
    fireEvent.keyDown(grid(), { key: 'ArrowRight' });
    fireEvent.keyDown(grid(), { key: 'ArrowDown' });
    expect(stops()).toEqual(['Tile 6']);
    expect(document.activeElement!.textContent).toBe('Tile 6');
    fireEvent.keyDown(grid(), { key: 'End' });
    expect(document.activeElement!.textContent).toBe('Tile 999999');
    fireEvent.keyDown(grid(), { key: 'Home' });
    expect(document.activeElement!.textContent).toBe('Tile 0');
  });
});
