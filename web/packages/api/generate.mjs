// Writes src/schema.ts and src/routes.ts, the types of the API, from docs/openapi.json.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const SOURCE = new URL('../../../docs/openapi.json', import.meta.url);
const HEAD = '// Made from docs/openapi.json by `npm run api`.\n';

/** @typedef {Record<string, any>} Schema */

// The language has an Error of its own.
/** @param {string} name */
const typeName = (name) => (name === 'Error' ? 'ErrorAnswer' : name);
/** @param {string} text */
const quote = (text) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
/** @param {string} name */
const property = (name) => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : quote(name));
/** @param {string | undefined} text @param {string} indent */
const comment = (text, indent) => (text ? `${indent}/** ${text.replaceAll('*/', '* /')} */\n` : '');
/** @param {string} type */
const inParentheses = (type) => (type.includes(' | ') ? `(${type})` : type);

/** @param {Schema} schema @param {string} indent @returns {string} */
function objectType(schema, indent) {
  const required = new Set(schema.required ?? []);
  const rows = Object.entries(schema.properties ?? {}).map(
    ([name, of]) => `${comment(of.description, `${indent}  `)}${indent}  ${property(name)}${required.has(name) ? '' : '?'}: ${typeOf(of, `${indent}  `)};\n`,
  );
  if (rows.length > 0) return `{\n${rows.join('')}${indent}}`;
  return schema.additionalProperties === false ? 'Record<string, never>' : 'Record<string, unknown>';
}

/** @param {string} type @param {Schema} schema @param {string} indent */
function plainType(type, schema, indent) {
  if (type === 'object') return objectType(schema, indent);
  if (type === 'array') return `${inParentheses(typeOf(schema.items ?? {}, indent))}[]`;
  if (type === 'integer' || type === 'number') return 'number';
  if (['string', 'boolean', 'null'].includes(type)) return type;
  throw new Error(`no type for '${type}'`);
}

/** @param {Schema} schema @param {string} indent @returns {string} */
export function typeOf(schema, indent = '') {
  if (schema.$ref) return typeName(schema.$ref.replace('#/components/schemas/', ''));
  if (schema.enum) return schema.enum.map((/** @type {unknown} */ value) => (typeof value === 'string' ? quote(value) : String(value))).join(' | ');
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices) return choices.map((/** @type {Schema} */ choice) => typeOf(choice, indent)).join(' | ');
  if (schema.type === undefined) return 'unknown';
  const types = [schema.type].flat().map((type) => plainType(type, schema, indent));
  return [...types, ...(schema.open ? ['undefined'] : [])].join(' | ');
}

/** Parameters of one place ("path" or "query") as an object's schema. @param {Schema} route @param {string} place */
function parameters(route, place) {
  const here = (route.parameters ?? []).filter((/** @type {Schema} */ parameter) => parameter.in === place);
  if (here.length === 0) return null;
  return {
    type: 'object',
    required: here.filter((/** @type {Schema} */ p) => p.required).map((/** @type {Schema} */ p) => p.name),
    // What is undefined is not sent, so callers may leave a query's value open.
    properties: Object.fromEntries(here.map((/** @type {Schema} */ p) => [p.name, p.required ? p.schema : { ...p.schema, open: true }])),
  };
}

/** What a successful answer holds: JSON as its type, nothing as void, anything else as the reply itself. @param {Schema} route */
function answerType(route) {
  const [, reply] = Object.entries(route.responses).find(([status]) => status.startsWith('2')) ?? [];
  if (!reply?.content) return 'void';
  const json = reply.content['application/json'];
  return json ? typeOf(json.schema ?? {}, '    ') : 'Response';
}

/** @param {string} method @param {string} path @param {Schema} route */
function routeType(method, path, route) {
  const rows = [];
  for (const [name, place] of [['params', 'path'], ['query', 'query']]) {
    const schema = parameters(route, place ?? '');
    if (schema) rows.push(`    ${name}${name === 'query' && schema.required.length === 0 ? '?' : ''}: ${typeOf(schema, '    ')};\n`);
  }
  const body = route.requestBody?.content;
  if (body) rows.push(`    body${route.requestBody.required ? '' : '?'}: ${body['application/json'] ? typeOf(body['application/json'].schema, '    ') : 'BodyInit'};\n`);
  rows.push(`    answer: ${answerType(route)};\n`);
  return `${comment(route.summary, '  ')}  ${quote(`${method.toUpperCase()} ${path}`)}: {\n${rows.join('')}  };\n`;
}

/** The files by their names in src/. @param {Schema} openapi @returns {Record<string, string>} */
export function generate(openapi) {
  const types = Object.entries(openapi.components.schemas).map(([name, schema]) => {
    const body = typeOf(schema, '');
    return comment(schema.description, '') + (body.startsWith('{') ? `export interface ${typeName(name)} ${body}\n` : `export type ${typeName(name)} = ${body};\n`);
  });
  const routes = Object.entries(openapi.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, route]) => routeType(method, path, route))).join('');
  const used = Object.keys(openapi.components.schemas).map(typeName).filter((name) => new RegExp(`\\b${name}\\b`).test(routes));
  const uses = used.length > 0 ? `\nimport type {\n${used.map((name) => `  ${name},\n`).join('')}} from './schema.ts';\n` : '';
  return {
    'schema.ts': `${HEAD}\n${types.join('\n')}`,
    'routes.ts': `${HEAD}${uses}\n/** Every route: what it takes and what it answers. */\nexport interface Routes {\n${routes}}\n`,
  };
}

export const fresh = () => generate(JSON.parse(readFileSync(SOURCE, 'utf8')));

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const [name, text] of Object.entries(fresh())) writeFileSync(new URL(`./src/${name}`, import.meta.url), text);
