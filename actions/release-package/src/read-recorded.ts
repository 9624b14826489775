import { readRecord } from "@retell-actions/core/apply/read-state";
import { ActionError } from "@retell-actions/core/errors";
import type { GitReader } from "@retell-actions/core/ports/git";
import type { Move } from "@retell-actions/core/project/workspace";
import { recordPlaces, type RecordPlace } from "@retell-actions/core/state/former-record";
import { NO_STATE, type RecordedState } from "@retell-actions/core/state/recorded";

/** The project whose records are read; its agents by workspace. */
export interface RecordedProject {
  readonly directory: string;
  readonly moved: readonly Move[];
  readonly desired: ReadonlyMap<string, ReadonlyMap<string, unknown>>;
}

/** What the state branches of the workspaces say now, by workspace. One question and one fetch for all of them. */
export async function readRecorded(git: GitReader, { directory, moved, desired }: RecordedProject): Promise<Map<string, RecordedState>> {
  const places = [...desired.keys()].map((workspace) => [workspace, recordPlaces(workspace, { moved, workingDirectory: directory })] as const);
  const tips = await git.remoteTips(places.flatMap(([, some]) => some.map(({ branch }) => branch)));
  await git.fetch([...new Set(tips.values())]);
  const recorded = await Promise.all(places.map(async ([workspace, some]) => [workspace, await readOne(git, { tips, places: some, agents: [...(desired.get(workspace)?.keys() ?? [])] })] as const));
  return new Map(recorded);
}

/** An old tag may name a workspace that was renamed since: what it is now is not told as if it were never deployed. */
async function readOne(git: GitReader, { agents, ...from }: { readonly tips: ReadonlyMap<string, string>; readonly places: readonly RecordPlace[]; readonly agents: readonly string[] }): Promise<RecordedState> {
  try {
    return (await readRecord({ git, ...from })).recorded;
  } catch (error) {
    if (!(error instanceof ActionError) || error.reason !== "workspace-moved") throw error;
    const problem = error.message;
    return { ...NO_STATE, workspace: { kind: "unreadable", problem }, agents: new Map(agents.map((name) => [name, { kind: "unreadable", problem }])) };
  }
}
