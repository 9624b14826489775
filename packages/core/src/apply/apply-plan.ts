import PQueue from "p-queue";
import type { RepositoryReader } from "../ports/github.ts";
import type { Log } from "../ports/runner.ts";
import type { Move } from "../project/workspace.ts";
import { isWritten, type AgentPlan, type Plan } from "../plan/plan.ts";
import type { DeploymentNote } from "../state/next-state.ts";
import type { PendingRun, WorkspaceState } from "../state/workspace-state.ts";
import { createShell, fillShell } from "./create-agent.ts";
import { deleteAgent } from "./delete-agent.ts";
import { lockFiles, recordFiles } from "./journal.ts";
import { markOf } from "./planned-writes.ts";
import type { StateBranch } from "./state-branch.ts";
import { updateAgent } from "./update-agent.ts";
import type { WriteContext } from "./write-context.ts";
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
  readonly moved: readonly Move[];
  /** Names that have a state file. */
  readonly recordedNames: ReadonlySet<string>;
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
  | { readonly kind: "applied"; readonly written: ReadonlyMap<string, Written>; readonly recordError: Error | undefined; readonly stateCommit: string | undefined };

/**
 * Carries out a plan: takes the workspace by committing the journal, writes the agents, records what happened. Nothing is
 * written to Retell before the journal is committed, and nothing that was written stays unrecorded.
 */
export async function applyPlan(input: ApplyInput): Promise<Applied> {
  const { plan, branch, context } = input;
  const toWrite = plan.agents.filter(isWritten);
  const toRecord = plan.agents.filter((agent) => agent.operation === "record");
  if (toWrite.length === 0 && toRecord.length === 0 && !input.hasLeftovers) return { kind: "applied", written: new Map(), recordError: undefined, stateCommit: undefined };
  if (!(await input.isStillNewest())) return { kind: "superseded" };

  if (context.signal.aborted) {
    return { kind: "applied", written: new Map(toWrite.map((agent) => [agent.name, notStarted])), recordError: undefined, stateCommit: undefined };
  }

  const mark = (agent: AgentPlan): string => markOf(agent, context);
  const workspace = plan.workspace.name;
  const written = new Map<string, Written>();
  if (toWrite.length > 0) {
    const files = lockFiles({ workspace, state: input.state, run: { ...input.run, agents: toWrite.map((agent) => agent.name) }, agents: toWrite, markOf: mark });
    if ((await branch.commit(files, `${workspace}: deploying ${input.note.commit.slice(0, 7)}`)) === "stale") return { kind: "stale" };
    await writeAgents(toWrite, input, written);
  }
  const files = recordFiles({
    workspace,
    state: input.state,
    run: input.run,
    plans: plan.agents,
    written,
    moved: input.moved,
    recordedNames: input.recordedNames,
    note: input.note,
    markOf: mark,
    secretFingerprint: (name) => {
      const value = context.secrets.get(name);
      return value === undefined ? undefined : context.fingerprint(value);
    },
  });
  const message = recordMessage(workspace, input, written);
  try {
    // Without anything to write nobody was kept out: another run may have just deployed what this one read.
    if (toWrite.length > 0) await branch.record(files, message);
    else if ((await branch.commit(files, message)) === "stale") return { kind: "stale" };
    return { kind: "applied", written, recordError: undefined, stateCommit: branch.head };
  } catch (error) {
    return { kind: "applied", written, recordError: error as Error, stateCommit: undefined };
  }
}

/** New agents get their ids first, so that any agent can refer to any other; then contents, deletes last. */
async function writeAgents(agents: readonly AgentPlan[], input: ApplyInput, written: Map<string, Written>): Promise<void> {
  const { context, log } = input;
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
        const result = context.signal.aborted && !fill.has(agent.name) ? notStarted : await write(agent);
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
  await each([...creates.filter((agent) => fill.has(agent.name)), ...updates], (agent) => fill.get(agent.name)?.() ?? updateAgent(agent, context));
  await each(deletes, (agent) => deleteAgent(agent, context));
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
