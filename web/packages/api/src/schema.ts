// Made from docs/openapi.json by `npm run api`.

export interface ErrorAnswer {
  error: {
    code: string;
    message: string;
    field: string | null;
  };
}

export interface SessionState {
  signedIn: boolean;
  /** whether this server takes passwords */
  passwords: boolean;
}

export interface User {
  id: string;
  name: string;
  role: 'viewer' | 'member' | 'admin';
  plan: string;
  createdAt: string;
  updatedAt: string;
  /** null: active */
  disabledAt: string | null;
}

export interface Token {
  id: string;
  name: string;
  scope: 'read' | 'write' | 'admin';
  createdAt: string;
  /** null: never */
  expiresAt: string | null;
  /** null: not yet; exact to a minute */
  lastUsedAt: string | null;
}

export interface TokenCreated {
  id: string;
  name: string;
  scope: 'read' | 'write' | 'admin';
  createdAt: string;
  expiresAt: string | null;
  /** the secret, shown this once */
  token: string;
}

export interface LoginLink {
  url: string;
  expiresAt: string;
}

export interface AlbumSummary {
  id: string;
  name: string;
  description: string | null;
  /** null: not a session */
  subjectDesc: string | null;
  sourceType: 'session' | 'batch_generation' | 'scrape' | 'manual';
  /** the run or scrape job that made it */
  sourceId: string | null;
  anchorUrl: string | null;
  anchorThumbUrl: string | null;
  anchorImageId: string | null;
  /** while the anchor is being made */
  anchorJobId: string | null;
  /** why the last one was not made */
  anchorError: string | null;
  coverUrl: string | null;
  backend: string | null;
  style: string | null;
  width: number | null;
  height: number | null;
  seed: number | null;
  isPublic: boolean;
  isTrainingSource: boolean;
  imageCount: number;
  /** false: a public album of somebody else */
  mine: boolean;
  createdAt: string;
  updatedAt: string;
}

export interface Album {
  id: string;
  name: string;
  description: string | null;
  /** null: not a session */
  subjectDesc: string | null;
  sourceType: 'session' | 'batch_generation' | 'scrape' | 'manual';
  /** the run or scrape job that made it */
  sourceId: string | null;
  anchorUrl: string | null;
  anchorThumbUrl: string | null;
  anchorImageId: string | null;
  /** while the anchor is being made */
  anchorJobId: string | null;
  /** why the last one was not made */
  anchorError: string | null;
  coverUrl: string | null;
  backend: string | null;
  style: string | null;
  width: number | null;
  height: number | null;
  seed: number | null;
  isPublic: boolean;
  isTrainingSource: boolean;
  imageCount: number;
  /** false: a public album of somebody else */
  mine: boolean;
  createdAt: string;
  updatedAt: string;
  shots: ({
    index: number;
    label: string;
    direction: string;
    status: 'pending' | 'generating' | 'complete' | 'failed';
    imageUrl: string | null;
    thumbUrl: string | null;
    imageId: string | null;
    jobId: string | null;
    error: string | null;
    /** likeness to the anchor from 0 to 1; null: not measured */
    consistency: number | null;
  })[];
  /** the first 200 pictures in their order */
  images: ({
    id: string;
    url: string;
    thumbUrl: string;
    mediaType: string;
    width: number | null;
    height: number | null;
    prompt: string | null;
  })[];
}

export interface TemplateSet {
  name: string;
  title: string;
  shots: {
    label: string;
    direction: string;
  }[];
}

export interface JobId {
  jobId: string;
}

export interface JobIds {
  jobIds: string[];
}

export interface Shot {
  index: number;
  label: string;
  direction: string;
  status: 'pending' | 'generating' | 'complete' | 'failed';
  imageUrl: string | null;
  thumbUrl: string | null;
  imageId: string | null;
  jobId: string | null;
  error: string | null;
  /** likeness to the anchor from 0 to 1; null: not measured */
  consistency: number | null;
}

export interface JobsSubmitted {
  jobIds: string[];
  /** null for a single job */
  groupId: string | null;
}

export interface Backend {
  name: string;
  type: string;
  title: string;
  /** fields of a request that have an effect, besides the prompt */
  honours: string[];
  /** fields of a request that have none */
  ignores: string[];
  sizes: {
    /** null: no size can be asked for */
    minSide: number | null;
    maxSide: number | null;
    /** sides are multiples of it */
    sideStep: number | null;
  };
  /** characters */
  maxPrompt: number;
  /** pictures to go by */
  maxReferences: number;
  /** tells how far it is */
  progress: boolean;
  previews: boolean;
  /** how a call that was cut off is found again: by an id that the backend has given, by one of our own, or not */
  resume: 'none' | 'given' | 'own';
  price: {
    /** told: the provider says it afterwards */
    kind: 'free' | 'per_image' | 'told' | 'unknown';
    /** of one picture, in millionths; null: not known */
    costMicros: number | null;
    currency: string | null;
  };
  limits: {
    /** calls at once */
    concurrency: number;
    /** 0 is no limit */
    requestsPerMinute: number;
    timeoutMs: number;
    maxImageBytes: number;
  };
  /** backends that stand in for it, in order */
  fallback: string[];
  /** as this server sees it */
  health: {
    /** open: it rests after failures; half_open: one call finds out whether it is back */
    state: 'closed' | 'open' | 'half_open';
    failuresInARow: number;
    /** until a call may pass */
    retryInMs: number;
    /** calls of this server now */
    running: number;
    lastSuccessAt: string | null;
    lastFailureAt: string | null;
    lastError: string | null;
  };
}

export interface BackendTest {
  ok: boolean;
  latencyMs: number;
  /** of what is wrong, or null */
  code: string | null;
  /** what is wrong, or null */
  message: string | null;
}

export interface Style {
  /** for 'style' of a request */
  name: string;
  title: string;
  /** that know it by this name */
  backends: string[];
}

export interface Job {
  id: string;
  kind: string;
  status: 'queued' | 'running' | 'completed' | 'failed' | 'cancelled';
  /** the backend, or system */
  lane: string;
  groupId: string | null;
  attempt: number;
  /** 0 to 1 */
  progress: number;
  /** jobs ahead in the lane; -1 when it does not wait */
  position: number;
  errorCode: string | null;
  error: string | null;
  createdAt: string;
  startedAt: string | null;
  finishedAt: string | null;
}

export interface Zip {
  id: string;
  /** GET it, for as long as it lasts; takes Range and If-Range */
  url: string;
  fileName: string;
  pictures: number;
  sizeBytes: number;
  expiresAt: string;
}

export interface Image {
  id: string;
  url: string;
  /** null: nobody can look into this picture */
  thumbUrl: string | null;
  jobId: string | null;
  backend: string | null;
  source: 'generated' | 'uploaded';
  mediaType: string;
  width: number | null;
  height: number | null;
  sizeBytes: number;
  sha256: string;
  prompt: string | null;
  createdAt: string;
  /** null; else in the trash since */
  deletedAt: string | null;
}

export interface ImageLink {
  url: string;
  expiresAt: string;
}

export interface SessionNew {
  /** from a login link; works once */
  code?: string | null;
  /** with a password, instead of a code */
  name?: string | null;
  password?: string | null;
}

export interface MeChange {
  password: string;
  /** needed when the account has a password already */
  currentPassword?: string | null;
}

export interface TokenNew {
  /** what it is for */
  name: string;
  /** what it may do; default read */
  scope?: 'read' | 'write' | 'admin';
  /** how long it works; without it for ever */
  days?: number;
}

export interface UserNew {
  name: string;
  /** default member */
  role?: 'viewer' | 'member' | 'admin';
  plan?: string | null;
  /** without one: by login link */
  password?: string | null;
}

export interface UserChange {
  /** viewer, member or admin */
  role?: string | null;
  plan?: string | null;
  /** true: cannot sign in, tokens are refused */
  disabled?: boolean | null;
}

export interface AlbumNew {
  name: string;
  /** what is photographed; without it a manual album of pictures that are there */
  subjectDesc?: string | null;
  shots?: {
    label: string;
    direction: string;
  }[];
  /** portrait, product or character, instead of shots */
  templateSet?: string | null;
  description?: string | null;
  /** default: the first one configured */
  backend?: string | null;
  style?: string | null;
  width?: number | null;
  height?: number | null;
  /** of the anchor; shot k has seed + 1 + k */
  seed?: number | null;
  /** every user may look at it */
  isPublic?: boolean;
  isTrainingSource?: boolean;
}

export interface AlbumChange {
  name?: string | null;
  description?: string | null;
  /** before there is an anchor */
  subjectDesc?: string | null;
  isPublic?: boolean | null;
  isTrainingSource?: boolean | null;
}

export interface AnchorNew {
  /** a picture of mine becomes the anchor; nothing is generated */
  imageId?: string | null;
  backend?: string | null;
  /** another seed, another anchor */
  seed?: number | null;
}

export interface ShotsNew {
  shots: {
    label: string;
    direction: string;
  }[];
}

export interface ImageIds {
  imageIds: string[];
}

export interface JobSubmit {
  /** default: the first one configured */
  backend?: string | null;
  request: {
    prompt: string;
    /** what not to show */
    negativePrompt?: string | null;
    style?: string | null;
    width?: number | null;
    height?: number | null;
    /** the same seed gives the same picture, where the backend can */
    seed?: number | null;
    steps?: number | null;
    guidance?: number | null;
    /** the backend's own settings */
    options?: unknown;
  };
  /** pictures, default 1 */
  count?: number;
  /** default normal; high is for admins */
  priority?: 'high' | 'normal' | 'low';
}

export interface Lane {
  /** a backend's name, or system */
  lane: string;
}

export interface ZipNew {
  /** in the order in which they are numbered */
  imageIds: string[];
  /** of the file */
  name?: string | null;
  /** with each picture's recipe as JSON beside it */
  sidecars?: boolean;
}

export interface ImageLinkRequest {
  /** how long it works, default an hour, at most a week */
  seconds?: number;
  /** 256, 512 or 1024: of a thumbnail; default the original */
  w?: number | null;
}

/** Every route: what it takes and what it answers. */
export interface Routes {
  /** Am I signed in, and how could I */
  'GET /api/session': {
    answer: SessionState;
  };
  /** Sign in: by a login link's code, or by name and password */
  'POST /api/session': {
    body: SessionNew;
    answer: User;
  };
  /** Sign out */
  'DELETE /api/session': {
    answer: void;
  };
  /** Who am I */
  'GET /api/me': {
    answer: User;
  };
  /** Set my password; signs out my other browsers */
  'PATCH /api/me': {
    body: MeChange;
    answer: User;
  };
  /** My tokens, without their secrets */
  'GET /api/tokens': {
    query?: {
      /** rows in a page, default 50 */
      limit?: number | undefined;
      /** nextCursor of the page before */
      cursor?: string | null | undefined;
    };
    answer: {
      tokens: Token[];
      nextCursor: string | null;
    };
  };
  /** Make a token; its secret is shown this once */
  'POST /api/tokens': {
    body: TokenNew;
    answer: TokenCreated;
  };
  /** Revoke one of my tokens */
  'DELETE /api/tokens/{id}': {
    params: {
      id: string;
    };
    answer: void;
  };
  /** All users */
  'GET /api/users': {
    query?: {
      limit?: number | undefined;
      cursor?: string | null | undefined;
      /** just the user of this name */
      name?: string | null | undefined;
    };
    answer: {
      users: User[];
      nextCursor: string | null;
    };
  };
  /** Add a user */
  'POST /api/users': {
    body: UserNew;
    answer: User;
  };
  /** One user */
  'GET /api/users/{id}': {
    params: {
      id: string;
    };
    answer: User;
  };
  /** Change a user's role or plan, disable or enable */
  'PATCH /api/users/{id}': {
    params: {
      id: string;
    };
    body: UserChange;
    answer: User;
  };
  /** Delete a user with tokens and sessions */
  'DELETE /api/users/{id}': {
    params: {
      id: string;
    };
    answer: void;
  };
  /** Make a login link that works once */
  'POST /api/users/{id}/login-link': {
    params: {
      id: string;
    };
    answer: LoginLink;
  };
  /** My albums and the public ones of others, newest first */
  'GET /api/albums': {
    query?: {
      limit?: number | undefined;
      cursor?: string | null | undefined;
      /** session, batch_generation, scrape or manual */
      sourceType?: string | null | undefined;
      /** in the name */
      q?: string | null | undefined;
    };
    answer: {
      albums: AlbumSummary[];
      nextCursor: string | null;
    };
  };
  /** Create an album */
  'POST /api/albums': {
    body: AlbumNew;
    answer: Album;
  };
  /** The built-in sets of shots */
  'GET /api/albums/template-sets': {
    answer: {
      templateSets: TemplateSet[];
      nextCursor: string | null;
    };
  };
  /** One album with its shots and pictures */
  'GET /api/albums/{id}': {
    params: {
      id: string;
    };
    answer: Album;
  };
  /** Rename or describe it */
  'PATCH /api/albums/{id}': {
    params: {
      id: string;
    };
    body: AlbumChange;
    answer: Album;
  };
  /** Delete the album; its jobs are cancelled, its pictures stay in the library */
  'DELETE /api/albums/{id}': {
    params: {
      id: string;
    };
    answer: void;
  };
  /** Cancel what is being made for the album */
  'POST /api/albums/{id}/cancel': {
    params: {
      id: string;
    };
    answer: Album;
  };
  /** Generate the anchor, or take a picture that is there */
  'POST /api/albums/{id}/anchor': {
    params: {
      id: string;
    };
    body: AnchorNew;
    answer: JobId;
  };
  /** Generate every shot that is pending or failed */
  'POST /api/albums/{id}/shots': {
    params: {
      id: string;
    };
    answer: JobIds;
  };
  /** Replace the shots that are still pending */
  'PUT /api/albums/{id}/shots': {
    params: {
      id: string;
    };
    body: ShotsNew;
    answer: Album;
  };
  /** Generate one shot, again if need be */
  'POST /api/albums/{id}/shots/{index}': {
    params: {
      id: string;
      index: string;
    };
    answer: JobId;
  };
  /** Back to pending */
  'DELETE /api/albums/{id}/shots/{index}': {
    params: {
      id: string;
      index: string;
    };
    answer: Shot;
  };
  /** Add pictures of mine */
  'POST /api/albums/{id}/images': {
    params: {
      id: string;
    };
    body: ImageIds;
    answer: Album;
  };
  /** Put the pictures in order */
  'PUT /api/albums/{id}/images/order': {
    params: {
      id: string;
    };
    body: ImageIds;
    answer: Album;
  };
  /** Take a picture out of the album */
  'DELETE /api/albums/{id}/images/{image}': {
    params: {
      id: string;
      image: string;
    };
    answer: void;
  };
  /** Server-Sent Events of one channel, with replay of what was missed */
  'GET /api/events': {
    query?: {
      /** user:<id> or, for admins, admin; without it one's own */
      channel?: string | null | undefined;
      /** number of the last event that is known; Last-Event-ID goes before it */
      after?: number | null | undefined;
    };
    answer: Response;
  };
  /** Generate pictures */
  'POST /api/jobs': {
    body: JobSubmit;
    answer: JobsSubmitted;
  };
  /** My jobs, newest first */
  'GET /api/jobs': {
    query?: {
      limit?: number | undefined;
      cursor?: string | null | undefined;
      /** queued, running, completed, failed or cancelled */
      status?: string | null | undefined;
      /** generate, ...; work of the house (thumbnail) is listed by its kind alone */
      kind?: string | null | undefined;
      groupId?: string | null | undefined;
    };
    answer: {
      jobs: Job[];
      nextCursor: string | null;
    };
  };
  /** The backends: what they can do, cost, and how they are */
  'GET /api/backends': {
    answer: {
      backends: Backend[];
      nextCursor: string | null;
    };
  };
  /** Ask a backend whether address and credential are right; costs nothing */
  'POST /api/backends/{name}/test': {
    params: {
      name: string;
    };
    answer: BackendTest;
  };
  /** The styles that a request may name */
  'GET /api/styles': {
    answer: {
      styles: Style[];
      nextCursor: string | null;
    };
  };
  /** One job, with its position in the queue */
  'GET /api/jobs/{id}': {
    params: {
      id: string;
    };
    answer: Job;
  };
  /** Cancel a job; harmless in every state */
  'POST /api/jobs/{id}/cancel': {
    params: {
      id: string;
    };
    answer: Job;
  };
  /** Queue a failed or cancelled job again */
  'POST /api/jobs/{id}/retry': {
    params: {
      id: string;
    };
    answer: Job;
  };
  /** Start no more jobs of a lane */
  'POST /api/queue/pause': {
    body: Lane;
    answer: void;
  };
  /** Start a lane's jobs again */
  'POST /api/queue/resume': {
    body: Lane;
    answer: void;
  };
  /** Select pictures for a ZIP */
  'POST /api/images/zip': {
    body: ZipNew;
    answer: Zip;
  };
  /** The ZIP of a selection, whole or in parts */
  'GET /api/images/zip/{id}': {
    params: {
      id: string;
    };
    answer: Response;
  };
  /** My pictures, newest first */
  'GET /api/images': {
    query?: {
      /** rows in a page, default 50 */
      limit?: number | undefined;
      /** nextCursor of the page before */
      cursor?: string | null | undefined;
    };
    answer: {
      images: Image[];
      nextCursor: string | null;
    };
  };
  /** One picture */
  'GET /api/images/{id}': {
    params: {
      id: string;
    };
    answer: Image;
  };
  /** How it was made, exactly as it was sent */
  'GET /api/images/{id}/recipe': {
    params: {
      id: string;
    };
    answer: unknown;
  };
  /** An address of the picture that works for anybody, for a while */
  'POST /api/images/{id}/link': {
    params: {
      id: string;
    };
    body: ImageLinkRequest;
    answer: ImageLink;
  };
  /** The bytes, unchanged; or a thumbnail */
  'GET /media/{key}': {
    params: {
      key: string;
    };
    query?: {
      /** 256, 512 or 1024: a thumbnail whose longer side is at most this; the original while there is none */
      w?: number | null | undefined;
      /** of a signed link: seconds since 1970 */
      expires?: number | undefined;
      /** of a signed link, instead of credentials */
      signature?: string | null | undefined;
    };
    answer: Response;
  };
  /** Alive */
  'GET /healthz': {
    answer: Response;
  };
  /** Ready to work: the database answers */
  'GET /readyz': {
    answer: Response;
  };
  /** Prometheus metrics, for admins or from the machine itself */
  'GET /metrics': {
    answer: Response;
  };
  /** This description */
  'GET /api/openapi.json': {
    answer: unknown;
  };
}
