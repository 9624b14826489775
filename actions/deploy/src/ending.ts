import type { Applied } from "@retell-actions/core/apply/apply-plan";
import type { Target } from "@retell-actions/core/apply/read-target";
import type { Written } from "@retell-actions/core/apply/written";
import { notKeptFields } from "@retell-actions/core/diff/not-kept";
import type { WrittenResource } from "@retell-actions/core/apply/written-resource";
import type { DeployOutcome, ReasonCode } from "@retell-actions/core/outcome";
import { fieldFacts } from "@retell-actions/core/plan/field-facts";
import { isWritten, type AgentPlan } from "@retell-actions/core/plan/plan";
import type { ResourcePlan } from "@retell-actions/core/plan/resource-plan";
import type { AgentResult, ResourceResult } from "@retell-actions/core/report/report-input";

/** How a run ends. `target` is there once the workspace was read. */
export interface Ending {
  readonly outcome: DeployOutcome;
  readonly reason: ReasonCode;
  readonly message: string | undefined;
  readonly target: Target | undefined;
  readonly results: readonly AgentResult[];
  /** What became of the shared resources; empty where there are none. */
  readonly resources: readonly ResourceResult[];
  /** Tip of the state branch after the run's own commit; undefined where it made none. */
  readonly stateCommit: string | undefined;
}

/** An end before anything was written. */
export function stopped(outcome: DeployOutcome, reason: ReasonCode, message?: string): Ending {
  return { outcome, reason, message, target: undefined, results: [], resources: [], stateCommit: undefined };
}

/** The end of a run that planned and, unless it was a dry run, applied. Pure. */
export function ending(target: Target, applied: (Applied & { kind: "applied" }) | undefined): Ending {
  const results = target.plan.agents.map((agent) => resultOf(agent, applied?.written.get(agent.name), applied === undefined));
  const resources = (target.plan.resources ?? []).map((resource) => resourceResult(resource, applied?.resources.get(resource.symbol), applied === undefined));
  const all = [...resources.map(asAgent), ...results];
  const recordError = applied?.recordError;
  if (recordError !== undefined) {
    return {
      target,
      results,
      resources,
      outcome: all.some(wrote) ? "partially-deployed" : "failed",
      reason: "record-failed",
      stateCommit: undefined,
      message:
        applied?.written.size === 0 && applied.resources.size === 0
          ? `Nothing was written to Retell, but what was found there could not be recorded: ${recordError.message} Run again.`
          : `Retell was changed, but the state could not be committed: ${recordError.message} The next run recovers it from the journal.`,
    };
  }
  return { target, results, resources, stateCommit: applied?.stateCommit, ...verdict(all) };
}

/** Several reasons at once: failed (nothing written) > partially-deployed > conflicts > staging-required. */
function verdict(results: readonly AgentResult[]): { outcome: DeployOutcome; reason: ReasonCode; message: string | undefined } {
  const failed = results.find((result) => result.status === "failed" || result.status === "cancelled");
  if (failed !== undefined) {
    return { outcome: results.some(wrote) ? "partially-deployed" : "failed", reason: failed.reason, message: `${failed.name}: ${failed.message ?? ""}` };
  }
  const left = results.filter((result) => result.status === "left-alone");
  const conflict = left.find((result) => !STAGING.has(result.reason));
  if (conflict !== undefined) return { outcome: "conflicts", reason: conflict.reason, message: leftAlone(left) };
  const [unstaged] = left;
  if (unstaged !== undefined) return { outcome: "staging-required", reason: unstaged.reason, message: leftAlone(left) };
  const written = results.some(wrote);
  const planned = results.some((result) => result.status === "planned");
  return { outcome: written ? "deployed" : "unchanged", reason: written || planned ? "ok" : "nothing-to-do", message: undefined };
}

const STAGING: ReadonlySet<ReasonCode> = new Set(["staging-required", "staging-unreadable"]);

function leftAlone(left: readonly AgentResult[]): string {
  return left.map((result) => `${result.name} was left alone: ${result.message ?? ""}`).join("\n");
}

function wrote(result: AgentResult): boolean {
  return result.status === "created" || result.status === "updated" || result.status === "replaced" || result.status === "deleted" || result.partly === true;
}

function resultOf(agent: AgentPlan, written: Written | undefined, planOnly: boolean): AgentResult {
  const base = { name: agent.name, agentId: agent.agentId, engineId: agent.engineId, version: agent.version, observed: [] };
  if (written !== undefined) {
    const { recorded } = written;
    return {
      ...base,
      status: written.status,
      reason: written.reason,
      message: written.message,
      observed: written.observed,
      ...(recorded === undefined ? {} : { agentId: recorded.agentId, engineId: recorded.engineId, version: recorded.version }),
      ...(recorded?.incomplete === true ? { partly: true } : {}),
      ...notKeptBy(agent, recorded),
    };
  }
  const block = agent.blocks[0];
  if (agent.class === "unreadable") return { ...base, status: "failed", reason: block?.reason ?? "unreadable", message: block?.message };
  if (block !== undefined) return { ...base, status: "left-alone", reason: block.reason, message: agent.blocks.map(({ message }) => message).join(" ") };
  if (planOnly && agent.operation !== "none" && agent.operation !== "record") return { ...base, status: "planned", reason: "ok", message: undefined };
  if (!planOnly && agent.operation === "record") return { ...base, status: "recorded", reason: "ok", message: undefined };
  if (DRIFTED.has(agent.class)) return { ...base, status: "drifted", reason: "ok", message: agent.notes[0] };
  return { ...base, status: "unchanged", reason: "nothing-to-do", message: undefined };
}

/** Console edits that were left standing are no fields that Retell dropped. */
function notKeptBy(agent: AgentPlan, recorded: Written["recorded"]): Pick<AgentResult, "notKept"> {
  if (recorded === undefined || recorded.incomplete) return {};
  const edited = new Set(agent.changes.filter((change) => change.class === "console-edit").map((change) => change.name));
  const notKept = notKeptFields(recorded.baseline, fieldFacts([recorded.baseline.sent])).filter((field) => !edited.has(field));
  return notKept.length === 0 ? {} : { notKept };
}

/** A resource counts in the verdict like an agent. */
function asAgent({ symbol, status, reason, message }: ResourceResult): AgentResult {
  return { name: symbol, status, reason, message, agentId: null, engineId: null, version: null, observed: [] };
}

function resourceResult(resource: ResourcePlan, written: WrittenResource | undefined, planOnly: boolean): ResourceResult {
  const { kind, symbol, name } = resource;
  const base = { kind, symbol, name, id: written?.recorded?.id ?? resource.id };
  if (written !== undefined) return { ...base, status: written.status, reason: written.reason, message: written.message };
  const block = resource.blocks[0];
  if (block !== undefined) return { ...base, status: resource.class === "unreadable" ? "failed" : "left-alone", reason: block.reason, message: resource.blocks.map(({ message }) => message).join(" ") };
  if (planOnly && isWritten(resource)) return { ...base, status: "planned", reason: "ok", message: undefined };
  if (!planOnly && resource.operation === "record") return { ...base, status: "recorded", reason: "ok", message: undefined };
  if (DRIFTED.has(resource.class)) return { ...base, status: "drifted", reason: "ok", message: resource.notes[0] };
  return { ...base, status: "unchanged", reason: "nothing-to-do", message: undefined };
}

const DRIFTED: ReadonlySet<string> = new Set(["console-edit", "missing-remote", "version-deleted", "removed-from-git"]);
