// A Supabase project for tests: Storage and PostgREST, strict about keys, names and profiles, with errors as the real ones word them.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll } from 'vitest';

export const OWNER = 'ac6c9501-3757-4a6d-8b97-2cff4288382b';
/** As the project's old keys begin, which are tokens. */
export const TOKEN_KEY = 'eyJhbGciOiJIUzI1NiJ9.service-role.s3cret';
export const SECRET_KEY = 'sb_secret_s3cret-of-the-project';
const ALLOWED_NAME = /^[\w/!.*'()&$@=;:+,? -]+$/;

export type Call = 'object' | 'row' | 'usage' | 'sign';

/** An answer instead of the usual one; cut: the connection ends after the work was done; holds: after it nothing is said. */
export interface Trouble {
  status?: number;
  body?: object;
  headers?: Record<string, string>;
  cut?: boolean;
  holds?: boolean;
}

/** Storage's errors: HTTP 400, with what is meant inside. */
export const storageError = (statusCode: string, error: string, message: string): Trouble => ({
  status: 400,
  body: { statusCode, error, message },
});
export const restError = (status: number, code: string, message: string): Trouble => ({ status, body: { code, message, details: null, hint: null } });

interface Table {
  schema: string;
  key: string;
  required: string[];
  columns: string[];
}

const TABLES: Record<string, Table> = {
  images: {
    schema: 'imagen',
    key: 'storage_path',
    required: ['id', 'owner_user_id', 'storage_path', 'slug', 'bytes', 'prompt', 'backend', 'mime_type'],
    columns: ['seed', 'created_at', 'negative_prompt', 'style', 'provider', 'model', 'width', 'height', 'sha256', 'metadata'],
  },
  imagen_usage: {
    schema: 'mai',
    key: 'id',
    required: ['id', 'backend'],
    columns: ['created_at', 'provider', 'model', 'width', 'height', 'duration_ms', 'cost_micros'],
  },
};

const projects = new Set<Supabase>();

export class Supabase {
  readonly objects = new Map<string, { bytes: Buffer; type: string }>();
  readonly rows: Record<string, Map<string, any>> = { images: new Map(), imagen_usage: new Map() };
  /** What comes next, by the kind of call. */
  readonly troubles: Record<Call, Trouble[]> = { object: [], row: [], usage: [], sign: [] };
  readonly calls: Record<Call, number> = { object: 0, row: 0, usage: 0, sign: 0 };
  readonly buckets = ['imagen-generated'];
  readonly requests: { method: string; url: string; headers: IncomingMessage['headers'] }[] = [];
  key = TOKEN_KEY;
  private noteHeld = () => {};
  private readonly server: Server;

  private constructor() {
    this.server = createServer((incoming, out) => {
      const pieces: Buffer[] = [];
      incoming.on('data', (piece: Buffer) => pieces.push(piece));
      incoming.on('end', () => this.answer(incoming, Buffer.concat(pieces), out));
    });
    projects.add(this);
  }

  static async start(): Promise<Supabase> {
    const project = new Supabase();
    await new Promise<void>((listening) => project.server.listen(0, '127.0.0.1', listening));
    return project;
  }

  /** Until a call is held. */
  async held(): Promise<void> {
    await new Promise<void>((noted) => (this.noteHeld = noted));
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  private say(out: ServerResponse, status: number, body?: object, headers: Record<string, string> = {}): void {
    out.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body === undefined ? undefined : JSON.stringify(body));
  }

  private answer(incoming: IncomingMessage, body: Buffer, out: ServerResponse): void {
    const url = new URL(incoming.url!, this.url);
    this.requests.push({ method: incoming.method!, url: incoming.url!, headers: incoming.headers });
    const path = decodeURIComponent(url.pathname);
    const [, service, , ...rest] = path.split('/');
    if (service === 'storage' && rest[0] === 'object') {
      if (incoming.method === 'GET' && rest[1] === 'sign') return this.openSigned(rest.slice(2).join('/'), url, out);
      if (!this.isAllowed(incoming, out)) return;
      if (incoming.method === 'POST' && rest[1] === 'sign') return this.sign(rest.slice(2), body, out);
      if (incoming.method === 'PUT' || incoming.method === 'POST') return this.put(rest.slice(1), incoming, body, out);
    }
    if (service === 'rest' && incoming.method === 'POST') {
      if (this.isAllowed(incoming, out)) this.insert(rest[0]!, url, incoming, body, out);
      return;
    }
    this.say(out, 404, { message: 'no Route matched with those values' });
  }

  private isAllowed({ headers }: IncomingMessage, out: ServerResponse): boolean {
    if (!headers.apikey) this.say(out, 401, { message: 'No API key found in request', hint: 'No `apikey` request header was found.' });
    else if (headers.apikey !== this.key) this.say(out, 401, { message: `Invalid API key ${headers.apikey}` });
    else if (/Mozilla/.test(headers['user-agent'] ?? '')) this.say(out, 401, { message: 'Forbidden use of secret API key in browser' });
    else if (this.key.startsWith('sb_') ? headers.authorization !== undefined : headers.authorization !== `Bearer ${this.key}`)
      this.say(out, 401, { message: 'Invalid JWT' });
    else return true;
    return false;
  }

  /** True when the answer is not the usual one. */
  private meets(call: Call, out: ServerResponse, work: () => void): boolean {
    this.calls[call]++;
    const trouble = this.troubles[call].shift();
    if (!trouble) return false;
    if (trouble.cut || trouble.holds) work();
    if (trouble.holds) this.noteHeld();
    else if (trouble.cut) out.socket!.destroy();
    else this.say(out, trouble.status!, trouble.body ?? { message: 'as scripted' }, trouble.headers);
    return true;
  }

  private put([bucket, ...path]: string[], { headers, method }: IncomingMessage, bytes: Buffer, out: ServerResponse): void {
    const name = path.join('/');
    const work = () => this.objects.set(name, { bytes, type: headers['content-type'] ?? '' });
    if (this.meets('object', out, work)) return;
    if (!this.buckets.includes(bucket!)) return this.say(out, 400, { statusCode: '404', error: 'Bucket not found', message: 'Bucket not found', code: 'NoSuchBucket' });
    if (!ALLOWED_NAME.test(name)) return this.say(out, 400, { statusCode: '400', error: 'InvalidKey', message: `Invalid key: ${name}`, code: 'InvalidKey' });
    if (method === 'POST' && headers['x-upsert'] !== 'true' && this.objects.has(name))
      return this.say(out, 400, { statusCode: '409', error: 'Duplicate', message: 'The resource already exists', code: 'KeyAlreadyExists' });
    work();
    this.say(out, 200, { Id: crypto.randomUUID(), Key: `${bucket}/${name}` });
  }

  private insert(name: string, url: URL, { headers }: IncomingMessage, body: Buffer, out: ServerResponse): void {
    const table = TABLES[name];
    const row = JSON.parse(body.toString());
    const work = () => {
      const rows = this.rows[name]!;
      const conflict = url.searchParams.get('on_conflict');
      const merges = /resolution=merge-duplicates/.test(String(headers.prefer)) && conflict === table!.key;
      if (rows.has(row[table!.key]) && !merges) return false;
      rows.set(row[table!.key], row);
      return true;
    };
    if (table && this.meets(name === 'images' ? 'row' : 'usage', out, work)) return;
    const refuse = (status: number, code: string, message: string) => this.say(out, status, { code, message, details: null, hint: null });
    if (!['imagen', 'mai'].includes(String(headers['content-profile']))) return refuse(406, 'PGRST106', 'The schema must be one of the following: imagen, mai');
    if (!table || table.schema !== headers['content-profile'] || headers['accept-profile'] !== table.schema)
      return refuse(404, 'PGRST205', `Could not find the table '${headers['content-profile']}.${name}' in the schema cache`);
    const unknown = Object.keys(row).find((column) => ![...table.required, ...table.columns].includes(column));
    if (unknown) return refuse(400, 'PGRST204', `Could not find the '${unknown}' column of '${name}' in the schema cache`);
    const missing = table.required.find((column) => row[column] === undefined || row[column] === null);
    if (missing) return refuse(400, '23502', `null value in column "${missing}" of relation "${name}" violates not-null constraint`);
    if (!work()) return refuse(409, '23505', `duplicate key value violates unique constraint "${name}_${table.key}_key"`);
    out.writeHead(201).end();
  }

  private sign([bucket, ...path]: string[], body: Buffer, out: ServerResponse): void {
    const name = path.join('/');
    if (this.meets('sign', out, () => {})) return;
    if (!this.objects.has(name)) return this.say(out, 400, { statusCode: '404', error: 'not_found', message: 'Object not found', code: 'NoSuchKey' });
    const { expiresIn } = JSON.parse(body.toString());
    this.say(out, 200, { signedURL: `/object/sign/${bucket}/${path.map(encodeURIComponent).join('/')}?token=until-${expiresIn}` });
  }

  private openSigned(path: string, url: URL, out: ServerResponse): void {
    const object = this.objects.get(path.slice(path.indexOf('/') + 1));
    if (!object || !url.searchParams.get('token')?.startsWith('until-')) return this.say(out, 400, { statusCode: '400', error: 'InvalidJWT', message: 'invalid' });
    out.writeHead(200, { 'content-type': object.type }).end(object.bytes);
  }

  async stop(): Promise<void> {
    projects.delete(this);
    this.server.closeAllConnections();
    await new Promise((closed) => this.server.close(closed));
  }
}

afterAll(async () => {
  for (const project of projects) await project.stop();
});
