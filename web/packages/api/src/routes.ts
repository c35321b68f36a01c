// Made from docs/openapi.json by `npm run api`.

import type {
  SessionState,
  User,
  Token,
  TokenCreated,
  LoginLink,
  AlbumSummary,
  Album,
  TemplateSet,
  JobId,
  JobIds,
  Shot,
  AlbumImage,
  JobsSubmitted,
  JobCheck,
  Quote,
  Backend,
  BackendTest,
  Style,
  Job,
  Image,
  Group,
  Queue,
  Lane,
  ImageFacets,
  ImageLineage,
  SimilarImage,
  SavedSearch,
  ImagesChanged,
  KnownFiles,
  Zip,
  ImageLink,
  Usage,
  Budget,
  Fsck,
  Backup,
  SessionNew,
  MeChange,
  TokenNew,
  UserNew,
  UserChange,
  AlbumNew,
  AlbumChange,
  AnchorNew,
  ShotsNew,
  ImageIds,
  ImageOrder,
  JobSubmit,
  LaneName,
  ImageChange,
  SavedSearchNew,
  ImagesChange,
  UploadUrl,
  ZipNew,
  ImageLinkRequest,
  BudgetSet,
  FsckStep,
} from './schema.ts';

/** Every route: what it takes and what it answers. */
export interface Routes {
  /** Am I signed in, and how could I */
  'GET /api/session': {
    answer: SessionState;
  };
  /** Sign in: by a login link's code, or by name and password */
  'POST /api/session': {
    body?: SessionNew;
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
      /** rows in a page, default 50 */
      limit?: number | undefined;
      /** nextCursor of the page before */
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
  /** Change a user's role, plan or password, disable or enable */
  'PATCH /api/users/{id}': {
    params: {
      id: string;
    };
    body?: UserChange;
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
      /** rows in a page, default 50 */
      limit?: number | undefined;
      /** nextCursor of the page before */
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
    body?: AlbumChange;
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
    body?: AnchorNew;
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
  /** Make the shots again that are too little like the anchor */
  'POST /api/albums/{id}/outliers': {
    params: {
      id: string;
    };
    answer: JobIds;
  };
  /** All finished pictures as a ZIP; takes Range */
  'GET /api/albums/{id}/zip': {
    params: {
      id: string;
    };
    answer: Response;
  };
  /** The pictures of the album in their order */
  'GET /api/albums/{id}/images': {
    params: {
      id: string;
    };
    query?: {
      /** rows in a page, default 50 */
      limit?: number | undefined;
      /** nextCursor of the page before */
      cursor?: string | null | undefined;
    };
    answer: {
      images: AlbumImage[];
      nextCursor: string | null;
    };
  };
  /** Add pictures of mine */
  'POST /api/albums/{id}/images': {
    params: {
      id: string;
    };
    body: ImageIds;
    answer: Album;
  };
  /** Put all pictures in order, or some next to another one */
  'PUT /api/albums/{id}/images/order': {
    params: {
      id: string;
    };
    body: ImageOrder;
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
      /** rows in a page, default 50 */
      limit?: number | undefined;
      /** nextCursor of the page before */
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
  /** What such a request would send, ignore and cost; nothing is queued */
  'POST /api/jobs/check': {
    body: JobSubmit;
    answer: JobCheck;
  };
  /** What generating would cost, and whether it is covered */
  'POST /api/quote': {
    body: JobSubmit;
    answer: Quote;
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
  /** The picture so far of a job that runs, where its backend shows one */
  'GET /api/jobs/{id}/preview': {
    params: {
      id: string;
    };
    query?: {
      /** any: the newest comes, and to a browser each number is another address */
      number?: number | undefined;
    };
    answer: Response;
  };
  /** The pictures that a job has made */
  'GET /api/jobs/{id}/images': {
    params: {
      id: string;
    };
    answer: {
      images: Image[];
      nextCursor: string | null;
    };
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
  /** My groups of jobs, newest first */
  'GET /api/groups': {
    query?: {
      /** rows in a page, default 50 */
      limit?: number | undefined;
      /** nextCursor of the page before */
      cursor?: string | null | undefined;
    };
    answer: {
      groups: Group[];
      nextCursor: string | null;
    };
  };
  /** One group; its jobs are at /api/jobs?groupId= */
  'GET /api/groups/{id}': {
    params: {
      id: string;
    };
    answer: Group;
  };
  /** Cancel all jobs of a group; harmless in every state */
  'POST /api/groups/{id}/cancel': {
    params: {
      id: string;
    };
    answer: Group;
  };
  /** Queue the failed and cancelled jobs of a group again */
  'POST /api/groups/{id}/retry': {
    params: {
      id: string;
    };
    answer: Group;
  };
  /** The lanes, and my jobs in them with their positions */
  'GET /api/queue': {
    answer: Queue;
  };
  /** Start no more jobs of a lane */
  'POST /api/queue/pause': {
    body: LaneName;
    answer: Lane;
  };
  /** Start a lane's jobs again */
  'POST /api/queue/resume': {
    body: LaneName;
    answer: Lane;
  };
  /** My pictures, filtered, searched and sorted. A page may be short, even empty, and go on: follow nextCursor */
  'GET /api/images': {
    query?: {
      /** rows in a page, default 50 */
      limit?: number | undefined;
      /** nextCursor of the page before */
      cursor?: string | null | undefined;
      /** words, "phrases", begin*, -without, tag:x backend:x source:x album:x rating:4 is:starred before:2026-11 after:2026-11-21 */
      q?: string | null | undefined;
      /** one of mine, by its id or name */
      album?: string | null | undefined;
      /** generated or uploaded */
      source?: string | null | undefined;
      /** who made it */
      backend?: string | null | undefined;
      /** several with commas between: pictures that have all of them */
      tag?: string[] | undefined;
      /** true: favourites alone */
      starred?: boolean | undefined;
      /** rated so or better */
      rating?: number | null | undefined;
      /** made at this moment or later */
      from?: string | null | undefined;
      /** made before */
      to?: string | null | undefined;
      /** default: what fits the words best, else the newest first */
      sort?: 'relevance' | 'newest' | 'oldest' | 'rating';
      /** true: what is in the trash instead */
      trash?: boolean | undefined;
    };
    answer: {
      images: Image[];
      nextCursor: string | null;
    };
  };
  /** Add a picture: its bytes, a form with it, or an address to fetch it from. 200 with the one that has the same bytes, when there is one */
  'POST /api/images': {
    query?: {
      /** of a picture that is sent as it is */
      fileName?: string | null | undefined;
      /** several with commas between */
      tags?: string[] | undefined;
    };
    body: UploadUrl | Blob | FormData;
    answer: Image;
  };
  /** What my pictures can be filtered by, and how many each has */
  'GET /api/images/facets': {
    answer: ImageFacets;
  };
  /** Name, tag, star or rate a picture */
  'PATCH /api/images/{id}': {
    params: {
      id: string;
    };
    body?: ImageChange;
    answer: Image;
  };
  /** Into the trash, from where it is gone for good after retention.trash_days. 409 when others were made from it */
  'DELETE /api/images/{id}': {
    params: {
      id: string;
    };
    query?: {
      /** also when others were made from it */
      force?: boolean | undefined;
    };
    answer: void;
  };
  /** One picture */
  'GET /api/images/{id}': {
    params: {
      id: string;
    };
    answer: Image;
  };
  /** Out of the trash */
  'POST /api/images/{id}/restore': {
    params: {
      id: string;
    };
    answer: Image;
  };
  /** What it was made from, what was made from it, and where it was before */
  'GET /api/images/{id}/lineage': {
    params: {
      id: string;
    };
    answer: ImageLineage;
  };
  /** Pictures that look nearly the same, the nearest first */
  'GET /api/images/{id}/similar': {
    params: {
      id: string;
    };
    query?: {
      /** default 20 */
      limit?: number | undefined;
      /** bits of 64 that may differ; default 7 */
      distance?: number | null | undefined;
    };
    answer: {
      images: SimilarImage[];
      nextCursor: string | null;
    };
  };
  /** My saved searches, the oldest first */
  'GET /api/images/searches': {
    query?: {
      /** rows in a page, default 50 */
      limit?: number | undefined;
      /** nextCursor of the page before */
      cursor?: string | null | undefined;
    };
    answer: {
      searches: SavedSearch[];
      nextCursor: string | null;
    };
  };
  /** Save a search */
  'POST /api/images/searches': {
    body: SavedSearchNew;
    answer: SavedSearch;
  };
  /** Forget a search */
  'DELETE /api/images/searches/{id}': {
    params: {
      id: string;
    };
    answer: void;
  };
  /** Tag, star, rate, delete or restore many pictures: all of them or none */
  'POST /api/images/change': {
    body: ImagesChange;
    answer: ImagesChanged;
  };
  /** Which of these files are pictures of mine already */
  'POST /api/images/known': {
    body: KnownFiles;
    answer: KnownFiles;
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
    body?: ImageLinkRequest;
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
  /** What I have made and spent by day, backend, door or user; for admins what all have */
  'GET /api/usage': {
    query?: {
      /** the first day, as 2026-11-01; default: the first of this month (UTC) */
      from?: string | null | undefined;
      /** the last day; default: today */
      to?: string | null | undefined;
      /** default: day */
      by?: 'backend' | 'door' | 'user' | 'day';
      /** id; default: all users for admins, and oneself for others */
      user?: string | null | undefined;
    };
    answer: Usage;
  };
  /** The same for spreadsheets */
  'GET /api/usage.csv': {
    query?: {
      /** the first day, as 2026-11-01; default: the first of this month (UTC) */
      from?: string | null | undefined;
      /** the last day; default: today */
      to?: string | null | undefined;
      /** default: day */
      by?: 'backend' | 'door' | 'user' | 'day';
      /** id; default: all users for admins, and oneself for others */
      user?: string | null | undefined;
    };
    answer: Response;
  };
  /** The budgets, with what is spent and held back */
  'GET /api/budgets': {
    query?: {
      /** rows in a page, default 50 */
      limit?: number | undefined;
      /** nextCursor of the page before */
      cursor?: string | null | undefined;
    };
    answer: {
      budgets: Budget[];
      nextCursor: string | null;
    };
  };
  /** Set the budget of a user, or of all together */
  'PUT /api/budgets': {
    body: BudgetSet;
    answer: Budget;
  };
  /** The budgets that hold for me: my own, and those of all together */
  'GET /api/budgets/mine': {
    answer: {
      budgets: Budget[];
      nextCursor: string | null;
    };
  };
  /** Delete a budget: there is no limit any more */
  'DELETE /api/budgets/{id}': {
    params: {
      id: string;
    };
    answer: void;
  };
  /** One step of the check that compares pictures with what is stored */
  'POST /api/fsck': {
    body?: FsckStep;
    answer: Fsck;
  };
  /** Put a copy of the database, and the list of its files, beside it: for `albumen backup` on this machine */
  'POST /api/backup': {
    answer: Backup;
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
