// A page that breaks, or whose code does not come, takes nothing else with it.
import { messageOf } from '@albumen/api';
import { Button, EmptyState } from '@albumen/ui';
import { Component, type ReactNode } from 'react';

interface State {
  error: unknown;
}

/** Browsers and the build's loader have words of their own for code that did not come. */
const isMissingCode = (error: unknown): boolean => /preload|dynamically imported|module script/i.test(messageOf(error));

export class PageBoundary extends Component<{ children: ReactNode }, State> {
  override state: State = { error: null };

  static getDerivedStateFromError(error: unknown): State {
    return { error };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === null) return this.props.children;
    const isMissing = isMissingCode(error);
    return (
      <EmptyState
        tone="error"
        title={isMissing ? 'This page did not load' : 'This page broke'}
        action={<Button variant="primary" icon="redo" onClick={() => location.reload()}>Load it again</Button>}
      >
        {isMissing ? 'The server does not answer, or has a newer version of the studio.' : messageOf(error)}
      </EmptyState>
    );
  }
}
