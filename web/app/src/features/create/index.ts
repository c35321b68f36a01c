// Beginning a request from elsewhere, and the backends that it may go to.
import type { Image } from '@albumen/api';

import { client } from '../../data/client.ts';
import { aspectOf } from './request.ts';
import { useCreate } from './store.ts';

export { chosenOf, useBackends } from './hooks/useBackends.ts';
export { forgetDraft } from './store.ts';

interface KeptRequest {
  backend?: string;
  request?: { prompt?: string; negative_prompt?: string | null; style?: string | null; seed?: number | null; steps?: number | null; guidance?: number | null };
}

/** Fills the form with what made the picture, seed included; without a recipe with its prompt. */
export async function reuse(image: Image): Promise<void> {
  const recipe = (await client.call('GET /api/images/{id}/recipe', { params: { id: image.id } }).catch(() => ({}))) as KeptRequest;
  const { request } = recipe;
  useCreate.getState().change({
    prompt: request?.prompt ?? image.prompt ?? '',
    backend: recipe.backend ?? '',
    aspect: aspectOf(image.width, image.height),
    negativePrompt: request?.negative_prompt ?? '',
    style: request?.style ?? '',
    seed: request?.seed ?? null,
    steps: request?.steps ?? null,
    guidance: request?.guidance ?? null,
  });
}
