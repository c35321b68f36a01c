// @vitest-environment node
import { expect, test } from 'vitest';

import { createSseReader, type Frame } from './sse.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

const CASES: [string, string, Frame[]][] = [
  ['an event', 'id: 7\ndata: {"a":1}\n\n', [{ id: '7', data: '{"a":1}' }]],
  ['a number without an event', 'retry: 1500\nid: 7\n\n', [{ id: '7', data: null }]],
  ['an id that holds on', 'id: 7\ndata: a\n\ndata: b\n\n', [{ id: '7', data: 'a' }, { id: '7', data: 'b' }]],
  ['several lines of data', 'data: a\ndata:b\ndata:  c\n\n', [{ id: null, data: 'a\nb\n c' }]],
  ['comments, other fields and names without a colon', ': still here\n\nevent: x\nnonsense\ndata\n\n', [{ id: null, data: '' }]],
  ['every end of a line', 'id: 1\r\ndata: a\r\n\r\nid: 2\rdata: b\r\rid: 3\ndata: c\n\n', [{ id: '1', data: 'a' }, { id: '2', data: 'b' }, { id: '3', data: 'c' }]],
  ['letters of several bytes', 'data: Ärger 🖼\n\n', [{ id: null, data: 'Ärger 🖼' }]],
  ['no event before its empty line', 'id: 7\ndata: half', []],
];

test.each(CASES)('%s is read, however the bytes are cut', (_what, text, expected) => {
  const whole = bytes(text);
  for (let size = 1; size <= whole.length; size++) {
    const reader = createSseReader();
    const frames: Frame[] = [];
    for (let at = 0; at < whole.length; at += size) frames.push(...reader.read(whole.subarray(at, at + size)));
    expect(frames, `in pieces of ${size}`).toEqual(expected);
  }
});

test('the pause that the server asks for is kept, nonsense is not', () => {
  const reader = createSseReader();
  expect(reader.retryMs).toBeNull();
  reader.read(bytes('retry: 2500\nretry: soon\n\n'));
  expect(reader.retryMs).toBe(2500);
});

test('a line without an end is refused', () => {
  const reader = createSseReader();
  const piece = new Uint8Array(1024 * 1024).fill(97);
  expect(() => {
    for (let i = 0; i < 6; i++) reader.read(piece);
  }).toThrow('has no end');
});
