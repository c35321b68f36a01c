// Who may import whom: a feature another only through its index, a package nothing of the application.
// @vitest-environment node
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const WEB = dirname(dirname(fileURLToPath(import.meta.url)));
const ALLOWED: Record<string, string[]> = { api: [], ui: [], realtime: ['@albumen/api'] };

function sources(folder: string): string[] {
  return readdirSync(join(WEB, folder), { recursive: true, encoding: 'utf8' })
    .map((path) => join(folder, path))
    .filter((path) => /\.tsx?$/.test(path) && !/node_modules|\.test\.tsx?$/.test(path));
}

function imports(path: string): string[] {
  return [...readFileSync(join(WEB, path), 'utf8').matchAll(/(?:from|import\()\s*'([^']+)'/g)].map((match) => match[1]!);
}

test('a package imports only the packages below it', () => {
  for (const [name, allowed] of Object.entries(ALLOWED)) {
    for (const path of sources(`packages/${name}/src`)) {
      const strange = imports(path).filter((source) => (source.startsWith('@albumen/') && !allowed.includes(source)) || source.includes('/app/'));
      expect(strange, path).toEqual([]);
    }
  }
});

test('a feature imports another only through its index, and nothing below the features imports one', () => {
  const featureOf = (path: string) => /^app\/src\/features\/(\w+)\//.exec(path)?.[1];
  for (const path of sources('app/src')) {
    if (path === 'app/src/App.tsx') continue;
    for (const source of imports(path).filter((each) => each.startsWith('.'))) {
      const target = relative(WEB, resolve(WEB, dirname(path), source));
      if (!featureOf(target) || featureOf(target) === featureOf(path)) continue;
      expect(target, `${path} imports ${target}`).toMatch(/^app\/src\/features\/\w+\/index\.ts$/);
      expect(featureOf(path), `${path} imports a feature`).toBeTruthy();
    }
  }
});
