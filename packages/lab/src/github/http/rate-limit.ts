import type { Caller } from "./credentials.ts";
import { enforces, type World } from "../model/world.ts";

/** Requests that count for one limit, from the first one on; a window lasts an hour. */
export interface RateWindow {
  used: number;
  resetAt: number;
}

const hour = 3600;

/** Primary rate limits (docs "Rate limits for the REST API"): per repository for job tokens, per token otherwise. */
export class RateLimits {
  readonly #windows = new Map<string, RateWindow>();
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  /** Counts one request; `exceeded` if it was one too many. `resource` is `core` or `graphql`. */
  count(caller: Caller, resource: string, cost = 1): { headers: Record<string, string>; exceeded: boolean; limit: number; window: RateWindow } {
    const token = caller.kind === "token" ? caller.token : undefined;
    const key = token === undefined ? "anonymous" : token.kind === "actions" ? `repository ${token.repositoryId}` : token.value;
    const limit = this.#limit(token?.kind);
    const seconds = Math.floor(Date.now() / 1000);
    let window = this.#windows.get(`${resource} ${key}`);
    if (window === undefined || window.resetAt <= seconds) window = { used: 0, resetAt: seconds + hour };
    this.#windows.set(`${resource} ${key}`, window);
    const exceeded = window.used + cost > limit && enforces(this.#world, "limits");
    if (!exceeded) window.used += cost;
    const headers = {
      "x-ratelimit-limit": String(limit),
      "x-ratelimit-remaining": String(Math.max(0, limit - window.used)),
      "x-ratelimit-reset": String(window.resetAt),
      "x-ratelimit-used": String(window.used),
      "x-ratelimit-resource": resource,
    };
    return { headers, exceeded, limit, window };
  }

  #limit(kind: "actions" | "user" | "app" | undefined): number {
    if (kind === undefined) return 60;
    return kind === "actions" ? (this.#world.options.actionsRateLimit ?? 1000) : (this.#world.options.userRateLimit ?? 5000);
  }
}
