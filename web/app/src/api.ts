// Requests to the server.

export class ApiError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

export async function api<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
  const reply = await fetch(path, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
  }).catch(() => {
    throw new ApiError(0, 'The server does not answer. Is it running?');
  });
  const answer = reply.status === 204 ? null : await reply.json().catch(() => null);
  if (!reply.ok) throw new ApiError(reply.status, answer?.error?.message ?? `The server answered with status ${reply.status}.`);
  return answer as Answer;
}
