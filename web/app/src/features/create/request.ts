// From what stands in the form to what the server is asked.
import type { Backend, JobSubmit, Quote } from '@albumen/api';

import { money } from '../../format.ts';

export type Aspect = 'auto' | 'square' | 'portrait' | 'landscape' | 'tall' | 'wide';

export interface Size {
  width: number;
  height: number;
}

export const ASPECTS: Record<Aspect, { label: string; size: Size | null }> = {
  auto: { label: 'As the backend likes', size: null },
  square: { label: 'Square', size: { width: 1024, height: 1024 } },
  portrait: { label: 'Portrait 3:4', size: { width: 864, height: 1152 } },
  landscape: { label: 'Landscape 4:3', size: { width: 1152, height: 864 } },
  tall: { label: 'Tall 9:16', size: { width: 720, height: 1280 } },
  wide: { label: 'Wide 16:9', size: { width: 1280, height: 720 } },
};

/** How many pictures can be asked for at once. */
export const COUNTS = [1, 2, 4, 8] as const;

export interface Draft {
  prompt: string;
  /** Empty: the first one configured. */
  backend: string;
  aspect: Aspect;
  count: number;
  style: string;
  negativePrompt: string;
  /** Null: another one each time. */
  seed: number | null;
  steps: number | null;
  guidance: number | null;
}

export const EMPTY_DRAFT: Draft = {
  prompt: '', backend: '', aspect: 'square', count: 2, style: '', negativePrompt: '', seed: null, steps: null, guidance: null,
};

/** What a request depends on. */
export type Target = Pick<Backend, 'name' | 'honours' | 'sizes'>;

/** The size of a shape as the backend can make it: within its sides, in its steps; null: it takes no size. */
export function sizeFor(aspect: Aspect, { honours, sizes }: Target): Size | null {
  const { size } = ASPECTS[aspect];
  if (!size || !honours.includes('size') || sizes.maxSide === null) return null;
  const { minSide, maxSide, sideStep } = sizes;
  const scale = Math.min(1, maxSide / Math.max(size.width, size.height));
  const step = sideStep ?? 1;
  const fit = (side: number) => Math.min(Math.max(Math.round((side * scale) / step) * step, minSide ?? step), Math.floor(maxSide / step) * step);
  return { width: fit(size.width), height: fit(size.height) };
}

/** Only what is filled in, and only what the backend takes notice of. A style that it does not know is put in words for it. */
export function requestOf(draft: Draft, target: Target): JobSubmit {
  const fields = {
    negativePrompt: draft.negativePrompt.trim() || null,
    seed: draft.seed,
    steps: draft.steps,
    guidance: draft.guidance,
  };
  const style = draft.style.trim();
  const told = Object.entries(fields).filter(([name, value]) => value !== null && target.honours.includes(name));
  return {
    backend: target.name,
    count: draft.count,
    request: { prompt: draft.prompt.trim(), ...sizeFor(draft.aspect, target), ...(style && { style }), ...Object.fromEntries(told) },
  };
}

/** The shape that is nearest to a size. */
export function aspectOf(width: number | null | undefined, height: number | null | undefined): Aspect {
  if (!width || !height) return 'auto';
  const wanted = Math.log(width / height);
  const far = (aspect: Aspect) => Math.abs(Math.log(ratioOf(aspect)) - wanted);
  return (Object.keys(ASPECTS) as Aspect[]).filter((aspect) => aspect !== 'auto').sort((a, b) => far(a) - far(b))[0]!;
}

export const ratioOf = (aspect: Aspect): number => (ASPECTS[aspect].size?.width ?? 1) / (ASPECTS[aspect].size?.height ?? 1);

/** What the pictures will cost, in words; by the backend's own price until the quote is there. */
export function costOf({ price }: Pick<Backend, 'price'>, count: number, quote?: Quote): string {
  const left = quote && quote.leftMicros !== null ? `, ${money(quote.leftMicros)} left` : '';
  const reserved = quote?.reservedMicros ?? null;
  const cost = quote ? quote.costMicros : price.kind === 'free' ? 0 : price.kind === 'per_image' && price.costMicros !== null ? price.costMicros * count : null;
  if (cost === 0) return reserved === null ? 'Free' : `Free, or up to ${money(reserved)} if another backend stands in${left}`;
  if (cost !== null) return money(cost, price.currency ?? 'USD') + left;
  if (!quote) return '';
  return reserved === null ? `The price is known afterwards${left}` : `About ${money(reserved)}, known afterwards${left}`;
}

/** How many pictures the budget still covers, of those that can be asked for; 0: none. */
export function affordable({ reservedMicros, leftMicros }: Pick<Quote, 'reservedMicros' | 'leftMicros'>, count: number): number {
  if (reservedMicros === null || leftMicros === null || reservedMicros === 0) return 0;
  const covered = Math.floor(leftMicros / (reservedMicros / count));
  return COUNTS.findLast((each) => each <= covered && each < count) ?? 0;
}
