// Examples in a README are the text of files that are compiled and run.
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';

export function expectExamples(readme: URL, examples: URL[]): void {
  const blocks = [...readFileSync(readme, 'utf8').matchAll(/^```tsx?\n([\s\S]*?)^```$/gm)].map((match) => match[1]);
  expect(blocks).toEqual(examples.map((example) => readFileSync(example, 'utf8')));
}
