// @vitest-environment node
import { expect, test, vi } from 'vitest';

import { FakeServer } from '../../../../tools/fake_server.ts';
import { itemsOf } from './components/AlbumLightbox.tsx';
import { albumOf, EMPTY, hasWords } from './form.ts';
import { albumMenu } from './hooks/useAlbumMenu.ts';

const form = { kind: 'session' as const, name: ' Jordan ', subjectDesc: ' a woman ', set: 'portrait', shots: [{ label: 'One', direction: 'front' }, { label: '', direction: 'x' }], style: '', backend: '', isPublic: false };

test('a form becomes a session by a set, by shots of one\'s own, or a collection', () => {
  expect(albumOf(form)).toEqual({ name: 'Jordan', isPublic: false, subjectDesc: 'a woman', templateSet: 'portrait' });
  expect(albumOf({ ...form, set: 'own', style: 'ink', backend: 'fal' })).toEqual({ name: 'Jordan', isPublic: false, subjectDesc: 'a woman', style: 'ink', backend: 'fal', shots: [{ label: 'One', direction: 'front' }] });
  expect(albumOf({ ...form, kind: 'manual', backend: 'fal', isPublic: true })).toEqual({ name: 'Jordan', isPublic: true });
});

test('a form has words as soon as one of its fields has', () => {
  expect(hasWords(EMPTY)).toBe(false);
  expect(hasWords({ ...EMPTY, kind: 'manual', set: 'own', isPublic: true, backend: 'fal', name: ' ' })).toBe(false);
  for (const part of [{ name: 'x' }, { subjectDesc: 'x' }, { style: 'x' }, { shots: [{ label: '', direction: 'x' }] }]) expect(hasWords({ ...EMPTY, ...part })).toBe(true);
});

test('the lightbox goes from the anchor through the shots that have a picture to what was added', () => {
  const server = new FakeServer();
  const { id } = server.addAlbum({ name: 'x', templateSet: 'product' });
  server.finishAnchor(id);
  server.finishShot(id, 1);
  server.finishShot(id, 3);
  const added = [{ id: 'i9', url: '/9.png', thumbUrl: '/9.png?w=512', mediaType: 'image/png', width: 1, height: 1, prompt: 'a cat' }];
  expect(itemsOf(server.album(id), added).map(({ shot, title }) => [shot, title])).toEqual([['anchor', 'Anchor'], [1, 'Shot 2'], [3, 'Shot 4'], [undefined, 'a cat']]);
});

test('the menu offers what can be done now', () => {
  const server = new FakeServer();
  const album = server.addAlbum({ name: 'x', templateSet: 'product' });
  const enabled = () => albumMenu(album, vi.fn(), async () => undefined).filter(({ disabled }) => !disabled).map(({ label }) => label);
  expect(enabled()).toEqual(['Edit', 'Edit shots', 'Take an anchor from the library', 'Add pictures', 'Delete']);
  album.anchorJobId = 'job';
  expect(enabled()).toContain('Cancel what is being made');
  album.anchorJobId = null;
  for (const { index } of album.shots) server.finishShot(album.id, index);
  expect(enabled()).not.toContain('Edit shots');
  album.subjectDesc = null;
  expect(enabled()).toEqual(['Edit', 'Add pictures', 'Delete']);
});
