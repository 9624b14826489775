import { driftBranch } from "@retell-actions/core/drift/drift-branch";
import { agentsToRemember, wantsFullRead } from "@retell-actions/core/drift/full-reads";
import { ActionError } from "@retell-actions/core/errors";
import type { ActionPorts } from "@retell-actions/core/ports/action-ports";
import type { Issue } from "@retell-actions/core/ports/issues";
import { isDriftOf, parseDriftHeader } from "@retell-actions/core/report/drift-header";
import type { DriftInputs } from "./inputs.ts";

export interface RememberContext {
  readonly inputs: DriftInputs;
  readonly directory: string;
  /** Tips of branches on the server, drift branches among them. */
  readonly tips: ReadonlyMap<string, string>;
  /** The bots' issues of the repository, asked for when first wanted. */
  readonly issues: () => Promise<readonly Issue[]>;
}

/**
 * Which agents of a workspace this look need not read: none in a small workspace, without a scheduled look of the last day, and
 * while a drift of the workspace is told: what a full read has found must not be closed by a look that did not read it.
 */
export async function agentsNotToRead(workspace: string, names: readonly string[], context: RememberContext, ports: ActionPorts): Promise<ReadonlyMap<string, number>> {
  const { inputs } = context;
  const all = (why: string): ReadonlyMap<string, number> => {
    ports.log.info(`All ${names.length} agents of ${workspace} are read: ${why}.`);
    return new Map();
  };
  if (wantsFullRead(inputs.read, names.length)) return new Map();
  try {
    if (await isTold(workspace, context, ports)) return all("its drift is told in a pull request or an issue, and must be seen whole");
    const { workflowFile } = ports.job;
    const last = workflowFile === undefined ? ({ kind: "unknown" } as const) : await ports.workflows.lastScheduledSuccess(workflowFile);
    if (last.kind === "forbidden") return all("when this workflow ran last is not known, since the job lacks permissions: actions: read");
    const remembered = agentsToRemember({ names, now: ports.clock.now(), lastLook: last.kind === "found" ? last.startedAt : undefined });
    return remembered.size === 0 ? all("no scheduled run of this workflow succeeded within the last day") : remembered;
  } catch (error) {
    if (!(error instanceof ActionError) || error.reason === "cancelled") throw error;
    return all(`what allows to read fewer could not be asked for (${error.message})`);
  }
}

async function isTold(workspace: string, { inputs, directory, tips, issues }: RememberContext, { job, repository }: ActionPorts): Promise<boolean> {
  if (inputs.mode === "report") return false;
  if (tips.has(driftBranch(directory, workspace))) return true;
  const identity = { repository: job.repositoryId ?? (await repository.repositoryId()), folder: directory, workspace };
  return (await issues()).some(({ authorIsBot, state, body }) => authorIsBot && state === "open" && isDriftOf(parseDriftHeader(body), identity));
}
