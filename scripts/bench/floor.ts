/** Requests per window and route. Source: Retell documentation, Get started, SDK. */
const LIMITS = { list: 15, general: 100 };
const WINDOW_SECONDS = 10;

export interface Calls {
  /** Requests to Retell by route, such as `get-agent`. */
  readonly routes: Readonly<Record<string, number>>;
  readonly latency: number;
  readonly concurrency: number;
  readonly limits: boolean;
}

/** The formula, for people. */
export const FLOOR_FORMULA = "the greater of calls × latency ÷ concurrency and, with limits, (⌈calls of a route ÷ its limit⌉ − 1) × 10 s + latency of the route that waits longest";

/** Seconds that the calls take if nothing else takes any time: neither git, nor GitHub, nor the work between them. */
export function floorSeconds({ routes, latency, concurrency, limits }: Calls): number {
  const all = Object.values(routes).reduce((sum, calls) => sum + calls, 0);
  const flowing = (all * latency) / concurrency / 1000;
  if (!limits) return flowing;
  const waiting = Object.entries(routes).map(([route, calls]) => (Math.ceil(calls / (route.startsWith("list-") ? LIMITS.list : LIMITS.general)) - 1) * WINDOW_SECONDS + latency / 1000);
  return Math.max(flowing, ...waiting);
}
