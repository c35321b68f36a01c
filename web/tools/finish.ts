// What the build owes the program: no page over the budget, and every file also as brotli, which tools/embed takes along.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Plugin } from 'vite';

const FACES = /instrument-(?:sans-latin-wght|serif-latin-400)-normal.*\.woff2$/;

export interface Chunk {
  fileName: string;
  code: string;
  isEntry: boolean;
  /** The module that the chunk was made for; null for what several share. */
  facadeModuleId: string | null;
  imports: string[];
}

/** JavaScript that each page needs before it shows, gzipped: the entry's and its own, with all that they import. */
export function pageSizes(chunks: Chunk[]): Map<string, number> {
  const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
  const reach = (chunk: Chunk, seen: Set<Chunk>): Set<Chunk> => {
    if (seen.has(chunk)) return seen;
    seen.add(chunk);
    for (const name of chunk.imports) {
      const next = byName.get(name);
      if (next) reach(next, seen);
    }
    return seen;
  };
  const size = (seen: Set<Chunk>) => [...seen].reduce((sum, { code }) => sum + gzipSync(code, { level: 9 }).length, 0);
  const entries = chunks.filter(({ isEntry }) => isEntry);
  const first = () => entries.reduce((seen, entry) => reach(entry, seen), new Set<Chunk>());
  const sizes = new Map([['the first frame', size(first())]]);
  for (const chunk of chunks) {
    const name = basename(chunk.facadeModuleId ?? '');
    if (/Page\.tsx$/.test(name)) sizes.set(name, size(reach(chunk, first())));
  }
  return sizes;
}

function files(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function compress(path: string): void {
  const plain = readFileSync(path);
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: plain.length };
  const small = brotliCompressSync(plain, { params });
  // A font is compressed already.
  if (small.length < plain.length * 0.95) writeFileSync(`${path}.br`, small);
}

export function finish(budgetBytes: number): Plugin {
  let folder = '';
  return {
    name: 'finish',
    apply: 'build',
    configResolved(config) {
      folder = join(config.root, config.build.outDir);
    },
    generateBundle(_options, bundle) {
      const sizes = pageSizes(Object.values(bundle).filter((output) => output.type === 'chunk'));
      const text = [...sizes].map(([page, bytes]) => `${page} ${(bytes / 1024).toFixed(1)} KB`).join(', ');
      this.info(`JavaScript, gzipped: ${text}`);
      if (Math.max(...sizes.values()) > budgetBytes) {
        this.error(`a page needs more than ${budgetBytes / 1024} KB of JavaScript: ${text}`);
      }
    },
    transformIndexHtml: {
      order: 'post',
      // The faces that every page shows come along with it, so that no line is set twice.
      handler: (_html, { bundle }) =>
        Object.keys(bundle ?? {})
          .filter((name) => FACES.test(name))
          .map((name) => ({ tag: 'link', attrs: { rel: 'preload', as: 'font', type: 'font/woff2', crossorigin: '', href: `/${name}` }, injectTo: 'head' as const })),
    },
    closeBundle() {
      for (const path of files(folder)) compress(path);
    },
  };
}
