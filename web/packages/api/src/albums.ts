// Albums: the part of the wire contract that the generated types do not hold yet.
import type { Image } from './schema.ts';

export type ShotStatus = 'pending' | 'generating' | 'complete' | 'failed';

/** One directed picture of an album. */
export interface Shot {
  /** Counted from 0; stays the same as long as the shot is there. */
  index: number;
  label: string;
  direction: string;
  status: ShotStatus;
  imageUrl: string | null;
  thumbUrl: string | null;
  imageId: string | null;
  jobId: string | null;
  error: string | null;
  /** How much it looks like the anchor, 0 to 1; null: not measured. */
  consistency: number | null;
}

export type AlbumSource = 'session' | 'batch_generation' | 'scrape' | 'manual';

/** An ordered collection of pictures; a session also has a subject, an anchor and shots. */
export interface Album {
  id: string;
  name: string;
  description: string | null;
  subjectDesc: string | null;
  sourceType: AlbumSource;
  sourceId: string | null;
  anchorUrl: string | null;
  anchorImageId: string | null;
  anchorJobId: string | null;
  coverUrl: string | null;
  isPublic: boolean;
  isTrainingSource: boolean;
  imageCount: number;
  shots: Shot[];
  /** Pictures of an album without shots. */
  images?: Image[];
  createdAt: string;
  updatedAt: string;
}

export interface ShotNew {
  label: string;
  direction: string;
}

export interface TemplateSet {
  name: string;
  title: string;
  shots: ShotNew[];
}

export interface AlbumNew {
  name: string;
  /** Who or what is photographed; without it the album is filled by hand. */
  subjectDesc?: string;
  shots?: ShotNew[];
  templateSet?: string;
  description?: string;
  backend?: string;
  style?: string;
  width?: number;
  height?: number;
  seed?: number;
  isPublic?: boolean;
  isTrainingSource?: boolean;
}

export interface AlbumChange {
  name?: string;
  description?: string | null;
  isPublic?: boolean;
  subjectDesc?: string;
}

interface One {
  params: { id: string };
}

interface OneShot {
  params: { id: string; index: number };
}

export interface AlbumRoutes {
  'GET /api/albums': {
    query?: { limit?: number | undefined; cursor?: string | null | undefined; source_type?: string | undefined; q?: string | undefined };
    answer: { albums: Album[]; nextCursor: string | null };
  };
  'POST /api/albums': { body: AlbumNew; answer: Album };
  'GET /api/albums/template-sets': { answer: { templateSets: TemplateSet[] } };
  'GET /api/albums/{id}': One & { answer: Album };
  'PATCH /api/albums/{id}': One & { body: AlbumChange; answer: Album };
  'DELETE /api/albums/{id}': One & { answer: void };
  'POST /api/albums/{id}/anchor': One & { body?: { imageId?: string; seed?: number; backend?: string }; answer: { jobId: string } | Album };
  'POST /api/albums/{id}/shots': One & { answer: { jobIds: string[] } };
  'PUT /api/albums/{id}/shots': One & { body: { shots: ShotNew[] }; answer: Album };
  'POST /api/albums/{id}/shots/{index}': OneShot & { answer: { jobId: string } };
  'DELETE /api/albums/{id}/shots/{index}': OneShot & { answer: Shot };
  'POST /api/albums/{id}/images': One & { body: { imageIds: string[] }; answer: Album };
  'DELETE /api/albums/{id}/images/{imageId}': { params: { id: string; imageId: string }; answer: void };
  'PUT /api/albums/{id}/images/order': One & { body: { imageIds: string[] }; answer: void };
}
