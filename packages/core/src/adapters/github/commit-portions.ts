import { createHash } from "node:crypto";
import type { FileChanges } from "../../ports/github.ts";

/** Base64 characters in one request. GitHub publishes no limit; requests of a few MB are known to pass. */
const PORTION_SIZE = 4 * 1024 * 1024;
/** Entries in one request; larger trees are known to time out. */
const PORTION_ENTRIES = 100;

export interface Portion {
  readonly additions: readonly { readonly path: string; readonly contents: string }[];
  readonly deletions: readonly { readonly path: string }[];
}

/** Changes in the order given, cut so that each request stays small; contents are base64. */
export function portionsOf(files: FileChanges): Portion[] {
  const portions: { additions: { path: string; contents: string }[]; deletions: { path: string }[] }[] = [];
  let size = Infinity;
  let entries = 0;
  for (const [path, text] of files) {
    const contents = text === null ? undefined : Buffer.from(text).toString("base64");
    const weight = contents?.length ?? 0;
    if (size + weight > PORTION_SIZE || entries >= PORTION_ENTRIES) {
      portions.push({ additions: [], deletions: [] });
      size = entries = 0;
    }
    size += weight;
    entries += 1;
    const portion = portions.at(-1);
    if (contents === undefined) portion?.deletions.push({ path });
    else portion?.additions.push({ path, contents });
  }
  return portions;
}

/** A trailer by which a commit can be recognised as the one that this very change would have made. */
export function trailerOf(change: { branch: string; head: string; portion: Portion }): string {
  return `Retell-Actions-Commit: ${createHash("sha256").update(JSON.stringify(change)).digest("hex")}`;
}

/** Headline and body for GitHub, with the trailer in the last paragraph. */
export function messageWith(message: string, trailer: string): { headline: string; body: string } {
  const [headline = "", ...rest] = message.trimEnd().split("\n");
  const body = rest.join("\n").trim();
  const lastParagraph = body.split("\n\n").at(-1) ?? "";
  const joinsTrailers = body !== "" && lastParagraph.split("\n").every((line) => /^[A-Za-z][\w-]*: \S/.test(line));
  return { headline, body: body === "" ? trailer : `${body}${joinsTrailers ? "\n" : "\n\n"}${trailer}` };
}
