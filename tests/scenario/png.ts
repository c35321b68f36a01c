// Picture files for tests: PNG of any size, with texts of other programs in them.
import { createHash } from 'node:crypto';
import { crc32, deflateSync } from 'node:zlib';

export function pngChunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body) >>> 0, 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

export interface PngOptions {
  width?: number;
  height?: number;
  /** Another seed is another picture. */
  seed?: number;
  /** keyword -> text, as iTXt. */
  texts?: Record<string, string>;
  /** Pixels that do not compress, so that the file is as large as they are. */
  noise?: boolean;
}

/** RGB, 8 bits. */
export function makePng({ width = 32, height = 24, seed = 0, texts = {}, noise = false }: PngOptions = {}): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const stride = 1 + 3 * width;
  const rows = Buffer.alloc(stride * height);
  let state = seed * 2654435761 + 1;
  for (let y = 0; y < height; y++) {
    for (let at = 1; at < stride; at++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      rows[y * stride + at] = noise ? state >>> 24 : (at * 3 + y * 5 + seed * 17) & 255;
    }
  }
  rows.set([seed & 255, (seed >> 8) & 255, (seed >> 16) & 255], 1);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    pngChunk('IHDR', header),
    ...Object.entries(texts).map(([keyword, text]) =>
      pngChunk('iTXt', Buffer.concat([Buffer.from(`${keyword}\0\0\0\0\0`, 'latin1'), Buffer.from(text)])),
    ),
    pngChunk('IDAT', deflateSync(rows, { level: noise ? 0 : 6 })),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

let fresh = 1;

/** One that no other test has. */
export const freshPng = (options: PngOptions = {}): Buffer => makePng({ ...options, seed: fresh++ });

export const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** What AUTOMATIC1111 writes into its pictures. */
export const INFOTEXT = `a kite over the sea, (red:1.2) <lora:ink:0.6>
Negative prompt: fog, "haze"
Steps: 24, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 6.5, Seed: 1234567890, Size: 512x384, Model hash: 31e35c80fc, Model: sd_xl_base_1.0, Hires upscale: 2, Lora hashes: "ink: 7c6bad76eb54", Version: v1.10.1`;

const PATIENCE_MS = 30_000;

/** Asks again until there is an answer. */
export async function until<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
  const late = Date.now() + PATIENCE_MS;
  for (;;) {
    const found = await ask();
    if (found !== undefined) return found;
    if (Date.now() > late) throw new Error(`too late: ${what}`);
  }
}
