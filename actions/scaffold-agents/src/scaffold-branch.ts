import { contentHash } from "@retell-actions/core/canonical/content-hash";
import { editsDigest, type FileEdits } from "@retell-actions/core/drift/drift-branch";
import { markFolder } from "@retell-actions/core/state/ownership-mark";

/** `retell/scaffold/issue-12`, or by the first name where no issue asks; with the project's folder before it. */
export function scaffoldBranch(directory: string, { issue, names }: { readonly issue: number | undefined; readonly names: readonly string[] }): string {
  return `retell/scaffold/${markFolder(directory, issue === undefined ? (names[0] ?? "") : `issue-${issue}`)}`;
}

/** Names what is asked for, whatever order the names stand in. */
export function requestDigest(request: { readonly directory: string; readonly base: string; readonly template: string; readonly names: readonly string[] }): string {
  const { directory, base, template, names } = request;
  return contentHash([directory, base, template, [...names].sort()]);
}

const TRAILER = /^Retell-Scaffold: (sha256:[0-9a-f]{64})$/m;

/** The message of the branch's commit; its last line tells later runs that the commit is theirs, and unchanged. */
export function scaffoldMessage(subject: string, edits: FileEdits): string {
  return `${subject}\n\nRetell-Scaffold: ${editsDigest(edits)}`;
}

/** The digest that a commit's message claims; undefined for a commit of anybody else. */
export function claimedDigest(message: string): string | undefined {
  return TRAILER.exec(message)?.[1];
}
