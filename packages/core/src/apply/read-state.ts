import { ActionError } from "../errors.ts";
import type { GitReader } from "../ports/git.ts";
import type { ProjectFiles } from "../project/files.ts";
import { movedNote, movedTo, underNewName, type RecordPlace } from "../state/former-record.ts";
import { NO_STATE, parseRecordedState, type RecordedState } from "../state/recorded.ts";
import { WORKSPACE_STATE_PATH } from "../state/workspace-state.ts";

/** A workspace's record, and the texts behind it. */
export interface ReadState {
  readonly recorded: RecordedState;
  readonly files: ProjectFiles;
}

/** Everything that a state branch holds of a workspace. */
const RECORD_PATHS = [WORKSPACE_STATE_PATH, "agents", "knowledge", "components"];

/** The record of a workspace at a tip that was fetched, and the texts behind it. No tip: nothing was ever deployed. */
export async function readStateAt(from: { git: Pick<GitReader, "readCommit">; tip: string | undefined; workspace: string }): Promise<ReadState> {
  const { git, tip, workspace } = from;
  if (tip === undefined) return { recorded: NO_STATE, files: new Map() };
  const files = await git.readCommit(tip, RECORD_PATHS);
  const to = movedTo(files);
  if (to !== undefined) {
    throw new ActionError(
      "workspace-moved",
      `The workspace ${workspace} goes on as ${to}: its record was taken over, so nothing is read or written under the old name. ` +
        `Use a commit whose workspaces.json has ${to}. To go back to ${workspace}, declare {"workspace": "${to}", "to": "${workspace}"} instead of the rename before, and rename the old state branch of ${workspace} out of the way.`,
    );
  }
  return { recorded: parseRecordedState(tip, files, workspace), files };
}

/**
 * The record of a workspace, also where it stands under the name that the workspace had before: then as it will be written
 * under the new one. `tips` are of all places, and fetched. Throws `workspace-moved` for a record that goes on elsewhere.
 */
export async function readRecord(from: { git: Pick<GitReader, "readCommit">; tips: ReadonlyMap<string, string>; places: readonly RecordPlace[] }): Promise<ReadState> {
  const { git, tips, places } = from;
  const [own] = places;
  if (own === undefined) throw new TypeError("a workspace without a place for its record");
  const place = places.find(({ branch }) => tips.has(branch)) ?? own;
  const tip = tips.get(place.branch);
  if (place === own || tip === undefined) return readStateAt({ git, tip, workspace: own.workspace });
  const old = await git.readCommit(tip, RECORD_PATHS);
  const to = movedTo(old);
  if (to !== undefined && !places.some(({ workspace }) => workspace === to)) {
    throw new ActionError("workspace-moved", `The record of ${place.workspace} was taken over by ${to} already, so ${own.workspace} cannot have it too. Correct "moved" in workspaces.json.`);
  }
  const files = underNewName(old, { from: place.workspace, to: own.workspace, head: tip });
  const { head: _old, ...recorded } = parseRecordedState(tip, files, own.workspace);
  return { recorded: { ...recorded, head: undefined, former: { ...place, head: tip, note: to === own.workspace ? undefined : movedNote(old, own.workspace) } }, files };
}
