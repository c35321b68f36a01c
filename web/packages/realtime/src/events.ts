// What the server tells over the event stream.

/** Each type and what comes with it. */
export interface EventResults {
  album_anchor_complete: { albumId: string; anchorUrl: string };
  album_anchor_failed: { albumId: string; error: string };
  album_shot_generating: { albumId: string; shotIndex: number };
  album_shot_complete: { albumId: string; shotIndex: number; imageUrl: string };
  album_shot_measured: { albumId: string; shotIndex: number; consistency: number; faceConsistency?: number | null };
  album_shot_failed: { albumId: string; shotIndex: number; error: string };
  job: { jobId: string; kind: string; status: 'queued' | 'running' | 'completed' | 'failed' | 'cancelled'; progress?: number; position?: number; note?: string; previews?: number; error?: string };
  image_added: { image: { id: string; jobId: string | null; url: string; thumbUrl: string | null; width: number | null; height: number | null } };
  image_damaged: { imageId: string; defect: 'missing' | 'changed' };
  budget_warning: { scope: 'total' | 'user'; userId?: string | null; period: 'day' | 'week' | 'month'; spent: number; limit: number };
}

type Known = { [T in keyof EventResults]: { type: T; result: EventResults[T] } }[keyof EventResults];

/** Something happened; resync: more was missed than the server keeps, so everything has to be read again. */
export type ServerEvent = Known | { type: 'resync' };

/** What the wire holds, as an event; null when it is none. Types that are not known here pass: who cares for one looks at its name. */
export function readEvent(data: string): ServerEvent | null {
  try {
    const event: unknown = JSON.parse(data);
    return typeof event === 'object' && event !== null && 'type' in event && typeof event.type === 'string' ? (event as ServerEvent) : null;
  } catch {
    return null;
  }
}
