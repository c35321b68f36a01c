// How a picture was made.
import { client } from '../../../data/client.ts';
import { useQuery, type Query } from '../../../data/hooks.ts';

/** As the server keeps it; only what is used here is named. */
export interface Recipe {
  backend?: string;
  provider?: string;
  request?: {
    prompt?: string;
    negative_prompt?: string | null;
    style?: string | null;
    width?: number | null;
    height?: number | null;
    seed?: number | null;
    steps?: number | null;
    guidance?: number | null;
  };
  /** Fields that the backend took no notice of. */
  ignored?: string[];
}

export function useRecipe(imageId: string): Query<Recipe> {
  return useQuery(`recipe:${imageId}`, async () => {
    const { answer, eventId } = await client.send('GET /api/images/{id}/recipe', { params: { id: imageId } });
    return { answer: answer as Recipe, eventId };
  });
}
