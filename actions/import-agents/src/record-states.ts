import { saltOf } from "@retell-actions/core/apply/read-target";
import { openStateBranch } from "@retell-actions/core/apply/state-branch";
import { createFingerprint } from "@retell-actions/core/canonical/fingerprint";
import type { Import } from "@retell-actions/core/import/import-agents";
import { importedState } from "@retell-actions/core/import/imported-state";
import type { ActionPorts } from "@retell-actions/core/ports/action-ports";
import { count } from "@retell-actions/core/report/words";
import { renderAgentState } from "@retell-actions/core/state/agent-state";
import { agentStatePath, renderWorkspaceState, stateBranch, WORKSPACE_STATE_PATH } from "@retell-actions/core/state/workspace-state";
import { assertGoing } from "./assert-going.ts";
import type { RetellWorld } from "./read-retell.ts";
import type { GitWorld } from "./read-world.ts";

/**
 * Records what was imported, one commit per workspace on the tip that was read; nothing where it is recorded already. `stale`: a
 * state branch has moved, so that everything has to be read again.
 */
export async function recordStates(work: { readonly world: GitWorld; readonly retell: RetellWorld; readonly made: Import }, ports: ActionPorts): Promise<"recorded" | "unchanged" | "stale"> {
  const { world, retell } = work;
  let wrote = false;
  for (const workspace of world.wanted) {
    const record = world.records.get(workspace.name);
    const files = record && stateFiles(workspace.name, work);
    if (record === undefined || files === undefined) continue;
    const changed = new Map([...files].filter(([path, text]) => record.files.get(path)?.text !== text));
    if (changed.size === 0) continue;
    assertGoing(ports);
    const known = new Map([...record.files].flatMap(([path, { text }]) => (text === undefined ? [] : [[path, text] as const])));
    const branch = openStateBranch({ branch: stateBranch(world.directory, workspace.name), head: record.recorded.head, former: record.recorded.former, known, writer: ports.gitWriter, git: ports.git });
    const agents = [...changed.keys()].filter((path) => path !== WORKSPACE_STATE_PATH).length;
    if ((await branch.commit(changed, `${workspace.name}: ${count(agents, "agent")} imported from ${retell.organizations.get(workspace.name)?.name ?? "Retell"}`)) === "stale") return "stale";
    ports.log.info(`${workspace.name}: ${count(agents, "agent")} recorded`);
    wrote = true;
  }
  return wrote ? "recorded" : "unchanged";
}

/** Undefined where the workspace has no part in the import. */
function stateFiles(workspace: string, { world, retell, made }: Parameters<typeof recordStates>[0]): Map<string, string> | undefined {
  const recorded = world.records.get(workspace)?.recorded;
  const organization = retell.organizations.get(workspace);
  const members = made.agents.flatMap(({ folder, members: all }) => all.filter(({ live }) => live.workspace.name === workspace).map((member) => ({ folder, member })));
  if (recorded === undefined || members.length === 0) return undefined;
  const salt = saltOf(recorded, retell.repositoryId, workspace);
  const fingerprint = createFingerprint(salt);
  const files = new Map<string, string>();
  // First, so that the branch can be read from its first commit on where this takes several.
  if (recorded.workspace.kind === "none") files.set(WORKSPACE_STATE_PATH, renderWorkspaceState({ format: 1, organization: organization === undefined ? null : { ...organization }, salt, pending: null }));
  for (const { folder, member } of members) {
    files.set(agentStatePath(folder, workspace), renderAgentState(importedState({ member, agentIds: made.agentIds.get(workspace) ?? new Map(), fingerprint })));
  }
  return files;
}
