// @vitest-environment node
import { expect, test, vi } from 'vitest';

import { FakeServer } from '../../../../tools/fake_server.ts';
import { itemsOf } from './components/AlbumLightbox.tsx';
import { albumOf } from './components/NewAlbum.tsx';
import { albumMenu } from './hooks/useAlbumMenu.ts';

const form = { kind: 'session' as const, name: ' Jordan ', subjectDesc: ' a woman ', set: 'portrait', shots: [{ label: 'One', direction: 'front' }, { label: '', direction: 'x' }], style: '', isPublic: false };

test('a form becomes a session by a set, by shots of one\'s own, or a collection', () => {
  expect(albumOf(form)).toEqual({ name: 'Jordan', isPublic: false, subjectDesc: 'a woman', templateSet: 'portrait' });
  expect(albumOf({ ...form, set: 'own', style: 'ink' })).toEqual({ name: 'Jordan', isPublic: false, subjectDesc: 'a woman', style: 'ink', shots: [{ label: 'One', direction: 'front' }] });
  expect(albumOf({ ...form, kind: 'manual', isPublic: true })).toEqual({ name: 'Jordan', isPublic: true });
});

test('the lightbox goes from the anchor through the shots that have a picture', () => {
  const server = new FakeServer();
  const { id } = server.addAlbum({ name: 'x', templateSet: 'product' });
  server.finishAnchor(id);
  server.finishShot(id, 1);
  server.finishShot(id, 3);
  expect(itemsOf(server.album(id)).map(({ shot, title }) => [shot, title])).toEqual([['anchor', 'Anchor'], [1, 'Shot 2'], [3, 'Shot 4']]);
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
