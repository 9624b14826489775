/**
 * Fault injection shared by the lab's servers. A server asks `next` once per request, before it does anything, and
 * obeys the answer. Rules are plain data so that a test can say "the third write to Retell is applied but its answer
 * is lost" in one line.
 */

export type FaultAction =
  /** The connection is closed before the request is processed. */
  | { kind: "drop-before" }
  /** The request is processed, then the connection is closed without an answer. */
  | { kind: "drop-after" }
  /** Answered with this status and body, not processed. `headers` are added. */
  | { kind: "status"; status: number; body?: unknown; headers?: Record<string, string> }
  /** Processed; the body is cut in half (the declared length too, so that it is invalid JSON rather than a short read). */
  | { kind: "truncate" }
  /** Processed; the body is replaced by this text, with status 200. */
  | { kind: "body"; text: string }
  /** Processed; the text of the answer goes through a function. The status stays. */
  | { kind: "rewrite"; rewrite: (text: string) => string }
  /** Processed; half the body is sent under the whole length, then the connection is closed: a short read. */
  | { kind: "cut" }
  /** Processed; the body comes in so many pieces, with a pause before each. */
  | { kind: "slow"; milliseconds: number; pieces: number }
  /** No answer, and the connection stays open until the client gives up; processed only with `when: "after"`. */
  | { kind: "silence"; when: "before" | "after" }
  /** Processed as if these query parameters had been sent beside the others: a server with smaller pages than were asked for. */
  | { kind: "query"; query: Readonly<Record<string, string>> }
  /** Waits, then goes on as usual. */
  | { kind: "delay"; milliseconds: number }
  /** Calls the test before (`when: "before"`) or after processing and awaits it: used to edit in the console, to kill a child process. */
  | { kind: "call"; when: "before" | "after"; run: (request: FaultRequest) => void | Promise<void> };

export interface FaultRequest {
  readonly service: "retell" | "github";
  readonly method: string;
  /** Path without query, e.g. `/update-agent/agent_1`; for GraphQL `/graphql`, for git `/owner/repo.git/git-upload-pack`. */
  readonly path: string;
  readonly query: string;
  /** Parsed JSON body where there is one. */
  readonly body: unknown;
  /** True if the request changes the service's state (a list by POST or a GraphQL query is not a write). */
  readonly write: boolean;
  /** Running numbers over all requests of the fault plan, from 0. */
  readonly index: number;
  /** Running number among writes, from 0; -1 for a read. */
  readonly writeIndex: number;
}

export interface FaultRule {
  readonly matches: (request: FaultRequest) => boolean;
  readonly action: FaultAction;
  /** How often the rule fires; unlimited when absent. */
  times?: number;
}

/** A query in which a fault plan has set parameters. */
export function queryWith(query: string, actions: readonly FaultAction[]): string {
  const parameters = new URLSearchParams(query);
  const set = actions.flatMap((action) => (action.kind === "query" ? Object.entries(action.query) : []));
  if (set.length === 0) return query;
  for (const [name, value] of set) parameters.set(name, value);
  return parameters.toString();
}

/** One plan may be shared by several servers, so that `writeIndex` counts outgoing writes of a run whatever their goal. */
export class FaultPlan {
  readonly rules: FaultRule[] = [];
  #index = 0;
  #writes = 0;

  add(rule: FaultRule): this {
    this.rules.push(rule);
    return this;
  }

  /** Forgets the rules and starts counting again. */
  reset(): void {
    this.rules.length = 0;
    this.#index = 0;
    this.#writes = 0;
  }

  get writes(): number {
    return this.#writes;
  }

  /** Numbers the request and returns the actions to obey, in the order of the rules. */
  next(request: Omit<FaultRequest, "index" | "writeIndex">): { request: FaultRequest; actions: FaultAction[] } {
    const numbered: FaultRequest = { ...request, index: this.#index++, writeIndex: request.write ? this.#writes++ : -1 };
    const actions: FaultAction[] = [];
    for (const rule of this.rules) {
      if (rule.times === 0 || !rule.matches(numbered)) continue;
      if (rule.times !== undefined) rule.times -= 1;
      actions.push(rule.action);
    }
    return { request: numbered, actions };
  }
}
