// Who is signed in sees the studio, who is not the door to it.
import { Button, EmptyState } from '@albumen/ui';
import { lazy, Suspense, useEffect, type ComponentType } from 'react';
import { Redirect, Route, Switch, useLocation } from 'wouter';

import styles from './App.module.css';
import { startSession, useSession } from './data/session.ts';
import { SignIn } from './features/account/index.ts';
import { NotFound } from './shell/NotFound.tsx';
import { PageBoundary } from './shell/PageBoundary.tsx';
import { Shell } from './shell/Shell.tsx';

type LoadPage = () => Promise<{ default: ComponentType }>;

const PAGES: [string, LoadPage][] = [
  ['/create', () => import('./features/create/CreatePage.tsx')],
  ['/albums', () => import('./features/albums/AlbumsPage.tsx')],
  ['/albums/:id', () => import('./features/albums/AlbumPage.tsx')],
  ['/library', () => import('./features/library/LibraryPage.tsx')],
  ['/queue', () => import('./features/queue/QueuePage.tsx')],
  ['/usage', () => import('./features/money/UsagePage.tsx')],
  ['/settings', () => import('./features/settings/SettingsPage.tsx')],
];
const ROUTES = PAGES.map(([path, load]) => [path, lazy(load)] as const);

/** How long the first page has the network for itself. */
const FETCH_AHEAD_MS = 2000;

/** The other pages are fetched when the first one shows: then they open at once, and without a network too. */
function useAllPages(): void {
  useEffect(() => {
    const timer = setTimeout(() => PAGES.forEach(([, load]) => void load().catch(() => undefined)), FETCH_AHEAD_MS);
    return () => clearTimeout(timer);
  }, []);
}

function Studio() {
  const [location] = useLocation();
  useAllPages();
  return (
    <Shell>
      <PageBoundary key={location.split('/')[1]}>
        <Suspense fallback={<p className={styles.waiting} role="status">Loading…</p>}>
          <Switch>
            {ROUTES.map(([path, page]) => <Route key={path} path={path} component={page} />)}
            <Route path="/"><Redirect to="/create" replace /></Route>
            <Route path="/login"><Redirect to="/create" replace /></Route>
            <Route><NotFound /></Route>
          </Switch>
        </Suspense>
      </PageBoundary>
    </Shell>
  );
}

export function App() {
  const { state, reason } = useSession();
  if (state === 'signedIn') return <Studio />;
  return (
    <main className={styles.door}>
      {state === 'signedOut' && <SignIn />}
      {state === 'starting' && <p className={styles.waiting} role="status">Loading…</p>}
      {state === 'away' && (
        <EmptyState tone="error" title="The server does not answer" action={<Button variant="primary" icon="redo" onClick={() => void startSession()}>Try again</Button>}>
          {reason}
        </EmptyState>
      )}
    </main>
  );
}
