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
  /** without those that are in the trash */
  imageCount: number;
  /** mean of the shots that were measured; null: none was */
  consistency: number | null;
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
  /** without those that are in the trash */
  imageCount: number;
  /** mean of the shots that were measured; null: none was */
  consistency: number | null;
  /** false: a public album of somebody else */
  mine: boolean;
  createdAt: string;
  updatedAt: string;
  /** shots below it are outliers */
  consistencyMark: number;
  outlierCount: number;
  /** outliers that can be made again: not as often made again as is allowed */
  remakeCount: number;
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
    /** likeness of the two faces alone; null: one of the pictures has none, seen from the front */
    faceConsistency: number | null;
    /** its consistency is below consistencyMark */
    isOutlier: boolean;
    /** how often it was made again as an outlier */
    remakes: number;
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
  /** likeness of the two faces alone; null: one of the pictures has none, seen from the front */
  faceConsistency: number | null;
  /** its consistency is below consistencyMark */
  isOutlier: boolean;
  /** how often it was made again as an outlier */
  remakes: number;
}

export interface AlbumImage {
  id: string;
  url: string;
  thumbUrl: string;
  mediaType: string;
  width: number | null;
  height: number | null;
  prompt: string | null;
}

export interface JobsSubmitted {
  jobIds: string[];
  /** null for a single job */
  groupId: string | null;
  /** what the backend that was asked for takes for all of them */
  quote: {
    /** in millionths; null: not known beforehand */
    costMicros: number | null;
    /** what is held back until the price is known; null: nothing */
    reservedMicros: number | null;
    currency: string | null;
    /** told: the provider says it afterwards */
    basis: 'free' | 'per_image' | 'per_megapixel' | 'per_second' | 'per_million_tokens' | 'told' | 'unknown';
  };
}

export interface JobCheck {
  backend: string;
  provider: string;
  title: string;
  /** the style whose words are in the request */
  preset: string | null;
  request: {
    prompt: string;
    /** what not to show */
    negativePrompt: string | null;
    style: string | null;
    width: number | null;
    height: number | null;
    /** the same seed gives the same picture, where the backend can */
    seed: number | null;
    steps: number | null;
    guidance: number | null;
    /** the backend's own settings */
    options: unknown;
    /** pictures to go by, as many as the backend takes */
    references: ({
      /** id of a picture of yours, or its address */
      image: string | null;
      /** http or https, in the public internet */
      url: string | null;
      /** what to take from it: subject, style, pose, ... */
      role: string | null;
    })[];
  };
  /** fields that are set and have no effect there */
  ignored: string[];
  quote: {
    /** in millionths; null: not known beforehand */
    costMicros: number | null;
    /** what is held back until the price is known; null: nothing */
    reservedMicros: number | null;
    currency: string | null;
    /** told: the provider says it afterwards */
    basis: 'free' | 'per_image' | 'per_megapixel' | 'per_second' | 'per_million_tokens' | 'told' | 'unknown';
  };
}

export interface Quote {
  backend: string;
  /** in millionths; null: not known beforehand */
  costMicros: number | null;
  /** what would be held back until the price is known; null: nothing */
  reservedMicros: number | null;
  currency: string | null;
  /** told: the provider says it afterwards */
  basis: 'free' | 'per_image' | 'per_megapixel' | 'per_second' | 'per_million_tokens' | 'told' | 'unknown';
  /** what may still be spent by all budgets that hold for me; null: there is none */
  leftMicros: number | null;
  /** false: ordered now, it would be refused */
  covered: boolean;
}

export interface Backend {
  name: string;
  type: string;
  title: string;
  /** as the configuration names it, or null */
  model: string | null;
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
    kind: 'free' | 'per_image' | 'per_megapixel' | 'per_second' | 'per_million_tokens' | 'told' | 'unknown';
    /** of one picture, megapixel, second or million tokens, in millionths; null: not known beforehand */
    costMicros: number | null;
    /** what a picture is taken for until its price is known, or null */
    estimateMicros: number | null;
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
  /** that know it by this name; all others get the words that follow */
  backends: string[];
  /** words before the prompt */
  prefix: string | null;
  /** words behind it */
  suffix: string | null;
  /** joined to what is not to be shown */
  negative: string | null;
  /** where none are asked for; so with those below */
  steps: number | null;
  guidance: number | null;
  width: number | null;
  height: number | null;
  /** false: of this server's own */
  builtIn: boolean;
}

export interface Job {
  id: string;
  kind: string;
  status: 'queued' | 'running' | 'completed' | 'failed' | 'cancelled';
  /** the backend, or system */
  lane: string;
  groupId: string | null;
  /** what the picture is to show; null: it makes none */
  prompt: string | null;
  /** as asked for; null: what the backend likes */
  width: number | null;
  height: number | null;
  attempt: number;
  /** 0 to 1 */
  progress: number;
  /** what is being done, in words; null: not known, not running, and in lists */
  note: string | null;
  /** the number of the newest preview; 0: none, not running, and in lists */
  previews: number;
  /** jobs ahead in the lane; -1 when it does not wait */
  position: number;
  /** what it has cost, in millionths of a dollar; null: not over yet, and in lists */
  costMicros: number | null;
  errorCode: string | null;
  error: string | null;
  createdAt: string;
  startedAt: string | null;
  finishedAt: string | null;
}

export interface Image {
  id: string;
  url: string;
  /** null: nobody can look into this picture */
  thumbUrl: string | null;
  backend: string | null;
  source: 'generated' | 'uploaded';
  mediaType: string;
  width: number | null;
  height: number | null;
  sizeBytes: number;
  sha256: string;
  createdAt: string;
  jobId: string | null;
  prompt: string | null;
  /** what its owner calls it */
  name: string | null;
  tags: string[];
  starred: boolean;
  /** 1 to 5; 0: not rated */
  rating: number;
  /** null; else in the trash since */
  deletedAt: string | null;
  /** null; else it is gone for good soon after that */
  purgeAt: string | null;
}

export interface Group {
  id: string;
  /** what it was made for */
  kind: string;
  /** jobs in it */
  total: number;
  /** jobs that have not ended */
  open: number;
  completed: number;
  failed: number;
  cancelled: number;
  createdAt: string | null;
  /** null while jobs are open */
  settledAt: string | null;
}

export interface Queue {
  lanes: ({
    /** the backend, or system */
    lane: string;
    /** jobs that could start now, counted up to 10000 */
    waiting: number;
    /** in all processes */
    running: number;
    /** jobs at once, in all processes */
    limit: number | null;
    /** null is no limit */
    requestsPerMinute: number | null;
    paused: boolean;
    pausedAt: string | null;
  })[];
  /** mine: those that run, then those that are next in each lane, up to 20 */
  jobs: ({
    id: string;
    kind: string;
    status: 'queued' | 'running' | 'completed' | 'failed' | 'cancelled';
    /** the backend, or system */
    lane: string;
    groupId: string | null;
    /** what the picture is to show; null: it makes none */
    prompt: string | null;
    /** as asked for; null: what the backend likes */
    width: number | null;
    height: number | null;
    attempt: number;
    /** 0 to 1 */
    progress: number;
    /** what is being done, in words; null: not known, not running, and in lists */
    note: string | null;
    /** the number of the newest preview; 0: none, not running, and in lists */
    previews: number;
    /** jobs ahead in the lane; -1 when it does not wait */
    position: number;
    /** what it has cost, in millionths of a dollar; null: not over yet, and in lists */
    costMicros: number | null;
    errorCode: string | null;
    error: string | null;
    createdAt: string;
    startedAt: string | null;
    finishedAt: string | null;
  })[];
}

export interface Lane {
  /** the backend, or system */
  lane: string;
  /** jobs that could start now, counted up to 10000 */
  waiting: number;
  /** in all processes */
  running: number;
  /** jobs at once, in all processes */
  limit: number | null;
  /** null is no limit */
  requestsPerMinute: number | null;
  paused: boolean;
  pausedAt: string | null;
}

export interface ImageFacets {
  /** without what is in the trash */
  total: number;
  starred: number;
  trash: number;
  sources: {
    value: string;
    count: number;
  }[];
  backends: {
    value: string;
    count: number;
  }[];
  /** 1 to 5, exactly; 0: not rated */
  ratings: {
    value: string;
    count: number;
  }[];
  /** as 2026-11; the newest first */
  months: {
    value: string;
    count: number;
  }[];
  /** the most used first */
  tags: {
    value: string;
    count: number;
  }[];
}

export interface ImageLineage {
  /** it was made from these */
  parents: ({
    /** what the parent was for */
    role: string;
    /** with deletedAt when it is in the trash */
    image: {
      id: string;
      url: string;
      /** null: nobody can look into this picture */
      thumbUrl: string | null;
      backend: string | null;
      source: 'generated' | 'uploaded';
      mediaType: string;
      width: number | null;
      height: number | null;
      sizeBytes: number;
      sha256: string;
      createdAt: string;
      jobId: string | null;
      prompt: string | null;
      /** what its owner calls it */
      name: string | null;
      tags: string[];
      starred: boolean;
      /** 1 to 5; 0: not rated */
      rating: number;
      /** null; else in the trash since */
      deletedAt: string | null;
      /** null; else it is gone for good soon after that */
      purgeAt: string | null;
    };
  })[];
  /** these were made from it; the newest 200 */
  children: ({
    /** what the parent was for */
    role: string;
    /** with deletedAt when it is in the trash */
    image: {
      id: string;
      url: string;
      /** null: nobody can look into this picture */
      thumbUrl: string | null;
      backend: string | null;
      source: 'generated' | 'uploaded';
      mediaType: string;
      width: number | null;
      height: number | null;
      sizeBytes: number;
      sha256: string;
      createdAt: string;
      jobId: string | null;
      prompt: string | null;
      /** what its owner calls it */
      name: string | null;
      tags: string[];
      starred: boolean;
      /** 1 to 5; 0: not rated */
      rating: number;
      /** null; else in the trash since */
      deletedAt: string | null;
      /** null; else it is gone for good soon after that */
      purgeAt: string | null;
    };
  })[];
  /** of an upload */
  fileName: string | null;
  /** the address that an upload was fetched from */
  origin: string | null;
}

export interface SimilarImage {
  image: {
    id: string;
    url: string;
    /** null: nobody can look into this picture */
    thumbUrl: string | null;
    backend: string | null;
    source: 'generated' | 'uploaded';
    mediaType: string;
    width: number | null;
    height: number | null;
    sizeBytes: number;
    sha256: string;
    createdAt: string;
    jobId: string | null;
    prompt: string | null;
    /** what its owner calls it */
    name: string | null;
    tags: string[];
    starred: boolean;
    /** 1 to 5; 0: not rated */
    rating: number;
    /** null; else in the trash since */
    deletedAt: string | null;
    /** null; else it is gone for good soon after that */
    purgeAt: string | null;
  };
  /** bits of 64 that differ */
  distance: number;
}

export interface SavedSearch {
  id: string;
  name: string;
  q: string;
  /** null: as the list has it by itself */
  sort: string | null;
  createdAt: string;
}

export interface ImagesChanged {
  /** pictures */
  changed: number;
}

export interface KnownFiles {
  /** of whole files, in hexadecimal */
  sha256s: string[];
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

export interface ImageLink {
  url: string;
  expiresAt: string;
}

export interface Usage {
  /** the first day, UTC */
  from: string;
  /** the last day */
  to: string;
  by: 'backend' | 'door' | 'user' | 'day';
  currency: string;
  /** days in their order, else the dearest first, and what costs the same by its pictures */
  rows: ({
    /** the day, the backend, the door, or the user's id */
    name: string;
    /** the user's name; null: deleted, or no user */
    label: string | null;
    /** that have ended, but for those that were cancelled and cost nothing */
    jobs: number;
    /** of them, without a picture */
    failed: number;
    pictures: number;
    /** in millionths */
    costMicros: number;
    /** how long workers had the jobs, all together */
    tookMs: number;
  })[];
  /** of all rows, as the others */
  jobs: number;
  failed: number;
  pictures: number;
  costMicros: number;
  tookMs: number;
}

export interface Budget {
  id: string;
  /** total: of all users together */
  scope: 'total' | 'user';
  /** null: of all together */
  userId: string | null;
  userName: string | null;
  /** UTC; weeks begin on Monday */
  period: 'day' | 'week' | 'month';
  /** in millionths */
  limitMicros: number;
  /** in this period */
  spentMicros: number;
  /** held back for jobs that wait or run */
  reservedMicros: number;
  /** negative: something was dearer than expected */
  leftMicros: number;
  renewsAt: string;
  createdAt: string;
  updatedAt: string;
}

export interface Fsck {
  /** what comes next */
  pass: 'pictures' | 'files' | 'leftovers' | 'ledger' | 'usage' | 'over';
  /** pictures that this step has looked at */
  rows: number;
  /** stored files that it has looked at */
  files: number;
  /** that it has read */
  bytes: number;
  /** that an earlier repair has noted */
  knownDefects: number;
  findings: ({
    kind: 'missing_blob' | 'changed_blob' | 'restored_blob' | 'missing_thumbnail' | 'orphan_blob' | 'half_written' | 'stale_reservation' | 'wrong_sum' | 'wrong_usage';
    /** in the store, or a file of the data folder */
    key: string | null;
    imageId: string | null;
    /** whose picture it is */
    userId: string | null;
    detail: string | null;
    repaired: boolean;
  })[];
  /** for the next step; null: that was the last */
  cursor: string | null;
}

export interface Backup {
  /** the data folder, where these files are */
  folder: string;
  database: string;
  list: string;
  dialect: string;
  storeId: string | null;
  schema: number;
  /** stored files in the list */
  blobs: number;
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
  /** in place of a forgotten one; signs out the user's browsers */
  password?: string | null;
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
  /** 200 and the newest manual album of that name, as it is, where there is one */
  reuse?: boolean;
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

export interface ImageOrder {
  /** all of the album, or with 'before' or 'after' those that move */
  imageIds: string[];
  /** a picture that they go before */
  before?: string | null;
  /** a picture that they go behind */
  after?: string | null;
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
    /** pictures to go by, as many as the backend takes */
    references?: (string | {
      /** id of a picture of yours, or its address */
      image?: string | null;
      /** http or https, in the public internet */
      url?: string | null;
      /** what to take from it: subject, style, pose, ... */
      role?: string | null;
    })[];
    /** in place of width and height: 16:9, about a megapixel */
    aspectRatio?: string | null;
  };
  /** pictures, default 1 */
  count?: number;
  /** an album of mine that the pictures go into */
  albumId?: string | null;
  /** default normal; high is for admins */
  priority?: 'high' | 'normal' | 'low';
  /** where the server copies pictures to a cloud: 'off' for none of this one; else the digest of the place that the caller sends one to himself */
  cloudCopy?: string | null;
}

export interface LaneName {
  /** a backend's name, or system */
  lane: string;
}

export interface ImageChange {
  /** empty: none any more */
  name?: string | null;
  /** all of them; or addTags and removeTags */
  tags?: string[];
  starred?: boolean | null;
  /** 0 takes it back */
  rating?: number | null;
  addTags?: string[];
  removeTags?: string[];
}

export interface SavedSearchNew {
  name: string;
  /** as GET /api/images takes it */
  q: string;
  /** relevance, newest, oldest or rating */
  sort?: string | null;
}

export interface ImagesChange {
  imageIds: string[];
  starred?: boolean | null;
  /** 0 takes it back */
  rating?: number | null;
  addTags?: string[];
  removeTags?: string[];
  /** true: into the trash; false: out of it */
  trash?: boolean | null;
  /** also those that others were made from */
  force?: boolean;
}

export interface UploadUrl {
  /** of a public server; fetched at once */
  url: string;
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

export interface BudgetSet {
  /** default: all together */
  userId?: string | null;
  /** default: month */
  period?: 'day' | 'week' | 'month';
  /** in millionths of a dollar */
  limitMicros: number;
}

export interface FsckStep {
  /** of the answer before; without it the check begins */
  cursor?: string | null;
  /** read every byte and compare its hash */
  deep?: boolean;
  /** repair what is found; nothing of value is removed */
  repair?: boolean;
}
