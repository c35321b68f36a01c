import { ApiError, createClient } from '@albumen/api';

/** Makes one picture and answers where it is. */
export async function generate(apiBase: string, token: string, prompt: string): Promise<string[]> {
  const client = createClient({ apiBase, token });
  try {
    const { jobIds } = await client.call('POST /api/jobs', { body: { request: { prompt, width: 768, height: 1024 } } });
    return jobIds;
  } catch (error) {
    if (error instanceof ApiError && error.field === 'request.prompt') throw new Error('Say what the picture shows');
    throw error;
  }
}
