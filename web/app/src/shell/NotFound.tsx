// An address that leads nowhere.
import { EmptyState } from '@albumen/ui';
import { Link } from 'wouter';

import { Page } from './Page.tsx';

export function NotFound() {
  return (
    <Page title="Not found">
      <EmptyState title="There is nothing here" icon="search" action={<Link href="/create">Go to Create</Link>}>
        The address may be mistyped, or what it showed was deleted.
      </EmptyState>
    </Page>
  );
}
