import { businessError, messages } from "./errors.ts";
import type { ApiError } from "./errors.ts";

/** Which limit a route falls under. */
export type Limiter = "list" | "general";

/** Requests per window, per organisation and route. Source: Docs, Get started, SDK (rate limits). */
export const rateLimits: Readonly<Record<Limiter, number>> = { list: 15, general: 100 };

/** Length of a window in milliseconds; that windows are fixed and start with the first request is inferred. */
export const rateWindowMs = 10_000;

/** Counts requests. The clock is the lab's, so that a test can move it instead of waiting. */
export class RateLimiter {
  readonly #now: () => number;
  readonly #retryAfter: boolean;
  readonly #windows = new Map<string, { ends: number; used: number }>();

  constructor(now: () => number, retryAfter: boolean) {
    this.#now = now;
    this.#retryAfter = retryAfter;
  }

  /** The refusal of this request, or undefined while the window has room. */
  refuse(request: { organization: string; route: string; limiter: Limiter }): ApiError | undefined {
    const now = this.#now();
    const key = `${request.organization} ${request.route}`;
    let window = this.#windows.get(key);
    if (window === undefined || now >= window.ends) {
      window = { ends: now + rateWindowMs, used: 0 };
      this.#windows.set(key, window);
    }
    const limit = rateLimits[request.limiter];
    if (window.used < limit) {
      window.used += 1;
      return undefined;
    }
    const seconds = String(Math.max(1, Math.ceil((window.ends - now) / 1000)));
    return businessError(429, messages.rateLimited, {
      "x-ratelimit-limiter": request.limiter,
      "ratelimit-limit": String(limit),
      "ratelimit-remaining": "0",
      "ratelimit-reset": seconds,
      ...(this.#retryAfter ? { "retry-after": seconds } : {}),
    });
  }

  reset(): void {
    this.#windows.clear();
  }
}
