// The pages of the studio, in the order of its navigation.
import type { IconName } from '@albumen/ui';

export interface PageLink {
  path: string;
  label: string;
  icon: IconName;
  /** After g, the key that goes there. */
  letter: string;
}

export const PAGES: PageLink[] = [
  { path: '/create', label: 'Create', icon: 'create', letter: 'c' },
  { path: '/albums', label: 'Albums', icon: 'albums', letter: 'a' },
  { path: '/library', label: 'Library', icon: 'library', letter: 'l' },
  { path: '/queue', label: 'Queue', icon: 'queue', letter: 'q' },
  { path: '/usage', label: 'Usage', icon: 'usage', letter: 'u' },
  { path: '/settings', label: 'Settings', icon: 'settings', letter: 's' },
];
