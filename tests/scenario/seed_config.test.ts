// A configuration file as people have it for `imagen`: ComfyUI makes the picture, a Supabase project gets the copy and the usage.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { Upstream } from '../faults/upstream.ts';
import { asImagen, filesIn, json, runProgram } from './cli.ts';
import { makeHome } from './harness.ts';
import { OWNER, Supabase, TOKEN_KEY } from './supabase.ts';

let comfyui: Upstream;
let project: Supabase;

beforeAll(async () => {
  comfyui = await Upstream.start([], 'comfyui_upstream.py');
  project = await Supabase.start();
});
afterAll(async () => {
  await comfyui.stop();
  await project.stop();
});

const CONFIG = () => `backends:
  flux-schnell-local:
    type: comfyui
    base_url: ${comfyui.url}/plain
    model: flux1-schnell.safetensors
    default_steps: 4
output:
  directory: ~/Pictures/imagen
  naming: "{date}-{slug}-{seed}.png"
  write_metadata_json: true
  cloud_sync: auto
cloud:
  url: ${project.url}
  service_key: ${TOKEN_KEY}
  owner_user_id: ${OWNER}
usage:
  url: ${project.url}
  service_key: ${TOKEN_KEY}
`;

test('imagen generates by it: the file, its sidecar, the object, its row and the usage, all of one name', async () => {
  const home = makeHome();
  const imagen = asImagen(home);
  writeFileSync(join(home.folder, 'imagen.yaml'), CONFIG());
  const valid = await runProgram(imagen, ['config', 'validate'], home);
  expect([valid.code, valid.stdout, valid.stderr]).toEqual([0, 'imagen.yaml is valid.\n', '']);
  const made = await runProgram(imagen, ['generate', 'A Red Fox, in the snow!', '--seed', '42', '--size', '64'], home);
  expect([made.code, made.stderr]).toEqual([0, '']);
  const folder = join(home.folder, 'Pictures/imagen');
  const [sidecarName, name] = filesIn(folder) as [string, string];
  expect(name).toMatch(/^\d{4}-\d\d-\d\d-a-red-fox-in-the-snow-42\.(png|jpg)$/);
  expect(made.stdout).toBe(`${folder}/${name}\n`);
  expect(json(folder, sidecarName)).toMatchObject({
    prompt: 'A Red Fox, in the snow!',
    backend: 'flux-schnell-local',
    provider: 'comfyui',
    seed: 42,
    created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    metadata: expect.any(Object),
    ignored: expect.any(Array),
  });
  const place = `${name.slice(0, 10)}/${name.slice(11)}`;
  expect(project.objects.get(place)?.bytes.equals(readFileSync(join(folder, name)))).toBe(true);
  expect([...project.rows.images!.values()]).toEqual([expect.objectContaining({ storage_path: place, slug: 'a-red-fox-in-the-snow', seed: 42, owner_user_id: OWNER, backend: 'flux-schnell-local' })]);
  expect([...project.rows.imagen_usage!.values()]).toEqual([expect.objectContaining({ backend: 'flux-schnell-local', provider: 'comfyui' })]);

  // A second one of the same second has a name of its own; without the cloud it stays here.
  const second = await runProgram(imagen, ['generate', 'A Red Fox, in the snow!', '--seed', '42', '--size', '64', '--no-cloud'], home);
  expect([second.code, second.stderr]).toEqual([0, '']);
  expect(filesIn(folder)).toHaveLength(4);
  expect([project.objects.size, project.rows.images!.size]).toEqual([1, 1]);
});

test('what is missing in it is said at once, in the words of the file', async () => {
  const home = makeHome();
  const imagen = asImagen(home);
  const cases: [string, string, RegExp][] = [
    ['a misspelt key', CONFIG().replace('write_metadata_json', 'write_metadata_jsn'), /write_metadata_jsn.*write_metadata_json/],
    ['an unset variable', CONFIG().replace(TOKEN_KEY, '${IMAGEN_TEST_UNSET}'), /IMAGEN_TEST_UNSET/],
    ['an unknown type', CONFIG().replace('comfyui', 'confyui'), /confyui/],
  ];
  for (const [what, config, message] of cases) {
    writeFileSync(join(home.folder, 'imagen.yaml'), config);
    const ended = await runProgram(imagen, ['generate', 'x', '--backend', 'flux-schnell-local', '--size', '64'], home);
    expect([what, ended.code === 0, ended.stderr]).toEqual([what, false, expect.stringMatching(message)]);
  }
});
