import { isJsonObject, type Json } from "../canonical/json.ts";
import { formerNames } from "../project/moves.ts";
import type { ProjectFile, ProjectFiles } from "../project/files.ts";
import type { Move } from "../project/workspace.ts";
import { stateBranch, WORKSPACE_STATE_PATH } from "./workspace-state.ts";

/** Where a workspace's record may stand: under its name, or under one that it had before. */
export interface RecordPlace {
  readonly workspace: string;
  readonly branch: string;
}

/** The places of a workspace's record, its own first. The first branch that exists is the record; the others are history. */
export function recordPlaces(workspace: string, where: { readonly moved: readonly Move[]; readonly workingDirectory: string }): RecordPlace[] {
  const names = [workspace, ...formerNames(workspace, { kind: "workspace", moved: where.moved })];
  return names.map((name) => ({ workspace: name, branch: stateBranch(where.workingDirectory, name) }));
}

/**
 * The record of a workspace that was renamed and was not written under its new name yet. The first commit under the new
 * name takes all of it over, after the note was left on the old branch: so no run can go on under the old name.
 */
export interface FormerRecord extends RecordPlace {
  readonly head: string;
  /** What to commit to the old branch first; undefined if it is there already. */
  readonly note: ReadonlyMap<string, string> | undefined;
}

/** The files of a record under the workspace's new name: `agents/<name>/<workspace>.json` and all others that are named so. */
export function underNewName(files: ProjectFiles, { from, to, head }: { readonly from: string; readonly to: string; readonly head: string }): ProjectFiles {
  return new Map(
    [...files].map(([path, file]): [string, ProjectFile] => {
      if (path === WORKSPACE_STATE_PATH) return [path, rewritten(file, ({ moved_to: _note, ...state }) => ({ ...state, moved_from: { workspace: from, commit: head } }))];
      if (!path.endsWith(`/${from}.json`)) return [path, file];
      return [`${path.slice(0, -`${from}.json`.length)}${to}.json`, rewritten(file, (state) => (state["workspace"] === from ? { ...state, workspace: to } : state))];
    }),
  );
}

/** The note for the old branch, beside all that stands in its `workspace.json`; undefined where it cannot be read. */
export function movedNote(files: ProjectFiles, to: string): ReadonlyMap<string, string> | undefined {
  const file = files.get(WORKSPACE_STATE_PATH);
  const noted = file === undefined ? undefined : rewritten(file, (state) => ({ ...state, moved_to: to }));
  return noted?.text === undefined || noted === file ? undefined : new Map([[WORKSPACE_STATE_PATH, noted.text]]);
}

/** The name under which a record says that it goes on; undefined for a record that is in use. */
export function movedTo(files: ProjectFiles): string | undefined {
  const to = objectIn(files.get(WORKSPACE_STATE_PATH))?.["moved_to"];
  return typeof to === "string" ? to : undefined;
}

/** What is no readable object stays as it is: it is unreadable under any name. */
function rewritten(file: ProjectFile, change: (state: Readonly<Record<string, Json>>) => Readonly<Record<string, Json>>): ProjectFile {
  const state = objectIn(file);
  return state === undefined ? file : { kind: "file", text: `${JSON.stringify(change(state), null, 2)}\n` };
}

function objectIn(file: ProjectFile | undefined): Readonly<Record<string, Json>> | undefined {
  try {
    const value: unknown = JSON.parse(file?.text ?? "");
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
