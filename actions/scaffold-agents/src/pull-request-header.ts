import { isJsonObject } from "@retell-actions/core/canonical/json";
import { hiddenLine, readHiddenLine } from "@retell-actions/core/report/comment-header";

/** What the hidden first line of a pull request with new agents says. */
export interface PullRequestHeader {
  /** Digest of what was asked for. */
  readonly request: string;
  /** Digest of the files. */
  readonly content: string;
}

/** The header as one line. */
export function renderPullRequestHeader({ request, content }: PullRequestHeader): string {
  return hiddenLine({ kind: "scaffold-request", format: 1, request, content });
}

/** The header at the start of a body; undefined for a body of anybody else. */
export function parsePullRequestHeader(body: string): PullRequestHeader | undefined {
  const data = readHiddenLine(body);
  if (!isJsonObject(data) || data["kind"] !== "scaffold-request" || data["format"] !== 1) return undefined;
  const { request, content } = data;
  return typeof request === "string" && typeof content === "string" ? { request, content } : undefined;
}
