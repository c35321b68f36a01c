// What is around every page: navigation, the state of the connection, keys, messages.
import { Icon, Toaster, classes } from '@albumen/ui';
import { useStreamStatus } from '@albumen/realtime';
import { useEffect, useMemo, useState, type ReactNode } from 'react';
import { Link, useLocation } from 'wouter';

import { follow, hubOf } from '../data/live.ts';
import { useUser } from '../data/session.ts';
import { later } from '../later.tsx';
import { usePageTop } from './page_top.ts';
import { PAGES, type PageLink } from './pages.ts';
import styles from './Shell.module.css';
import { startShortcuts, useShortcut } from './shortcuts.ts';

const HelpDialog = later(() => import('./HelpDialog.tsx'));

function NavLink({ page }: { page: PageLink }) {
  const [location, navigate] = useLocation();
  useShortcut(`g ${page.letter}`, page.label, 'Go to', () => navigate(page.path));
  const isHere = location === page.path || location.startsWith(`${page.path}/`);
  return (
    <li>
      <Link href={page.path} className={classes(styles.link, isHere && styles.here)} aria-current={isHere ? 'page' : undefined}>
        <Icon name={page.icon} />
        <span>{page.label}</span>
      </Link>
    </li>
  );
}

/** Follows the user's events, and says when none come. */
function Connection() {
  const user = useUser();
  const hub = useMemo(() => hubOf(user.id), [user.id]);
  useEffect(() => follow(hub), [hub]);
  const isDown = useStreamStatus(hub) === 'down';
  return (
    <div role="status" className={classes(styles.connection, isDown && styles.down)}>
      {isDown && <span>No connection. What you see may be old; trying again…</span>}
    </div>
  );
}

export function Shell({ children }: { children: ReactNode }) {
  const [isHelpOpen, setHelpOpen] = useState(false);
  const main = usePageTop();
  const user = useUser();
  useEffect(startShortcuts, []);
  useShortcut('?', 'Keys', 'Everywhere', () => setHelpOpen(true));
  return (
    <div className={styles.shell}>
      <a className={styles.skip} href="#main">Skip to the page</a>
      <nav className={styles.nav} aria-label="Pages">
        <Link href="/create" className={styles.brand} aria-label="Albumen, home">
          <img src="/icon.svg" alt="" width={28} height={28} />
          <span>Albumen</span>
        </Link>
        <ul className={styles.links}>{PAGES.map((page) => <NavLink key={page.path} page={page} />)}</ul>
        <div className={styles.foot}>
          <button type="button" className={styles.help} onClick={() => setHelpOpen(true)} title="Keys (?)">
            <kbd>?</kbd><span>Keys</span>
          </button>
          <p className={styles.user} title={`Signed in as ${user.name} (${user.role})`}>
            <span className={styles.initial} aria-hidden="true">{user.name.slice(0, 1).toUpperCase()}</span>
            <span className={styles.name}>{user.name}</span>
          </p>
        </div>
      </nav>
      <main id="main" {...main} tabIndex={-1} className={styles.main}>{children}</main>
      <Connection />
      <Toaster />
      {isHelpOpen && <HelpDialog onClose={() => setHelpOpen(false)} />}
    </div>
  );
}
