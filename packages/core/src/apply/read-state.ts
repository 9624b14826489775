import type { GitReader } from "../ports/git.ts";
import type { ProjectFiles } from "../project/files.ts";
import { NO_STATE, parseRecordedState, type RecordedState } from "../state/recorded.ts";
import { WORKSPACE_STATE_PATH } from "../state/workspace-state.ts";

/** The record of a workspace at a tip that was fetched, and the texts behind it. No tip: nothing was ever deployed. */
export async function readStateAt(from: { git: Pick<GitReader, "readCommit">; tip: string | undefined; workspace: string }): Promise<{ recorded: RecordedState; files: ProjectFiles }> {
  const { git, tip, workspace } = from;
  if (tip === undefined) return { recorded: NO_STATE, files: new Map() };
  const files = await git.readCommit(tip, [WORKSPACE_STATE_PATH, "agents"]);
  return { recorded: parseRecordedState(tip, files, workspace), files };
}
