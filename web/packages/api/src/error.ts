// What went wrong with a request: said by the server, or that there was no answer.

export class ApiError extends Error {
  /** 0: the server did not answer. */
  readonly status: number;
  /** As the server names it: not_found, anchor_required; offline without an answer. */
  readonly code: string;
  /** The field of the request that is at fault. */
  readonly field: string | null;
  /** When the server says so: how long to wait before asking again. */
  readonly retryAfterMs: number | null;

  constructor(message: string, about: { status: number; code: string; field?: string | null; retryAfterMs?: number | null }) {
    super(message);
    this.name = 'ApiError';
    this.status = about.status;
    this.code = about.code;
    this.field = about.field ?? null;
    this.retryAfterMs = about.retryAfterMs ?? null;
  }

  get isOffline(): boolean {
    return this.status === 0;
  }
}

/** The error of an answer that is none of ours too: a proxy's page, half a body. */
export async function errorOf(reply: Response): Promise<ApiError> {
  const body: unknown = await reply.json().catch(() => null);
  const told = isRecord(body) && isRecord(body.error) ? body.error : {};
  const seconds = Number(reply.headers.get('Retry-After') ?? NaN);
  return new ApiError(typeof told.message === 'string' ? told.message : `The server answered with status ${reply.status}.`, {
    status: reply.status,
    code: typeof told.code === 'string' ? told.code : `status_${reply.status}`,
    field: typeof told.field === 'string' ? told.field : null,
    retryAfterMs: Number.isFinite(seconds) ? seconds * 1000 : null,
  });
}

export const offlineError = () => new ApiError('The server does not answer. Is it running, and is there a network?', { status: 0, code: 'offline' });

/** A sentence for people, whatever was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
