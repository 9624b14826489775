import PQueue from "p-queue";
import type { Json } from "../canonical/json.ts";
import { resourcesIn, type ResourceSymbol } from "../canonical/resource-symbols.ts";
import type { RepositoryReader } from "../ports/github.ts";
import type { Log } from "../ports/runner.ts";
import { isWritten, type AgentPlan, type Plan } from "../plan/plan.ts";
import type { DeploymentNote } from "../state/next-state.ts";
import type { PendingRun, WorkspaceState } from "../state/workspace-state.ts";
import { createShell, fillShell } from "./create-agent.ts";
import { deleteAgent } from "./delete-agent.ts";
import { lockFiles, recordFiles } from "./journal.ts";
import { markOf } from "./planned-writes.ts";
import { resourceLockFiles, resourceRecordFiles } from "./resource-journal.ts";
import type { StateBranch } from "./state-branch.ts";
import { updateAgent } from "./update-agent.ts";
import type { WriteContext } from "./write-context.ts";
import { createResourceWriter } from "./write-resources.ts";
import type { WrittenResource } from "./written-resource.ts";
import type { Written } from "./written.ts";

export interface ApplyInput {
  readonly plan: Plan;
  readonly context: WriteContext;
  readonly branch: StateBranch;
  /** The workspace's state as it was read, or the first one. */
  readonly state: WorkspaceState;
  /** Whether a run that is over left its journal behind. */
  readonly hasLeftovers: boolean;
  readonly run: PendingRun;
  readonly note: DeploymentNote;
  readonly concurrency: number;
  readonly log: Log;
  /** Asked once, just before the workspace is taken. */
  readonly isStillNewest: () => Promise<boolean>;
}

export type Applied =
  /** Somebody else changed the state meanwhile: nothing was written, read and plan again. */
  | { readonly kind: "stale" }
  | { readonly kind: "superseded" }
  | { readonly kind: "applied"; readonly written: ReadonlyMap<string, Written>; readonly resources: ReadonlyMap<string, WrittenResource>; readonly recordError: Error | undefined; readonly stateCommit: string | undefined };

/**
 * Carries out a plan: takes the workspace by committing the journal, writes the agents, records what happened. Nothing is
 * written to Retell before the journal is committed, and nothing that was written stays unrecorded.
 */
export async function applyPlan(input: ApplyInput): Promise<Applied> {
  const { plan, branch, context } = input;
  const toWrite = plan.agents.filter(isWritten);
  const toRecord = [...plan.agents, ...(plan.resources ?? [])].filter((one) => one.operation === "record");
  const shared = createResourceWriter(plan.resources ?? [], { context, concurrency: input.concurrency });
  const sharedToWrite = (plan.resources ?? []).filter(isWritten);
  const resources = shared.written;
  const isWriting = toWrite.length > 0 || sharedToWrite.length > 0;
  if (!isWriting && toRecord.length === 0 && !input.hasLeftovers && !branch.takesOver) return { kind: "applied", written: new Map(), resources, recordError: undefined, stateCommit: undefined };
  if (!(await input.isStillNewest())) return { kind: "superseded" };

  if (context.signal.aborted) {
    return { kind: "applied", written: new Map(toWrite.map((agent) => [agent.name, notStarted])), resources: shared.notStarted(), recordError: undefined, stateCommit: undefined };
  }

  const mark = (agent: AgentPlan): string => markOf(agent, context);
  const workspace = plan.workspace.name;
  const written = new Map<string, Written>();
  if (isWriting) {
    const held = [...toWrite.map((agent) => agent.name), ...sharedToWrite.map((resource) => resource.symbol)];
    const files = new Map([...lockFiles({ workspace, state: input.state, run: { ...input.run, agents: held }, agents: toWrite, markOf: mark }), ...resourceLockFiles(sharedToWrite, workspace)]);
    if ((await branch.commit(files, `${workspace}: deploying ${input.note.commit.slice(0, 7)}`)) === "stale") return { kind: "stale" };
    await shared.first();
    await writeAgents(toWrite, { ...input, shared }, written);
    await shared.last();
  }
  const sharedFiles = resourceRecordFiles({ resources: plan.resources ?? [], written: resources, workspace, note: input.note });
  const agentFiles = recordFiles({
    workspace,
    state: input.state,
    run: input.run,
    plans: plan.agents,
    written,
    uncertainResources: sharedFiles.uncertain,
    note: input.note,
    markOf: mark,
    secretFingerprint: (name) => {
      const value = context.secrets.get(name);
      return value === undefined ? undefined : context.fingerprint(value);
    },
  });
  // The workspace's own file comes last of all.
  const files = new Map([...sharedFiles.files, ...agentFiles]);
  const message = recordMessage(workspace, input, written);
  try {
    // Without anything to write nobody was kept out: another run may have just deployed what this one read.
    if (isWriting) await branch.record(files, message);
    else if ((await branch.commit(files, message)) === "stale") return { kind: "stale" };
    return { kind: "applied", written, resources, recordError: undefined, stateCommit: branch.head };
  } catch (error) {
    return { kind: "applied", written, resources, recordError: error as Error, stateCommit: undefined };
  }
}

/** New agents get their ids first, so that any agent can refer to any other; then contents, deletes last. */
async function writeAgents(agents: readonly AgentPlan[], input: ApplyInput & { readonly shared: ReturnType<typeof createResourceWriter> }, written: Map<string, Written>): Promise<void> {
  const { context, log, shared } = input;
  const creates = agents.filter((agent) => agent.operation === "create" || agent.operation === "replace");
  const updates = agents.filter((agent) => agent.operation === "update");
  const deletes = agents.filter((agent) => agent.operation === "delete");
  // Second halves of creates; they also say what must be recorded when the run was cancelled in between.
  const fill = new Map<string, () => Promise<Written>>();
  let done = 0;
  const finish = (agent: AgentPlan, result: Written): void => {
    written.set(agent.name, result);
    done += 1;
    log.info(`${done}/${agents.length} ${agent.name}: ${result.status}${result.message === undefined ? "" : ` (${result.message})`}`);
  };
  const each = async (group: readonly AgentPlan[], write: (agent: AgentPlan) => Promise<Written | undefined>): Promise<void> => {
    const queue = new PQueue({ concurrency: input.concurrency });
    await queue.addAll(
      group.map((agent) => async () => {
        const obstacle = fill.has(agent.name) ? undefined : failedResource(agent, shared.isFailed);
        const result = context.signal.aborted && !fill.has(agent.name) ? notStarted : (obstacle ?? (await write(agent)));
        if (result !== undefined) finish(agent, result);
      }),
    );
  };
  await each(creates, async (agent) => {
    const shell = await createShell(agent, context);
    if ("status" in shell) return shell;
    fill.set(agent.name, () => fillShell(agent, shell, context));
    return undefined;
  });
  await shared.second();
  await each([...creates.filter((agent) => fill.has(agent.name)), ...updates], (agent) => fill.get(agent.name)?.() ?? updateAgent(agent, context));
  await each(deletes, (agent) => deleteAgent(agent, context));
}

/** An agent whose knowledge base or component could not be written stays as it is, with what its callers know. */
function failedResource(agent: AgentPlan, isFailed: (symbol: ResourceSymbol) => boolean): Written | undefined {
  if (agent.operation === "delete") return undefined;
  const symbol = resourcesIn(agent.material.desired?.content as Json | undefined).find(isFailed);
  return symbol === undefined ? undefined : { status: "left-alone", reason: "blocked-reference", message: `It refers to ${symbol}, which could not be written.`, observed: [] };
}

const notStarted: Written = { status: "cancelled", reason: "cancelled", message: "The run was cancelled before this agent's turn.", observed: [] };

function recordMessage(workspace: string, input: ApplyInput, written: ReadonlyMap<string, Written>): string {
  const names = [...written].filter(([, result]) => result.recorded !== undefined).map(([name]) => name).sort();
  const subject = names.length === 0 ? "recorded" : names.length <= 3 ? names.join(", ") : `${names.length} agents`;
  return `${workspace}: ${subject} from ${input.note.commit.slice(0, 7)}`;
}

/** Whether GitHub says that the run holding the workspace is over; see the port for what each answer means. */
export async function pendingState(
  pending: PendingRun,
  self: { runId: string; attempt: number; job: string; now: number },
  repository: Pick<RepositoryReader, "runState">,
): Promise<{ kind: "in-progress" } | { kind: "over"; endedAt: number | undefined }> {
  const sameRun = pending.run === self.runId;
  // An earlier step of this very job: it is over, since steps run one after the other.
  if (sameRun && pending.attempt === self.attempt && pending.job === self.job) return { kind: "over", endedAt: self.now };
  const state = await repository.runState(pending.run, pending.attempt);
  if (state.kind === "over") return state;
  if (sameRun && pending.attempt < self.attempt) return { kind: "over", endedAt: undefined };
  if (state.kind === "unknown" && Date.parse(pending.until) <= self.now) return { kind: "over", endedAt: undefined };
  return { kind: "in-progress" };
}
