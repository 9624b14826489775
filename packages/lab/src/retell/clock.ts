/** Time as the lab sees it. `stamp` is for writes: never the same value twice, never backwards. */
export interface Clock {
  now(): number;
  stamp(): number;
}

/** Wraps a source of epoch milliseconds, which may stand still. */
export function createClock(now: () => number): Clock {
  let last = -1;
  return {
    now,
    stamp() {
      last = Math.max(Math.floor(now()), last + 1);
      return last;
    },
  };
}
