// Sign-in and account, until the studio's pages take over.
import { useEffect, useState, type FormEvent } from 'react';

import { api } from './api.ts';

interface User {
  name: string;
  role: string;
}

interface Token {
  id: string;
  name: string;
  scope: string;
  lastUsedAt: string | null;
}

const because = (error: unknown) => (error instanceof Error ? error.message : String(error));
const fields = (event: FormEvent<HTMLFormElement>) => {
  event.preventDefault();
  return Object.fromEntries(new FormData(event.currentTarget));
};

function SignIn({ reason, passwords, onUser }: { reason: string; passwords: boolean; onUser: (user: User) => void }) {
  const [failure, setFailure] = useState(reason);
  return (
    <section className="panel narrow">
      <h1>Sign in</h1>
      {failure && <p className="reason" role="alert">{failure}</p>}
      <p>Open the login link that the server printed when it started. It works once; a new one is made by</p>
      <pre><code>albumen user link admin</code></pre>
      {passwords && (
        <form onSubmit={(event) => void api<User>('POST', '/api/session', fields(event)).then(onUser, (e) => setFailure(because(e)))}>
          <h2>Or by password</h2>
          <label>Name <input name="name" autoComplete="username" required maxLength={64} /></label>
          <label>Password <input name="password" type="password" autoComplete="current-password" required maxLength={200} /></label>
          <button type="submit">Sign in</button>
        </form>
      )}
    </section>
  );
}

function Tokens() {
  const [tokens, setTokens] = useState<Token[]>([]);
  const [made, setMade] = useState('');
  const [failure, setFailure] = useState('');
  const load = () => api<{ tokens: Token[] }>('GET', '/api/tokens?limit=200').then((page) => setTokens(page.tokens));
  const run = (work: Promise<unknown>) => void work.then(load).catch((error) => setFailure(because(error)));
  useEffect(() => run(Promise.resolve()), []);
  return (
    <section className="panel">
      <h2>Tokens</h2>
      <p>For scripts and programs. A token is shown once, when it is made.</p>
      {failure && <p className="reason" role="alert">{failure}</p>}
      <form className="row" onSubmit={(event) => run(api<{ token: string }>('POST', '/api/tokens', fields(event)).then(({ token }) => setMade(token)))}>
        <label>What for <input name="name" required maxLength={100} placeholder="laptop" /></label>
        <label>May
          <select name="scope" defaultValue="write">
            <option value="read">read</option>
            <option value="write">read and write</option>
            <option value="admin">everything I may</option>
          </select>
        </label>
        <button type="submit">Make a token</button>
      </form>
      {made && <p className="made" role="status">Copy it now, it is not shown again: <code>{made}</code></p>}
      <ul className="list">
        {tokens.map((token) => (
          <li key={token.id}>
            <span>{token.name}<small>{token.scope}</small></span>
            <button type="button" className="quiet" aria-label={`Revoke ${token.name}`} onClick={() => run(api('DELETE', `/api/tokens/${token.id}`))}>
              Revoke
            </button>
          </li>
        ))}
      </ul>
      {tokens.length === 0 && <p className="empty">No tokens yet.</p>}
    </section>
  );
}

interface State {
  user: User | null;
  passwords: boolean;
  reason: string;
}

let started: Promise<State> | undefined;

/** The code of a login link works once, so it is sent once. */
function start(): Promise<State> {
  started ??= (async () => {
    const { signedIn, passwords } = await api<{ signedIn: boolean; passwords: boolean }>('GET', '/api/session');
    const code = location.pathname === '/login' ? location.hash.slice(1) : '';
    const begin = () => (code ? api<User>('POST', '/api/session', { code }) : signedIn ? api<User>('GET', '/api/me') : null);
    if (code) history.replaceState(null, '', '/');
    try {
      return { user: await begin(), passwords, reason: '' };
    } catch (error) {
      return { user: null, passwords, reason: because(error) };
    }
  })();
  return started;
}

export function App() {
  const [state, setState] = useState<State | null>(null);
  const [failure, setFailure] = useState('');
  useEffect(() => void start().then(setState, (error) => setFailure(because(error))), []);
  const signOut = () =>
    api('DELETE', '/api/session').then(
      () => setState({ user: null, passwords: state?.passwords ?? false, reason: 'You are signed out.' }),
      (error) => setFailure(because(error)),
    );
  return (
    <>
      <header className="bar">
        <a className="brand" href="/"><img src="/icon.svg" alt="" width="28" height="28" />Albumen</a>
        {state?.user && (
          <div className="who"><span>{state.user.name}</span><button className="quiet" type="button" onClick={() => void signOut()}>Sign out</button></div>
        )}
      </header>
      <main tabIndex={-1}>
        {failure && <p className="reason" role="alert">{failure}</p>}
        {!state && !failure && <p className="waiting">Loading…</p>}
        {state && !state.user && <SignIn key={state.reason} {...state} onUser={(user) => setState({ ...state, user })} />}
        {state?.user && (
          <>
            <section className="panel">
              <h1>Welcome, {state.user.name}</h1>
              <p>You are signed in as <strong>{state.user.role}</strong>. The API is described at <a href="/api/openapi.json">/api/openapi.json</a>.</p>
            </section>
            <Tokens />
          </>
        )}
      </main>
    </>
  );
}
