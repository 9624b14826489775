import { replaceCredentials } from "../../canonical/credentials.ts";
import { PlatformError } from "../../errors.ts";
import type { Failure } from "./failure.ts";
import { isAmbiguous, type RequestKind } from "./retry-policy.ts";

export interface FailedRequest {
  /** The route's name, such as `get-agent`. */
  readonly route: string;
  readonly kind: RequestKind;
  readonly failure: Failure;
  /** Texts that the message must not repeat: the API key and values of secrets, in all their forms. */
  readonly hidden: readonly string[];
}

/** The error that the rest of the suite sees. Its message holds Retell's own text without credentials, and never a request. */
export function retellError({ route, kind, failure, hidden }: FailedRequest): PlatformError {
  const ambiguous = kind !== "read" && isAmbiguous(failure);
  const status = failure.kind === "error-answer" ? failure.status : undefined;
  const details = { platform: "retell", ambiguous, ...(status === undefined ? {} : { status }) } as const;
  const told = "text" in failure && failure.text !== undefined ? redact(failure.text, hidden) : "no message";
  switch (failure.kind) {
    case "no-answer":
      return new PlatformError(
        { ...details, reason: "retell-unavailable" },
        `Retell did not answer ${route} (${told}). Run again when status.retellai.com shows no incident; if a base_url or RETELL_BASE_URL is set, check it.`,
      );
    case "broken-answer":
      return new PlatformError({ ...details, reason: "retell-unavailable" }, `Retell's answer to ${route} broke off or is not JSON. Run again; if it stays, check RETELL_BASE_URL and any proxy.`);
    case "unexpected-answer":
      return new PlatformError(
        { ...details, reason: "retell-unavailable" },
        `Retell's answer to ${route} is not what its API promises: ${told}. Check RETELL_BASE_URL and any proxy; if both are right, Retell's API changed: please report it.`,
      );
    case "error-answer":
      return errorForStatus({ route, kind, status: failure.status, told, known: failure.text !== undefined, details });
  }
}

/** What is asked for in reading is the suite's own; what is written comes from the user's files. */
const ASK_AGAIN = "Run again; if it stays, please report it.";
const MEND = "If that names something in the files, change it there; otherwise run again.";

function errorForStatus(answer: {
  route: string;
  kind: RequestKind;
  status: number;
  told: string;
  known: boolean;
  details: { platform: "retell"; ambiguous: boolean; status?: number };
}): PlatformError {
  const { route, kind, status, told, known, details } = answer;
  if (status === 401) {
    return new PlatformError({ ...details, reason: "unauthorized" }, `Retell refused the API key (${route}: 401). Check that the secret holds a complete key of this workspace that has not been deleted.`);
  }
  if (status === 403) {
    return new PlatformError({ ...details, reason: "forbidden" }, `The API key may not use ${route} (403: ${told}). Give the key Agent: Edit for deploys, or Agent: Read where only reading happens (Retell console, API keys).`);
  }
  if (status === 429) {
    return new PlatformError({ ...details, reason: "retell-unavailable" }, `Retell kept throttling ${route} (429) for minutes. Another client uses up this workspace's limit; run again later or lower the concurrency input.`);
  }
  if (status === 408 || status >= 500 || status < 400 || !known) {
    return new PlatformError({ ...details, reason: "retell-unavailable" }, `Retell answered ${route} with ${status} (${told}). Run again; if it stays, check RETELL_BASE_URL and status.retellai.com.`);
  }
  return new PlatformError({ ...details, reason: "retell-rejected" }, `Retell refused ${route} (${status}): ${told}${/[.!?…]$/.test(told) ? "" : "."} ${kind === "read" ? ASK_AGAIN : MEND}`);
}

/** Prefixes of Retell's ids, which are no secrets and which a person needs to see. */
const ID_PREFIX = "(?:agent|chat_agent|llm|conversation_flow|conversation_flow_component|knowledge_base|node|tool|mcp|voice|app)_";
const CREDENTIALS = [
  /\b(bearer|basic|token|authorization:?)\s+\S+/gi,
  /\b(?:key|sk|pk|ghp|ghs|github_pat|xox[a-z])[-_][\w-]{6,}/gi,
  // A digit is looked for no further than that: without an end to it, a long text without one costs the square of its length.
  new RegExp(String.raw`(?<![\w-])(?!${ID_PREFIX})(?=[\w+=-]{0,80}\d)[\w+=-]{28,}`, "g"),
];

/** A server's text, cut to one short line without the hidden texts, in which nothing looks like a credential. */
export function redact(text: string, hidden: readonly string[]): string {
  // The longest first: one may be a part of another.
  const longestFirst = [...hidden].sort((a, b) => b.length - a.length);
  let safe = longestFirst.reduce((shown, secret) => (secret === "" ? shown : shown.replaceAll(secret, "***")), text);
  safe = replaceCredentials(safe, () => "***");
  for (const pattern of CREDENTIALS) safe = safe.replace(pattern, "***");
  // eslint-disable-next-line no-control-regex -- a server's text must not bring control characters into a log
  safe = safe.replace(/[\u0000-\u001f\u007f\u2028\u2029]+/g, " ").trim();
  return safe.length > 400 ? `${safe.slice(0, 400)}…` : safe;
}
