// Whether events come, for the eye.
import { useCallback, useSyncExternalStore } from 'react';

import type { Hub } from './hub.ts';
import type { StreamStatus } from './source.ts';

export function useStreamStatus(hub: Hub | null): StreamStatus {
  const subscribe = useCallback((onChange: () => void) => hub?.listen({ onStatus: onChange }) ?? (() => undefined), [hub]);
  return useSyncExternalStore(subscribe, () => hub?.status ?? 'connecting');
}
