// Examples in a README are the text of files that are compiled and run.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';

const WEB = dirname(dirname(fileURLToPath(import.meta.url)));

/** The blocks of the package's README are its examples, in this order. */
export function expectExamples(name: string, examples: string[]): void {
  const read = (...path: string[]) => readFileSync(join(WEB, 'packages', name, ...path), 'utf8');
  const blocks = [...read('README.md').matchAll(/^```tsx?\n([\s\S]*?)^```$/gm)].map((match) => match[1]);
  expect(blocks).toEqual(examples.map((example) => read('examples', example)));
}
