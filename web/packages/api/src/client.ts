// Typed requests: the route's name says what it takes and what it answers.
import { errorOf, offlineError } from './error.ts';
import type { Routes } from './routes.ts';

export type Route = keyof Routes;
export type Answer<R extends Route> = Routes[R] extends { answer: infer A } ? A : never;

/** What stands in a path may be a number too. */
type Params<T> = T extends { params: infer P } ? { params: { [Name in keyof P]: string | number } } : unknown;
type Input<R extends Route> = Omit<Routes[R], 'answer' | 'params'> & Params<Routes[R]> & {
  signal?: AbortSignal | undefined;
  /** The same key gives the same answer again, and does nothing twice. */
  idempotencyKey?: string;
};
/** An input without required members may be left out. */
type InputArgument<R extends Route> = object extends Input<R> ? [input?: Input<R>] : [input: Input<R>];

export interface ClientOptions {
  /** What stands for the `/api` of a route, `/api` itself unless told: `https://studio.example/api/example-api`. */
  apiBase?: string;
  /** Without a token the browser's session counts. */
  token?: string | null | undefined;
  fetch?: typeof fetch;
  /** Told of every answer 401. */
  onSignedOut?: () => void;
}

export interface Reply<A> {
  answer: A;
  /** The number of the channel's newest event when the answer was read; null where the server does not say. */
  eventId: number | null;
}

export interface Client {
  /** Throws an ApiError, or what the signal was aborted with. */
  call<R extends Route>(route: R, ...input: InputArgument<R>): Promise<Answer<R>>;
  send<R extends Route>(route: R, ...input: InputArgument<R>): Promise<Reply<Answer<R>>>;
}

interface AnyInput {
  params?: Record<string, string | number>;
  query?: Record<string, unknown>;
  body?: unknown;
  signal?: AbortSignal | undefined;
  idempotencyKey?: string;
}

function urlOf(apiBase: string, path: string, { params = {}, query = {} }: AnyInput): string {
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(params[name])));
  const asked = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') asked.set(name, String(value));
  }
  const text = asked.toString();
  return (filled.startsWith('/api/') ? apiBase + filled.slice('/api'.length) : filled) + (text && `?${text}`);
}

function requestOf(method: string, input: AnyInput, token: string | null | undefined): RequestInit {
  const headers: Record<string, string> = {};
  if (token) headers.Authorization = `Bearer ${token}`;
  if (input.idempotencyKey) headers['Idempotency-Key'] = input.idempotencyKey;
  const raw = input.body instanceof Blob || input.body instanceof FormData;
  if (input.body !== undefined && !raw) headers['Content-Type'] = 'application/json';
  return {
    method,
    headers,
    credentials: 'same-origin',
    ...(input.body === undefined ? {} : { body: raw ? (input.body as BodyInit) : JSON.stringify(input.body) }),
    ...(input.signal ? { signal: input.signal } : {}),
  };
}

/** The answer's value: JSON read, nothing as undefined, and what is neither as the reply itself. */
async function answerOf(reply: Response): Promise<unknown> {
  if (reply.status === 204) return undefined;
  if (!reply.headers.get('Content-Type')?.startsWith('application/json')) return reply;
  try {
    return await reply.json();
  } catch {
    throw offlineError();
  }
}

function eventIdOf(reply: Response): number | null {
  const text = reply.headers.get('Albumen-Event-Id');
  return text === null || !/^\d+$/.test(text) ? null : Number(text);
}

export function createClient(options: ClientOptions = {}): Client {
  const { apiBase = '/api', token, onSignedOut } = options;

  async function send(route: string, input: AnyInput = {}): Promise<Reply<unknown>> {
    const [method = '', path = ''] = route.split(' ');
    const ask = options.fetch ?? fetch;
    let reply: Response;
    try {
      reply = await ask(urlOf(apiBase, path, input), requestOf(method, input, token));
    } catch {
      input.signal?.throwIfAborted();
      throw offlineError();
    }
    if (!reply.ok) {
      if (reply.status === 401) onSignedOut?.();
      throw await errorOf(reply);
    }
    return { answer: await answerOf(reply), eventId: eventIdOf(reply) };
  }

  return {
    send: send as Client['send'],
    call: (async (route: string, input?: AnyInput) => (await send(route, input)).answer) as Client['call'],
  };
}
