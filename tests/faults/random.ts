// A small generator with a seed, so that a failing run can be begun the same way again: xorshift32.
export type Random = (below: number) => number;

export function makeRandom(seed: number): Random {
  let state = seed | 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}
