import { canonicalJson } from "../canonical/content-hash.ts";
import { PARTS } from "../canonical/content.ts";
import type { Json } from "../canonical/json.ts";
import { previousValueOf, secretsIn } from "../canonical/symbols.ts";
import { setLeaf } from "../diff/apply-changes.ts";
import type { Baseline } from "../diff/classify.ts";
import { emptyAgentState, renderAgentState, type AgentState } from "../state/agent-state.ts";
import { afterDeployment, afterExplaining, withFormerId, withPending, type DeploymentNote, type Recorded } from "../state/next-state.ts";
import { engineIds } from "../state/engine-ids.ts";
import { agentStatePath, renderWorkspaceState, WORKSPACE_STATE_PATH, type PendingRun, type WorkspaceState } from "../state/workspace-state.ts";
import type { AgentPlan } from "../plan/plan.ts";
import { pendingWrite } from "./planned-writes.ts";
import type { Written } from "./written.ts";

/**
 * Files of the commit that takes the workspace: who holds it, and what each agent is about to be sent. The lock comes first,
 * so that it is there from the first commit on where this takes several.
 */
export function lockFiles(input: {
  workspace: string;
  state: WorkspaceState;
  run: PendingRun;
  agents: readonly AgentPlan[];
  markOf: (plan: AgentPlan) => string;
}): Map<string, string | null> {
  const files = new Map<string, string | null>([[WORKSPACE_STATE_PATH, renderWorkspaceState({ ...input.state, pending: input.run })]]);
  for (const plan of input.agents) {
    files.set(agentStatePath(plan.name, input.workspace), renderAgentState(journalOf(plan, input)));
    removeFormer(files, plan, input.workspace);
  }
  return files;
}

/** Of an agent that was moved, what stands under its former names goes in the same commit: one agent has one record. */
function removeFormer(files: Map<string, string | null>, plan: AgentPlan, workspace: string): void {
  for (const former of plan.material.formerRecords ?? []) files.set(agentStatePath(former, workspace), null);
}

/**
 * The agent's state with the journal. While a create is under way there is no id: that of an agent which is gone, or gives
 * way to one with another engine, would keep the next run from looking for the new one.
 */
function journalOf(plan: AgentPlan, input: { workspace: string; markOf: (plan: AgentPlan) => string; baseline?: Baseline | undefined }): AgentState {
  const state = plan.material.state ?? emptyAgentState(input.workspace);
  const pending = pendingWrite(plan, input.markOf(plan));
  if (plan.operation !== "create" && plan.operation !== "replace") return withPending(state, pending, input.baseline ?? plan.material.baseline);
  const { conversation_flow_id: _flow, ...kept } = state;
  return withPending({ ...kept, ...withFormerId(state, null), agent_id: null, llm_id: null, version: null, is_published: false }, pending, null);
}

/**
 * Files of the commit that ends a run: what was written becomes state, what only was explained or converged is recorded,
 * and the workspace is free again, which comes last. The journal stays for agents of which nobody knows whether Retell has the last write.
 */
export function recordFiles(input: {
  workspace: string;
  state: WorkspaceState;
  /** The run that took the workspace, if it did. */
  run: PendingRun | undefined;
  plans: readonly AgentPlan[];
  written: ReadonlyMap<string, Written>;
  /** Shared resources whose journals stay. */
  uncertainResources?: readonly string[];
  note: DeploymentNote;
  markOf: (plan: AgentPlan) => string;
  /** Fingerprint of a secret's value in this job; undefined where the job does not have it. */
  secretFingerprint: (name: string) => string | undefined;
}): Map<string, string | null> {
  const files = new Map<string, string | null>();
  const uncertain: string[] = [...(input.uncertainResources ?? [])];
  for (const plan of input.plans) {
    const written = input.written.get(plan.name);
    const next = nextState(plan, written, input);
    if (next === undefined) continue;
    files.set(agentStatePath(plan.name, input.workspace), next === null ? null : renderAgentState(next));
    // Of what was written, the journal's commit has removed it already.
    if (written === undefined) removeFormer(files, plan, input.workspace);
    if (next?.pending !== undefined) uncertain.push(plan.name);
  }
  const pending = uncertain.length === 0 || input.run === undefined ? null : { ...input.run, agents: uncertain };
  const workspace = renderWorkspaceState({ ...input.state, pending });
  files.set(WORKSPACE_STATE_PATH, workspace);
  return files;
}

/** The agent's next state; null deletes its file, undefined leaves it as it is. */
function nextState(
  plan: AgentPlan,
  written: Written | undefined,
  input: { workspace: string; note: DeploymentNote; markOf: (plan: AgentPlan) => string; secretFingerprint: (name: string) => string | undefined },
): AgentState | null | undefined {
  const before = plan.material.state;
  const state = before ?? emptyAgentState(input.workspace);
  if (written?.status === "deleted") return null;
  if (written?.uncertain === true) {
    const made = written.recorded;
    const journal = journalOf(plan, { ...input, baseline: made?.baseline });
    return made === undefined ? journal : { ...journal, agent_id: made.agentId, ...engineIds(pendingWrite(plan, input.markOf(plan)).sent, made.engineId), version: made.version, is_published: made.isPublished };
  }
  const withoutStaging = plan.skipsStaging === true;
  if (written?.recorded !== undefined) return afterDeployment(state, { ...written.recorded, withoutStaging }, input.note);
  if (plan.operation === "record") {
    const recorded = recordedWithoutWrite(plan, input.secretFingerprint);
    return before !== undefined && plan.blocks.length > 0 ? afterExplaining(before, recorded.baseline, recorded.secrets) : afterDeployment(state, { ...recorded, withoutStaging }, input.note);
  }
  // Nobody could see what became of it, so its journal waits for a run that can.
  if (plan.class === "unreadable") return undefined;
  if (before === undefined) return written === undefined ? undefined : null;
  return written !== undefined || before.pending !== undefined ? afterExplaining(before, plan.material.baseline) : undefined;
}

/** Converged fields become the baseline; the others keep theirs. */
function recordedWithoutWrite(plan: AgentPlan, secretFingerprint: (name: string) => string | undefined): Recorded {
  const { desired, live, baseline } = plan.material;
  const agreed = convergedBaseline(plan, baseline ?? { sent: desired?.content ?? { agent: {} }, seen: live ?? { agent: {} } });
  return {
    agentId: plan.agentId,
    engineId: plan.engineId,
    version: plan.version,
    isPublished: plan.isPublished,
    // An agent without a record of its own comes under our care as it is, published version included.
    publishedVersion: plan.material.state?.sent == null ? plan.material.publishedVersion : undefined,
    baseline: agreed,
    secrets: Object.fromEntries(
      currentSecrets(agreed).flatMap((name) => {
        const made = secretFingerprint(name);
        return made === undefined ? [] : [[name, made] as const];
      }),
    ),
    incomplete: plan.material.state?.incomplete === true && plan.changes.some((change) => change.class !== "converged"),
    lastChange: live !== undefined && canonicalJson(agreed.seen.agent as Json) === canonicalJson(live.agent as Json) ? plan.material.lastChange : undefined,
  };
}

/** Secrets of which Retell holds today's value wherever it holds them. */
function currentSecrets({ sent, seen }: Baseline): string[] {
  const text = JSON.stringify([sent, seen]);
  return PARTS.flatMap((part) => secretsIn(seen[part] ?? {})).filter((name) => !text.includes(JSON.stringify(previousValueOf(name))));
}

function convergedBaseline(plan: AgentPlan, baseline: Baseline): Baseline {
  let { sent, seen } = baseline;
  for (const change of plan.changes) {
    if (change.class !== "converged") continue;
    sent = setLeaf(sent, change.path, change.desired);
    seen = setLeaf(seen, change.path, change.live);
  }
  const { desired, live } = plan.material;
  if (plan.wanted || desired === undefined || live === undefined) return { sent, seen };
  // Where Git wants nothing, all that it says was sent; also its order, which is in the hash.
  return { sent: desired.content, seen: plan.changes.every((change) => change.class === "converged") ? live : seen };
}
