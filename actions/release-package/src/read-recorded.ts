import { readStateAt } from "@retell-actions/core/apply/read-state";
import type { GitReader } from "@retell-actions/core/ports/git";
import type { RecordedState } from "@retell-actions/core/state/recorded";
import { stateBranch } from "@retell-actions/core/state/workspace-state";

/** What the state branches of the workspaces say now, by workspace. One question and one fetch for all of them. */
export async function readRecorded(git: GitReader, project: { directory: string; workspaces: readonly string[] }): Promise<Map<string, RecordedState>> {
  const branches = project.workspaces.map((workspace) => [workspace, stateBranch(project.directory, workspace)] as const);
  const tips = await git.remoteTips(branches.map(([, branch]) => branch));
  await git.fetch([...new Set(tips.values())]);
  const recorded = await Promise.all(branches.map(async ([workspace, branch]) => [workspace, (await readStateAt({ git, tip: tips.get(branch), workspace })).recorded] as const));
  return new Map(recorded);
}
