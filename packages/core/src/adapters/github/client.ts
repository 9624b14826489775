import { Octokit } from "@octokit/rest";
import type { z } from "zod";
import type { Clock, Log } from "../../ports/runner.ts";
import type { Sleep } from "../sleep.ts";
import { BrokenAnswer, failureFrom, nextTry, type Failure } from "./failure.ts";
import { githubError, type Purpose } from "./platform-error.ts";

const TIMEOUT = 60_000;

export type Result<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure };

export interface Question<T> extends Purpose {
  send(octokit: Octokit): Promise<{ data: unknown }>;
  /** What of the answer is used. */
  readonly schema: z.ZodType<T>;
}

/** GitHub through octokit, with one policy of repetition. Failures are values in `try`, `PlatformError` in `request`. */
export interface GitHubClient {
  readonly owner: string;
  readonly repo: string;
  try<T>(question: Question<T>): Promise<Result<T>>;
  request<T>(question: Question<T>): Promise<T>;
  /** A GraphQL mutation, never repeated except after a rate limit. */
  mutate<T>(mutation: Purpose & { query: string; variables: Record<string, unknown>; schema: z.ZodType<T> }): Promise<Result<T>>;
  pause(milliseconds: number): Promise<void>;
}

export interface GitHubClientOptions {
  readonly token: string;
  readonly apiUrl: string;
  readonly graphqlUrl: string;
  /** `owner/name`. */
  readonly repository: string;
  readonly log: Log;
  readonly clock: Clock;
  readonly sleep: Sleep;
  /** 0 to 1. */
  readonly chance: () => number;
  readonly timeout?: number;
}

export function createClient(options: GitHubClientOptions): GitHubClient {
  const { log, clock, sleep, chance } = options;
  const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
  const octokit = new Octokit({ auth: options.token, baseUrl: options.apiUrl.replace(/\/+$/, ""), userAgent: "retell-actions", log: silent });
  octokit.hook.before("request", (request) => {
    request.request = { ...request.request, signal: AbortSignal.timeout(options.timeout ?? TIMEOUT) };
  });
  // octokit derives the GraphQL address from the REST one unless both are given.
  const graphql = octokit.graphql.defaults({ baseUrl: options.graphqlUrl.replace(/\/graphql\/?$/, ""), url: options.graphqlUrl });
  const [owner = "", repo = ""] = options.repository.split("/");

  async function repeat<T>(purpose: Purpose, attempt: () => Promise<unknown>, schema: z.ZodType<T>): Promise<Result<T>> {
    const start = clock.now();
    for (let tries = 1; ; tries += 1) {
      try {
        const checked = schema.safeParse(await attempt());
        if (checked.success) return { ok: true, value: checked.data };
        throw new BrokenAnswer("the answer is not what the API promises");
      } catch (error) {
        const failure = failureFrom(error);
        const now = clock.now();
        const delay = nextTry({ write: purpose.write, failure, tries, elapsed: now - start, now, chance: chance() });
        if (delay === undefined) return { ok: false, failure };
        log.debug(`GitHub: could not ${purpose.what} (${failure.kind}); trying again in ${(delay / 1000).toFixed(1)} s`);
        await sleep(delay);
      }
    }
  }

  const client: GitHubClient = {
    owner,
    repo,
    try: (question) => repeat(question, async () => (await question.send(octokit)).data, question.schema),
    async request(question) {
      const result = await client.try(question);
      if (!result.ok) throw githubError(question, result.failure);
      return result.value;
    },
    mutate: (mutation) => repeat(mutation, () => graphql<unknown>(mutation.query, mutation.variables), mutation.schema),
    pause: (milliseconds) => sleep(milliseconds),
  };
  return client;
}
