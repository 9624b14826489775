import { contentHash } from "../canonical/content-hash.ts";
import type { ProjectFiles } from "../project/files.ts";
import { markFolder } from "../state/ownership-mark.ts";

/** `retell/drift/staging`, or `retell/drift/voice/staging` for a project in the folder `voice`. */
export function driftBranch(workingDirectory: string, workspace: string): string {
  return `retell/drift/${markFolder(workingDirectory, workspace)}`;
}

/** A change of files as the drift branch's commit makes it: texts before and after by path; undefined: no such file. */
export type FileEdits = ReadonlyMap<string, { readonly before: string | undefined; readonly after: string | undefined }>;

/** Names a change of files; equal changes have equal digests, whatever else is in the commits around them. */
export function editsDigest(edits: FileEdits): string {
  return contentHash([...edits].sort(([a], [b]) => (a < b ? -1 : 1)).map(([path, { before, after }]) => [path, before ?? null, after ?? null]));
}

/** What two states of the project differ in. */
export function editsBetween(before: ProjectFiles, after: ProjectFiles): FileEdits {
  const paths = new Set([...before.keys(), ...after.keys()]);
  return new Map(
    [...paths]
      .map((path) => [path, { before: before.get(path)?.text, after: after.get(path)?.text }] as const)
      .filter(([path, edit]) => edit.before !== edit.after || before.get(path)?.kind !== after.get(path)?.kind),
  );
}

const TRAILER = /^Retell-Drift: (sha256:[0-9a-f]{64})$/m;

/** The message of the drift branch's commit; its last line tells later runs that the commit is theirs, and unchanged. */
export function driftMessage(subject: string, edits: FileEdits): string {
  return `${subject}\n\nRetell-Drift: ${editsDigest(edits)}`;
}

/** The digest that a commit's message claims; undefined for a commit of anybody else. */
export function claimedDigest(message: string): string | undefined {
  return TRAILER.exec(message)?.[1];
}
