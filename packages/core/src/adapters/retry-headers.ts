/** The part of `Headers` that is read here. */
export interface HeaderSource {
  get(name: string): string | null;
}

/** Values above this are points in time (epoch seconds), not durations. */
const EPOCH_THRESHOLD = 1_000_000_000;

/**
 * How long a server asks to wait, in milliseconds, or undefined if it does not say. `Retry-After` is seconds or a date
 * (RFC 9110 §10.2.3); `RateLimit-Reset` is seconds (Retell sends only this one); `x-ratelimit-reset` is epoch seconds
 * and counts only when nothing remains (GitHub sends it with every answer).
 */
export function requestedDelay(headers: HeaderSource | undefined, now: number): number | undefined {
  if (headers === undefined) return undefined;
  const retryAfter = headers.get("retry-after");
  if (retryAfter !== null) {
    const delay = /^\s*\d+(\.\d+)?\s*$/.test(retryAfter) ? Number(retryAfter) * 1000 : Date.parse(retryAfter) - now;
    if (Number.isFinite(delay)) return Math.max(0, delay);
  }
  const reset = seconds(headers.get("ratelimit-reset"), now);
  if (reset !== undefined) return reset;
  return headers.get("x-ratelimit-remaining") === "0" ? seconds(headers.get("x-ratelimit-reset"), now) : undefined;
}

function seconds(value: string | null, now: number): number | undefined {
  if (value === null || !/^\s*\d+(\.\d+)?\s*$/.test(value)) return undefined;
  const number = Number(value);
  return Math.max(0, number > EPOCH_THRESHOLD ? number * 1000 - now : number * 1000);
}

/** Exponential back-off with full jitter, in milliseconds: `tries` counts the tries that were made, `chance` is 0 to 1. */
export function backoff(tries: number, chance: number): number {
  return Math.round(chance * Math.min(10_000, 500 * 2 ** (tries - 1)));
}
