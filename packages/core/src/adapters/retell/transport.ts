import PQueue from "p-queue";
import { ActionError, type PlatformError } from "../../errors.ts";
import { holdsInfinity } from "../../canonical/finite-json.ts";
import { isTooDeep } from "../../canonical/json-depth.ts";
import type { Clock, Log } from "../../ports/runner.ts";
import type { Sleep } from "../sleep.ts";
import { UnexpectedAnswer } from "./answers.ts";
import { failureFrom, type Failure } from "./failure.ts";
import { createPacer } from "./pacing.ts";
import { retellError } from "./platform-error.ts";
import { nextTry, type RequestKind } from "./retry-policy.ts";

/** Without progress for this long a request counts as unanswered; the SDK's own timeout ends with the headers. */
const TIMEOUT = 60_000;
/** What an upload is waited for, in bytes per millisecond. */
const SLOWEST_UPLOAD = 250;

/** What a method of the SDK returns, as far as it is used here. */
interface SdkPromise {
  withResponse(): Promise<{ data: unknown; response: Response }>;
}

export interface TransportRequest<T> {
  /** The route's name without id, such as `get-agent`; list routes start with `list-`. */
  readonly route: string;
  readonly kind: RequestKind;
  /** Bytes that the request carries, where they are many: the time to send them is added to the timeout. */
  readonly uploadSize?: number;
  send(options: { signal: AbortSignal; maxRetries: 0; timeout: number }): SdkPromise;
  /** Turns the body into the result; throws {@link UnexpectedAnswer}. */
  read(data: unknown): T;
}

export type TransportResult<T> =
  | { readonly ok: true; readonly value: T; readonly tries: number }
  | { readonly ok: false; readonly failure: Failure; readonly tries: number; error(): PlatformError };

/** One way to Retell: pacing, concurrency, repetition, counting. Retell's errors are values, so that callers can read a 404. */
export interface Transport {
  request<T>(request: TransportRequest<T>): Promise<TransportResult<T>>;
  calls(): { reads: number; writes: number };
}

export interface TransportOptions {
  /** Texts that error messages must not repeat. */
  readonly hidden: readonly string[];
  readonly concurrency: number;
  readonly log: Log;
  readonly clock: Clock;
  readonly sleep: Sleep;
  /** 0 to 1. */
  readonly chance: () => number;
  readonly signal: AbortSignal | undefined;
  readonly timeout?: number;
}

export function createTransport(options: TransportOptions): Transport {
  const { hidden, log, clock, sleep, chance, signal } = options;
  const queue = new PQueue({ concurrency: options.concurrency });
  const pacer = createPacer({ clock, sleep });
  const counts = { reads: 0, writes: 0 };

  async function attempt<T>(request: TransportRequest<T>): Promise<{ value: T } | Failure | undefined> {
    assertRunning(request.route);
    if (!pacer.take(request.route)) return undefined;
    counts[request.kind === "read" ? "reads" : "writes"] += 1;
    const timer = new AbortController();
    const patience = (options.timeout ?? TIMEOUT) + Math.ceil((request.uploadSize ?? 0) / SLOWEST_UPLOAD);
    const timeout = setTimeout(() => timer.abort(), patience);
    try {
      const { data, response } = await request.send({ signal: timer.signal, maxRetries: 0, timeout: patience }).withResponse();
      pacer.learn(request.route, response.headers);
      if (isTooDeep(data)) throw new UnexpectedAnswer("nested deeper than anything that a file could say");
      if (holdsInfinity(data)) throw new UnexpectedAnswer("a number beyond all that a program can hold");
      return { value: request.read(data) };
    } catch (error) {
      if (error instanceof UnexpectedAnswer) return { kind: "unexpected-answer", text: error.message };
      return failureFrom(error);
    } finally {
      clearTimeout(timeout);
    }
  }

  function assertRunning(route: string): void {
    if (signal?.aborted === true) throw new ActionError("cancelled", `The run was cancelled before ${route}.`);
  }

  async function untilSent<T>(request: TransportRequest<T>): Promise<{ value: T } | Failure> {
    for (;;) {
      await pacer.ready(request.route, signal);
      const result = await queue.add(() => attempt(request));
      if (result !== undefined) return result;
    }
  }

  return {
    calls: () => ({ ...counts }),
    async request<T>(request: TransportRequest<T>): Promise<TransportResult<T>> {
      const start = clock.now();
      for (let tries = 1; ; tries += 1) {
        const outcome = await untilSent(request);
        if ("value" in outcome) return { ok: true, value: outcome.value, tries };
        const now = clock.now();
        const delay = nextTry({ kind: request.kind, failure: outcome, tries, elapsed: now - start, now, chance: chance() });
        const { route, kind } = request;
        const failed = { ok: false, failure: outcome, tries, error: () => retellError({ route, kind, failure: outcome, hidden }) } as const;
        if (delay === undefined) return failed;
        const throttled = outcome.kind === "error-answer" && outcome.status === 429;
        if (throttled) pacer.hold(route, delay);
        const what = outcome.kind === "error-answer" ? String(outcome.status) : outcome.kind;
        log.debug(`${route}: ${what}; trying again in ${(delay / 1000).toFixed(1)} s (try ${tries + 1})`);
        await sleep(delay, signal);
        // Cancelled: what the last try left behind, perhaps an unknown fate, is more than "cancelled" would say.
        if (signal?.aborted === true) return failed;
      }
    },
  };
}
