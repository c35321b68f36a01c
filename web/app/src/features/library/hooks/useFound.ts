// What a search finds, without a gap between two of them.
import type { Image } from '@albumen/api';
import { useRef } from 'react';

import type { PagesQuery } from '../../../data/hooks.ts';
import { useImages, type Search } from './useImages.ts';

export interface Found extends PagesQuery<Image> {
  /** Names the search that found them: another list. */
  by: string;
  /** What the server does not understand about the search: a matter of the field, not of the page. */
  refusal: string | null;
}

/** What was found before stays in sight until the next is there. */
export function useFound(search: Search): Found {
  const query = useImages(search);
  const asked = JSON.stringify(search);
  const kept = useRef({ items: query.items, by: asked });
  if (query.items || query.error) kept.current = { items: query.items, by: asked };
  const { error } = query;
  return { ...query, ...kept.current, refusal: error && error.status >= 400 && error.status < 500 ? error.message : null };
}
