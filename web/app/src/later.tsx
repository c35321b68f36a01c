// A part of a page whose code comes when it is first shown; until then nothing stands in its place.
import { lazy, Suspense, type ComponentType } from 'react';

export function later<P extends object>(load: () => Promise<{ default: ComponentType<P> }>): ComponentType<P> {
  const Part = lazy(load) as unknown as ComponentType<P>;
  return function Later(props: P) {
    return (
      <Suspense fallback={null}>
        <Part {...props} />
      </Suspense>
    );
  };
}
