// @vitest-environment node
import { ApiError, offlineError } from '@albumen/api';
import { expect, test } from 'vitest';

import { onceKeys } from './once.ts';

const failure = (status: number) => new ApiError('no', { status, code: 'x' });

/** Sends each act; gives the keys as letters in the order in which they are first seen. */
async function keysOf(tries: [act: unknown, outcome: Error | 'yes' | 'forget'][]): Promise<string> {
  const once = onceKeys();
  const seen: string[] = [];
  let letters = '';
  for (const [act, outcome] of tries) {
    if (outcome === 'forget') {
      once.forget(act);
      continue;
    }
    const request = async (key: string) => {
      expect(key).toMatch(/^[0-9a-f]{32}$/);
      if (!seen.includes(key)) seen.push(key);
      letters += 'abcdef'[seen.indexOf(key)];
      if (outcome !== 'yes') throw outcome;
      return key;
    };
    await once.send(act, request).catch((error: unknown) => expect(error).toBe(outcome));
  }
  return letters;
}

test('one key goes with an act until its answer is known', async () => {
  const lost = offlineError();
  const cases: [string, Parameters<typeof keysOf>[0], string][] = [
    ['each press that is answered is another act', [['x', 'yes'], ['x', 'yes']], 'ab'],
    ['a lost answer', [['x', lost], ['x', 'yes'], ['x', 'yes']], 'aab'],
    ['a proxy without its server', [['x', failure(502)], ['x', failure(503)], ['x', failure(504)], ['x', 'yes']], 'aaaa'],
    ['something else that went wrong on the way', [['x', new TypeError('half an answer')], ['x', 'yes']], 'aa'],
    ['a refusal', [['x', failure(422)], ['x', 'yes']], 'ab'],
    ['a refusal after a lost answer', [['x', lost], ['x', failure(409)], ['x', 'yes']], 'aab'],
    ['another body', [[['x', { n: 1 }], lost], [['x', { n: 2 }], lost], [['x', { n: 1 }], 'yes']], 'aba'],
    ['one that was heard of otherwise', [['x', lost], ['y', lost], ['x', 'forget'], ['x', 'yes'], ['y', 'yes']], 'abcb'],
    ['all that were', [['x', lost], ['y', lost], [undefined, 'forget'], ['x', 'yes'], ['y', 'yes']], 'abcd'],
  ];
  for (const [what, tries, letters] of cases) expect(await keysOf(tries), what).toBe(letters);
});

test('too many requests are no answer to the act', async () => {
  expect(await keysOf([['a', failure(503)], ['a', failure(429)], ['a', failure(408)], ['a', 'yes'], ['a', 'yes']])).toBe('aaaab');
});

test('two presses at once are one act', async () => {
  const once = onceKeys();
  const echo = async (key: string) => key;
  const [one, other] = await Promise.all([once.send('x', echo), once.send('x', echo)]);
  expect(one).toBe(other);
});
