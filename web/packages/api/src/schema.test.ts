// @vitest-environment node
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

import { fresh, generate, typeOf } from '../generate.mjs';

test('the types are what docs/openapi.json says; if not, run "npm run api"', () => {
  for (const [name, text] of Object.entries(fresh())) expect(readFileSync(new URL(name, import.meta.url), 'utf8'), name).toBe(text);
});

test('a schema becomes a type', () => {
  const cases: [Record<string, unknown>, string][] = [
    [{ type: 'string' }, 'string'],
    [{ type: ['string', 'null'], format: 'date-time' }, 'string | null'],
    [{ type: 'integer', format: 'int64' }, 'number'],
    [{ type: 'string', enum: ['read', "it's"] }, "'read' | 'it\\'s'"],
    [{ enum: [1, true] }, '1 | true'],
    [{ $ref: '#/components/schemas/Job' }, 'Job'],
    [{ $ref: '#/components/schemas/Error' }, 'ErrorAnswer'],
    [{ type: 'array', items: { type: ['string', 'null'] } }, '(string | null)[]'],
    [{ type: 'array' }, 'unknown[]'],
    [{ description: 'whatever' }, 'unknown'],
    [{ type: 'object' }, 'Record<string, unknown>'],
    [{ type: 'object', properties: {}, additionalProperties: false }, 'Record<string, never>'],
    [{ oneOf: [{ type: 'string' }, { $ref: '#/components/schemas/Image' }] }, 'string | Image'],
    [{ type: 'object', required: ['id'], properties: { id: { type: 'string' }, 'odd-name': { type: 'boolean', description: 'why' } } },
      "{\n  id: string;\n  /** why */\n  'odd-name'?: boolean;\n}"],
  ];
  for (const [schema, expected] of cases) expect(typeOf(schema), JSON.stringify(schema)).toBe(expected);
  expect(() => typeOf({ type: 'colour' })).toThrow("no type for 'colour'");
});

test('a route becomes what it takes and what it answers', () => {
  const files = generate({
    components: { schemas: { Cat: { type: 'object', required: ['name'], properties: { name: { type: 'string' } } } } },
    paths: {
      '/api/cats/{id}': {
        put: {
          summary: 'Change a cat',
          parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }, { name: 'dry', in: 'query', schema: { type: 'boolean' } }],
          requestBody: { required: true, content: { 'application/json': { schema: { $ref: '#/components/schemas/Cat' } } } },
          responses: { 200: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Cat' } } } } },
        },
        delete: { responses: { 204: { description: 'No Content' } } },
        post: { requestBody: { content: { 'image/*': {} } }, responses: { 200: { content: { 'image/*': {} } } } },
      },
    },
  });
  expect(files['schema.ts']).toContain(`export interface Cat {
  name: string;
}
`);
  expect(files['routes.ts']).toContain("import type {\n  Cat,\n} from './schema.ts';");
  expect(files['routes.ts']).toContain(`  /** Change a cat */
  'PUT /api/cats/{id}': {
    params: {
      id: string;
    };
    query?: {
      dry?: boolean | undefined;
    };
    body: Cat;
    answer: Cat;
  };
  'DELETE /api/cats/{id}': {
    answer: void;
  };
  'POST /api/cats/{id}': {
    body?: BodyInit;
    answer: Response;
  };
`);
});
