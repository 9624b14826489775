import { createHash } from "node:crypto";
import { z } from "zod";
import type { JsonObject } from "../canonical/json.ts";
import type { IssueComment } from "../ports/github.ts";

/** Digests of what Retell held when a report was written (see `plan/live-digest.ts`), by workspace and agent. */
export type ShownDigests = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * Whose comment it is: one per pull request for a validation, one per pull request and workspace for a deploy or a drift,
 * one per command for an answer, one per issue for new agents that it asks for.
 */
export type CommentIdentity =
  | { readonly kind: "validation"; readonly repositoryId: number; readonly folder: string }
  | { readonly kind: "scaffold"; readonly repositoryId: number; readonly folder: string }
  /** `command` is the id of the comment that is answered. */
  | { readonly kind: "answer"; readonly repositoryId: number; readonly folder: string; readonly command: number }
  | { readonly kind: "deploy" | "drift"; readonly repositoryId: number; readonly folder: string; readonly workspace: string };

const schema = z.object({
  kind: z.enum(["validation", "scaffold", "answer", "deploy", "drift"]),
  format: z.literal(1),
  repository: z.int().nonnegative(),
  folder: z.string(),
  workspaces: z.array(z.string()),
  command: z.int().positive().optional(),
  shown: z.record(z.string(), z.record(z.string(), z.string())).optional(),
  digest: z.string(),
});

/**
 * What the hidden first line of a comment says. `folder` is the working directory, "" for the repository's root;
 * `workspaces` the ones that the body has a section for; `shown` the live states that its commands were printed for;
 * `digest` names the text below the header.
 */
export type CommentHeader = z.infer<typeof schema>;

const FORM = /^<!-- retell-actions (\{[^\r\n]*?\}) -->(?=\r?\n|$)/;

/** The header as one line; `parseHeader` is its inverse. Nothing in a name can end the HTML comment. */
export function renderHeader(header: CommentHeader): string {
  const { kind, format, repository, folder, workspaces, command, shown, digest } = header;
  return hiddenLine({ kind, format, repository, folder, workspaces, ...(command === undefined ? {} : { command }), ...(shown === undefined ? {} : { shown }), digest });
}

/** Data as one line that GitHub does not show, for the very start of a body; `readHiddenLine` is its inverse. */
export function hiddenLine(data: JsonObject): string {
  const safe = JSON.stringify(data).replace(/[<>]|--|[^\x20-\x7e]/g, (match) => [...match].flatMap(escapeUnits).join(""));
  return `<!-- retell-actions ${safe} -->`;
}

/** The data of the hidden line at the very start of a body; undefined if there is none or it is damaged. */
export function readHiddenLine(body: string): unknown {
  const text = FORM.exec(body)?.[1];
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The header at the very start of a comment's body; undefined if there is none that this version understands. */
export function parseHeader(body: string): CommentHeader | undefined {
  return schema.safeParse(readHiddenLine(body)).data;
}

/** A body with its header. `digest` is that of `text`, so equal texts give equal bytes. */
export function withHeader(text: string, identity: CommentIdentity, workspaces: readonly string[], shown: ShownDigests = {}): string {
  const header: CommentHeader = {
    kind: identity.kind,
    format: 1,
    repository: identity.repositoryId,
    folder: identity.folder,
    workspaces: [...workspaces],
    ...(identity.kind === "answer" ? { command: identity.command } : {}),
    ...(Object.keys(shown).length === 0 ? {} : { shown }),
    digest: `sha256:${createHash("sha256").update(text).digest("hex")}`,
  };
  return `${renderHeader(header)}\n${text}`;
}

/**
 * The comment to update: written by a bot (anybody can paste a header), with the header of this identity. Of several the
 * oldest, i.e. the one with the lowest id, whatever the order of `comments`.
 */
export function findSticky(comments: readonly IssueComment[], identity: CommentIdentity): IssueComment | undefined {
  let oldest: IssueComment | undefined;
  for (const comment of comments) {
    if (!comment.authorIsBot || (oldest !== undefined && oldest.id < comment.id)) continue;
    const header = parseHeader(comment.body);
    if (header !== undefined && belongsTo(header, identity)) oldest = comment;
  }
  return oldest;
}

function belongsTo(header: CommentHeader, identity: CommentIdentity): boolean {
  if (header.kind !== identity.kind || header.repository !== identity.repositoryId || header.folder !== identity.folder) return false;
  if (identity.kind === "answer") return header.command === identity.command;
  return identity.kind === "validation" || identity.kind === "scaffold" || (header.workspaces.length === 1 && header.workspaces[0] === identity.workspace);
}

function escapeUnits(character: string): string[] {
  return character.split("").map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
