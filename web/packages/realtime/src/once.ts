// Keys for acts that must not be done twice, whatever becomes of their answers.
import { ApiError } from '@albumen/api';

export interface OnceKeys {
  /** Sends with the key of this act: the same one as before as long as nobody knows what became of it. */
  send<T>(act: unknown, request: (idempotencyKey: string) => Promise<T>): Promise<T>;
  /** It is known now what became of the act, or of every act: the next one is another. */
  forget(act?: unknown): void;
}

// Not crypto.randomUUID: a page on plain HTTP has none.
const newKey = (): string => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');

/** Refused for now, perhaps before anybody looked at the key: that says nothing of the first try. */
const FOR_NOW = new Set([408, 425, 429]);

const isRefusal = (error: unknown): boolean => error instanceof ApiError && !error.isOffline && error.status < 500 && !FOR_NOW.has(error.status);

/**
 * A lost answer must not buy twice. `act` names what is done, its body included: `['jobs', body]`; it is compared as JSON. One key
 * goes with it from the first try to the first answer, be it a yes or a refusal (a status below 500); after a lost network, a 5xx or a 429
 * the next try of the same act has the same key. Only for routes that take `Idempotency-Key`. Keep one per form or page:
 *
 *     const once = onceKeys();
 *     await once.send(['jobs', body], (idempotencyKey) => client.call('POST /api/jobs', { body, idempotencyKey }));
 */
export function onceKeys(): OnceKeys {
  const kept = new Map<string, string>();
  return {
    async send(act, request) {
      const name = JSON.stringify(act);
      const key = kept.get(name) ?? newKey();
      const settle = () => void (kept.get(name) === key && kept.delete(name));
      kept.set(name, key);
      try {
        const answer = await request(key);
        settle();
        return answer;
      } catch (error) {
        if (isRefusal(error)) settle();
        throw error;
      }
    },
    forget(act) {
      if (act === undefined) kept.clear();
      else kept.delete(JSON.stringify(act));
    },
  };
}
