// A file is asked for before the browser is sent for it.
import { ApiError } from '@albumen/api';
import { expect, test, vi } from 'vitest';

import { checkFile, whenSignedOut } from './client.ts';

const refusal = (status: number) => new Response(JSON.stringify({ error: { code: 'no', message: 'there is nothing in it', field: null } }), { status, headers: { 'Content-Type': 'application/json' } });

function answerWith(...replies: (Response | 'none')[]) {
  const asked: string[] = [];
  vi.stubGlobal('fetch', async (_url: string, { method }: RequestInit) => {
    asked.push(method!);
    const reply = replies.shift();
    if (reply === 'none' || !reply) throw new TypeError('no network');
    return reply;
  });
  return asked;
}

test('a file that is there costs one question', async () => {
  const asked = answerWith(new Response(null));
  await checkFile('/api/albums/1/zip');
  expect(asked).toEqual(['HEAD']);
});

test('a refusal is told in the server\'s words', async () => {
  answerWith(new Response(null, { status: 404 }), refusal(404));
  await expect(checkFile('/x')).rejects.toMatchObject({ status: 404, message: 'there is nothing in it' });
});

test('a server that does not answer, at once or in between, is offline', async () => {
  for (const replies of [['none'], [new Response(null, { status: 503 }), 'none']] as const) {
    answerWith(...replies);
    const error = await checkFile('/x').catch((thrown: unknown) => thrown);
    expect(error instanceof ApiError && error.isOffline).toBe(true);
  }
});

test('a session that has ended is told of', async () => {
  const told = vi.fn();
  whenSignedOut(told);
  answerWith(new Response(null, { status: 401 }), refusal(401));
  await expect(checkFile('/x')).rejects.toMatchObject({ status: 401 });
  expect(told).toHaveBeenCalledOnce();
});
