// Pictures that are changed at once, and put back when the server says no or the user says Undo.
import { ApiError, type Image } from '@albumen/api';
import { toasts } from '@albumen/ui';
import { beforeEach, describe, expect, test, vi } from 'vitest';

import { cache } from '../../data/cache.ts';
import { client } from '../../data/client.ts';
import type { Pages } from '../../data/pages.ts';
import { change, changeMany, remove } from './changes.ts';

const image = (id: string): Image => ({ id, tags: [], starred: false, rating: 0 }) as unknown as Image;
const list = () => cache.get<Pages<Image>>('images').data!.items;
const ids = () => list().map(({ id }) => id).join('');
const refuse = (status: number) => new ApiError('not so', { status, code: 'conflict' });
const press = (label: string) => toasts.get().find(({ action }) => action?.label === label)!.action!.onSelect();

let answers: (() => unknown)[] = [];
let call = vi.spyOn(client, 'call');

beforeEach(async () => {
  for (const { id } of toasts.get()) toasts.remove(id);
  cache.clear();
  answers = [];
  call = vi.spyOn(client, 'call').mockImplementation((async () => answers.shift()?.()) as never);
  cache.use('images', async () => ({ answer: { items: ['a', 'b', 'c'].map(image), nextCursor: null }, eventId: null }));
  await vi.waitFor(() => expect(ids()).toBe('abc'));
});

test('a star shows before the server has answered, and goes when it says no', async () => {
  answers = [() => { throw refuse(409); }];
  const starring = change(list()[1]!, { starred: true });
  expect(list().map(({ starred }) => starred)).toEqual([false, true, false]);
  await starring;
  expect(list().map(({ starred }) => starred)).toEqual([false, false, false]);
  expect(toasts.get().map(({ message }) => message)).toEqual(['not so']);
});

test('many are tagged together, each with the tags that it had', async () => {
  await changeMany(list().slice(0, 2), { addTags: ['sea'] });
  expect(list().map(({ tags }) => tags)).toEqual([['sea'], ['sea'], []]);
  expect(call).toHaveBeenCalledWith('POST /api/images/change', { body: { imageIds: ['a', 'b'], addTags: ['sea'] } });
});

test('what is deleted is gone at once, and Undo puts it where it was', async () => {
  const removing = remove([list()[1]!]);
  expect(ids()).toBe('ac');
  await removing;
  press('Undo');
  await vi.waitFor(() => expect(ids()).toBe('abc'));
  expect(call.mock.calls.map(([, input]) => (input as { body: { trash: boolean } }).body.trash)).toEqual([true, false]);
});

describe('more than the server takes at once', () => {
  const many = Array.from({ length: 1100 }, (_, i) => image(`n${i}`));
  const sent = () => call.mock.calls.map(([, input]) => (input as { body: { imageIds: string[] } }).body.imageIds.length);

  test('is changed in parts, and so is Undo', async () => {
    expect(await remove(many)).toBe(true);
    expect(sent()).toEqual([500, 500, 100]);
    press('Undo');
    await vi.waitFor(() => expect(sent()).toEqual([500, 500, 100, 500, 500, 100]));
  });

  test('comes back as far as it was refused, and the rest is told of with its Undo', async () => {
    answers = [() => undefined, () => { throw refuse(422); }];
    expect(await remove([...list(), ...many])).toBe(false);
    expect(sent()).toEqual([500, 500]);
    expect(ids(), 'the first part is in the trash').toBe('');
    expect(toasts.get().map(({ message }) => message)).toEqual(['500 pictures are in the trash.', 'not so']);
    answers = [];
    press('Undo');
    await vi.waitFor(() => expect(ids()).toBe('abc'));
    expect(sent()).toEqual([500, 500, 500]);
  });

  test('is starred as far as it was not refused', async () => {
    answers = [() => undefined, () => { throw refuse(422); }];
    await expect(changeMany([...list(), ...many], { starred: true })).rejects.toThrow('not so');
    expect(list().map(({ starred }) => starred)).toEqual([true, true, true]);
  });
});

test('what others were made from comes back, and is deleted only when told so again', async () => {
  answers = [() => { throw refuse(409); }];
  await remove([list()[0]!]);
  expect(ids()).toBe('abc');
  toasts.undo();
  expect(ids(), 'the key for Undo goes no further').toBe('abc');
  press('Delete all the same');
  await vi.waitFor(() => expect(ids()).toBe('bc'));
  expect(call).toHaveBeenLastCalledWith('POST /api/images/change', { body: { imageIds: ['a'], trash: true, force: true } });
});
