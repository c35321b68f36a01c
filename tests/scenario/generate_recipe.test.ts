// A picture that we make ourselves carries how it was made, and says that no model made it; quotes say what it will cost.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { startServer, type Server } from './harness.ts';

let server: Server;

beforeAll(async () => {
  server = await startServer({
    config: `backends:
  sketch: { type: sketch }
  each: { type: mock, price: per_image, price_micros: 40000 }
  told: { type: mock, price: told, price_micros: 7 }
  unknown: { type: mock, price: unknown }
`,
  });
});
afterAll(async () => {
  await server.stop();
});

async function make(request: object): Promise<{ id: string; bytes: Buffer }> {
  const { jobIds } = await server.ok(202, 'POST', '/api/jobs', { request: { width: 64, height: 48, ...request } });
  const until = Date.now() + 30_000;
  for (;;) {
    const job = await server.ok(200, 'GET', `/api/jobs/${jobIds[0]}`);
    if (job.status === 'completed') break;
    expect(['queued', 'running'], job.error).toContain(job.status);
    expect(Date.now()).toBeLessThan(until);
  }
  const { images } = await server.ok(200, 'GET', '/api/images?limit=200');
  const image = images.find((one: any) => one.jobId === jobIds[0]);
  const reply = await fetch(server.url + image.url, { headers: { authorization: `Bearer ${server.token}` } });
  return { id: image.id, bytes: Buffer.from(await reply.arrayBuffer()) };
}

/** Keyword and text of each text chunk, with the chunk's type. */
function texts(png: Buffer): Record<string, [string, string]> {
  const found: Record<string, [string, string]> = {};
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
    const type = png.toString('latin1', at + 4, at + 8);
    const data = png.subarray(at + 8, at + 8 + png.readUInt32BE(at));
    const end = data.indexOf(0);
    if (type === 'tEXt') found[data.toString('latin1', 0, end)] = [type, data.toString('latin1', end + 1)];
    if (type === 'iTXt') found[data.toString('latin1', 0, end)] = [type, data.toString('utf8', end + 5)];
  }
  return found;
}

describe('the file of a picture by the built-in renderer', () => {
  test("holds A1111's text, our own recipe and the source type", async () => {
    const { bytes } = await make({ prompt: 'a fox, in snow & <fog>', negativePrompt: 'rain', style: 'linocut', seed: 7 });
    const found = texts(bytes);
    expect(found.parameters).toEqual([
      'tEXt',
      'a fox, in snow & <fog>\nNegative prompt: rain\nSeed: 7, Size: 64x48, Model: sketch, Style: linocut, Version: Albumen',
    ]);
    expect(JSON.parse(found.albumen![1])).toEqual({
      provider: 'sketch',
      request: { prompt: 'a fox, in snow & <fog>', negative_prompt: 'rain', style: 'linocut', seed: 7, width: 64, height: 48 },
      references: [],
      metadata: { reference: null },
    });
    const [, xmp] = found['XML:com.adobe.xmp']!;
    expect(xmp).toContain('DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/algorithmicMedia"');
    expect(xmp).toContain('CreatorTool="Albumen"');
    expect(xmp).toContain('a fox, in snow &amp; &lt;fog&gt;');
  });

  test('holds text of every script', async () => {
    const found = texts((await make({ prompt: 'キツネ 🦊', seed: 1 })).bytes);
    expect(found.parameters).toEqual(['iTXt', 'キツネ 🦊\nSeed: 1, Size: 64x48, Model: sketch, Version: Albumen']);
    expect(JSON.parse(found.albumen![1]).request.prompt).toBe('キツネ 🦊');
  });

  test('is the same for the same request, references and all', async () => {
    const anchor = await make({ prompt: 'a jug', seed: 3 });
    const request = { prompt: 'with tulips', seed: 4, references: [anchor.id] };
    const [one, two] = [await make(request), await make(request)];
    expect(two.bytes.equals(one.bytes)).toBe(true);
    const { references, metadata } = JSON.parse(texts(one.bytes).albumen![1]);
    expect(references).toEqual([{ sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
    expect(metadata.reference).toMatchObject({ prompt: 'a jug', seed: 3 });
    for (const [, text] of Object.values(texts(one.bytes))) expect(text, 'an id of this installation').not.toContain(anchor.id);
  });
});

test('the seeds of several count on, past the largest number too', async () => {
  for (const backend of ['sketch', 'each']) {
    const body = `{"backend":"${backend}","count":2,"request":{"prompt":"a dot","width":16,"height":16,"seed":9223372036854775807}}`;
    const { jobIds } = await server.ok(202, 'POST', '/api/jobs', body);
    const until = Date.now() + 30_000;
    for (const id of jobIds) {
      while ((await server.ok(200, 'GET', `/api/jobs/${id}`)).status !== 'completed') expect(Date.now()).toBeLessThan(until);
    }
  }
});

describe('the answer to an order quotes its price', () => {
  const cases: [string, number, object][] = [
    ['sketch', 3, { costMicros: 0, reservedMicros: null, currency: 'USD', basis: 'free' }],
    ['each', 1, { costMicros: 40_000, reservedMicros: 40_000, currency: 'USD', basis: 'per_image' }],
    ['each', 3, { costMicros: 120_000, reservedMicros: 120_000, currency: 'USD', basis: 'per_image' }],
    ['told', 2, { costMicros: null, reservedMicros: 0, currency: 'USD', basis: 'told' }],
    ['unknown', 1, { costMicros: null, reservedMicros: 0, currency: 'USD', basis: 'unknown' }],
  ];
  test.each(cases)('of %s for %i', async (backend, count, quote) => {
    const answer = await server.ok(202, 'POST', '/api/jobs', { backend, count, request: { prompt: 'a dot', width: 16, height: 16 } });
    expect(answer.quote).toEqual(quote);
  });
});
