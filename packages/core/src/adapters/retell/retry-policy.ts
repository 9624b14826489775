import { backoff, requestedDelay } from "../retry-headers.ts";
import type { Failure } from "./failure.ts";

/** What a request does, which decides whether it may be sent again. */
export type RequestKind = "read" | "update" | "create" | "delete";

export interface RetryQuestion {
  readonly kind: RequestKind;
  readonly failure: Failure;
  /** Tries that were made, at least 1. */
  readonly tries: number;
  /** Milliseconds since the first try. */
  readonly elapsed: number;
  /** Epoch milliseconds. */
  readonly now: number;
  /** 0 to 1. */
  readonly chance: number;
}

/** Throttled requests were not processed, so they may wait through many windows of 10 s. */
const THROTTLED = { tries: 40, budget: 300_000 };
const FAILED = { tries: 6, budget: 60_000 };

/**
 * How long to wait before the next try, in milliseconds, or undefined to give up. Reads, updates (idempotent) and
 * deletes are repeated on 408, 429, 5xx and without an answer. Creates are repeated on 429 only: Retell has no
 * idempotency keys, so a create whose fate is unknown must be looked for first.
 */
export function nextTry({ kind, failure, tries, elapsed, now, chance }: RetryQuestion): number | undefined {
  const throttled = failure.kind === "error-answer" && failure.status === 429;
  if (!throttled && (kind === "create" || !isPassing(failure))) return undefined;
  const limits = throttled ? THROTTLED : FAILED;
  if (tries >= limits.tries) return undefined;
  const requested = requestedDelay(failure.kind === "error-answer" ? failure.headers : undefined, now);
  // Jitter above the requested time: all waiting requests were told the same moment.
  const delay = requested === undefined ? backoff(tries, chance) : requested + Math.round(chance * 1000);
  return elapsed + delay > limits.budget ? undefined : delay;
}

function isPassing(failure: Failure): boolean {
  switch (failure.kind) {
    case "no-answer":
    case "broken-answer":
      return true;
    case "error-answer":
      return failure.status === 408 || failure.status >= 500;
    case "unexpected-answer":
      return false;
  }
}

/** True if the request may have been processed although no usable answer came. */
export function isAmbiguous(failure: Failure): boolean {
  switch (failure.kind) {
    case "no-answer":
      return failure.sent;
    case "error-answer":
      return failure.status === 408 || failure.status >= 500;
    case "broken-answer":
    case "unexpected-answer":
      return true;
  }
}
