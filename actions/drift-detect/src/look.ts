import { lookAtBranch, type BranchLook, type LookContext, type NothingDeployed } from "@retell-actions/core/apply/look-at-branch";
import type { WorkspaceDrift } from "@retell-actions/core/drift/drift";
import { findDrift } from "@retell-actions/core/drift/find-drift";
import { ActionError } from "@retell-actions/core/errors";
import type { ActionPorts } from "@retell-actions/core/ports/action-ports";
import type { Workspace } from "@retell-actions/core/project/workspace";

/** What one look at a workspace came to. A failure concerns this workspace only; the others are still looked at. */
export type Look = { readonly kind: "seen"; readonly seen: SeenWorkspace } | NothingDeployed | { readonly kind: "failed"; readonly workspace: string; readonly error: ActionError };

/** A workspace that was read, with the files of its branch, and what it holds that Git does not say. */
export interface SeenWorkspace extends BranchLook {
  readonly drift: WorkspaceDrift;
}

/** Looks at one workspace: files from the tip of its own branch, whatever is checked out; then state and Retell. */
export async function lookAt(declared: Workspace, context: LookContext, ports: ActionPorts): Promise<Look> {
  try {
    return await ports.log.group(`Look at ${declared.name}`, () => look(declared, context, ports));
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    ports.log.info(`${declared.name} could not be looked at: ${error.message}`);
    return { kind: "failed", workspace: declared.name, error };
  }
}

async function look(declared: Workspace, context: LookContext, ports: ActionPorts): Promise<Look> {
  const seen = await lookAtBranch(declared, context, ports);
  if (seen.kind === "nothing") return seen;
  const { target } = seen;
  const drift = findDrift({ plan: target.plan, live: target.snapshot.live, deploying: new Set(target.busyWith?.agents) });
  ports.log.info(`${drift.agents.length} drifted, ${drift.inSync} in sync, ${drift.notRead === undefined ? "" : `${drift.notRead.length} in sync but not read, `}${drift.undeployed.length} not deployed yet, ${drift.unreadable.length} unreadable`);
  return { kind: "seen", seen: { ...seen, drift } };
}
