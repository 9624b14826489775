import type { Clock } from "../../ports/runner.ts";
import type { HeaderSource } from "../retry-headers.ts";
import type { Sleep } from "../sleep.ts";

/** Requests per window and route, shared by all keys of the workspace (Retell docs, get-started/sdk). */
const LIMITS = { list: 15, general: 100 };
const WINDOW = 10_000;
/** Requests arrive later than they leave, and not all equally late. */
const MARGIN = 250;

interface RouteState {
  /** When the requests of the current window left, oldest first. */
  readonly sent: number[];
  /** What Retell said is left until a moment; other users of the workspace are in it. */
  told: { left: number; until: number } | undefined;
}

/**
 * Keeps each route within its limit: a burst up to the limit, then as the window lets go, and never more than the
 * `RateLimit-*` headers leave.
 */
export interface Pacer {
  /** Resolves when the route may have room, or the signal aborts. */
  ready(route: string, signal?: AbortSignal): Promise<void>;
  /** Takes a place if there is one. */
  take(route: string): boolean;
  learn(route: string, headers: HeaderSource): void;
  /** No request on the route for so many milliseconds. */
  hold(route: string, milliseconds: number): void;
}

export function createPacer({ clock, sleep }: { clock: Clock; sleep: Sleep }): Pacer {
  const routes = new Map<string, RouteState>();
  const stateOf = (route: string): RouteState => {
    let state = routes.get(route);
    if (state === undefined) routes.set(route, (state = { sent: [], told: undefined }));
    return state;
  };

  function waitFor(route: string): number {
    const state = stateOf(route);
    const now = clock.now();
    while ((state.sent[0] ?? now) <= now - WINDOW - MARGIN) state.sent.shift();
    if (state.told !== undefined && state.told.until <= now) state.told = undefined;
    const limit = route.startsWith("list-") ? LIMITS.list : LIMITS.general;
    const ownWindow = state.sent.length < limit ? 0 : (state.sent[0] ?? now) + WINDOW + MARGIN - now;
    const told = state.told === undefined || state.told.left > 0 ? 0 : state.told.until - now;
    return Math.max(ownWindow, told);
  }

  return {
    async ready(route, signal) {
      for (let wait = waitFor(route); wait > 0 && signal?.aborted !== true; wait = waitFor(route)) await sleep(wait, signal);
    },
    take(route) {
      if (waitFor(route) > 0) return false;
      const state = stateOf(route);
      state.sent.push(clock.now());
      if (state.told !== undefined) state.told.left -= 1;
      return true;
    },
    learn(route, headers) {
      const left = Number(headers.get("ratelimit-remaining") ?? NaN);
      const reset = Number(headers.get("ratelimit-reset") ?? NaN);
      if (!Number.isInteger(left) || left < 0 || !(reset > 0) || reset > 60) return;
      const state = stateOf(route);
      const now = clock.now();
      // Answers overtake each other: within one window only the smallest number is news, and its end is known already.
      if (state.told === undefined || state.told.until <= now) state.told = { left, until: now + reset * 1000 };
      else state.told.left = Math.min(state.told.left, left);
    },
    hold(route, milliseconds) {
      stateOf(route).told = { left: 0, until: clock.now() + milliseconds };
    },
  };
}
