import type { Outcome, ReasonCode } from "../outcome.ts";
import type { AgentClass, AgentPlan, Operation } from "../plan/plan.ts";
import type { AgentResult, DeployReport, ValidationReport } from "./report-input.ts";
import type { ResourcePlan } from "../plan/resource-plan.ts";
import { asTouchable, situationOf, type Situation } from "./situation.ts";

/** One agent in the `result` output. Names of fields only: neither values nor prompts. */
export interface ResultAgent {
  readonly agent: string;
  readonly workspace: string | null;
  readonly class: AgentClass | null;
  readonly operation: Operation;
  readonly status: AgentResult["status"];
  readonly reason_code: ReasonCode;
  readonly agent_id: string | null;
  /** Id of the Retell LLM or conversation flow; null for a custom LLM. */
  readonly engine_id: string | null;
  /** The same as `engine_id`, under the name that it had when there were only Retell LLMs. */
  readonly llm_id: string | null;
  readonly version: number | null;
  readonly changed_fields: readonly string[];
  /** Fields that were sent and that Retell's answer does not have; absent where it kept all. */
  readonly not_kept?: readonly string[];
}

/** One shared resource in the `result` output. Names of sources and fields only. */
export interface ResultResource {
  /** `knowledge://faq`, `component://greeting`. */
  readonly resource: string;
  readonly workspace: string | null;
  readonly class: AgentClass | null;
  readonly operation: Operation;
  readonly status: AgentResult["status"];
  readonly reason_code: ReasonCode;
  readonly id: string | null;
  readonly changed: readonly string[];
}

/** The `result` output. Keys are only ever added within a `schema_version`. */
export interface ActionResult<Agent = ResultAgent> {
  readonly schema_version: 1;
  readonly action: string;
  /** Null where the run concerns no workspace or several; each agent names its own. */
  readonly workspace: string | null;
  readonly outcome: string;
  readonly reason_code: ReasonCode;
  readonly errors: number;
  readonly warnings: number;
  readonly agents: readonly Agent[];
  /** Only where the project or the state has shared resources. */
  readonly resources?: readonly ResultResource[];
  /** Agents by status. */
  readonly counts: Readonly<Record<string, number>>;
  /** True if `agents` was left out for the sake of size; the file at `result-path` has it. */
  readonly truncated: boolean;
}

/** What deploy would do, in the words of what it did. */
const PREVIEW: Record<Situation, AgentResult["status"]> = {
  "to-deploy": "planned",
  blocked: "left-alone",
  "blocked-elsewhere": "left-alone",
  drifted: "drifted",
  "to-record": "unchanged",
  "in-sync": "unchanged",
};

/** The result of a validation. */
export function validationResult(report: ValidationReport): ActionResult {
  const agents = report.workspaces.flatMap(({ plan, touched }) =>
    plan.agents.map((agent) => fromPlan(agent, plan.workspace.name, PREVIEW[situationOf(agent, touched)])),
  );
  const names = report.workspaces.map(({ plan }) => plan.workspace.name);
  const resources = report.workspaces.flatMap(({ plan, touched }) => plan.resources?.map((resource) => resourceFromPlan(resource, plan.workspace.name, PREVIEW[situationOf(asTouchable(resource), touched)])) ?? []);
  return withResources(complete({ action: "validate-and-conflict-check", workspace: names.length === 1 ? (names[0] ?? null) : null, report, agents }), resources);
}

/** The result of a deploy: the plan's agents with what became of each. */
export function deployResult(report: DeployReport): ActionResult {
  const workspace = report.plan?.workspace.name ?? null;
  const plans = new Map(report.plan?.agents.map((agent) => [agent.name, agent]));
  const agents = report.results.map((result): ResultAgent => {
    const plan = plans.get(result.name);
    return {
      agent: result.name,
      workspace,
      class: plan?.class ?? null,
      operation: plan?.operation ?? "none",
      status: result.status,
      reason_code: result.reason,
      agent_id: result.agentId,
      engine_id: result.engineId,
      llm_id: result.engineId,
      version: result.version,
      changed_fields: plan?.changes.map((change) => change.name) ?? [],
      ...(result.notKept === undefined ? {} : { not_kept: result.notKept }),
    };
  });
  const shared = new Map(report.plan?.resources?.map((resource) => [resource.symbol as string, resource]));
  const resources = (report.resources ?? []).flatMap((result) => {
    const resource = shared.get(result.symbol);
    return resource === undefined ? [] : [{ ...resourceFromPlan(resource, workspace, result.status), reason_code: result.reason, id: result.id }];
  });
  return withResources(complete({ action: "deploy", workspace, report, agents }), resources);
}

function withResources(result: ActionResult, resources: readonly ResultResource[]): ActionResult {
  return resources.length === 0 ? result : { ...result, resources };
}

function resourceFromPlan(resource: ResourcePlan, workspace: string | null, status: AgentResult["status"]): ResultResource {
  return {
    resource: resource.symbol,
    workspace,
    class: resource.class,
    operation: resource.operation,
    status,
    reason_code: resource.blocks[0]?.reason ?? "ok",
    id: resource.id,
    changed: resource.changes.map((change) => change.name),
  };
}

function fromPlan(agent: AgentPlan, workspace: string, status: AgentResult["status"]): ResultAgent {
  return {
    agent: agent.name,
    workspace,
    class: agent.class,
    operation: agent.operation,
    status,
    reason_code: agent.blocks[0]?.reason ?? "ok",
    agent_id: agent.agentId,
    engine_id: agent.engineId,
    llm_id: agent.engineId,
    version: agent.version,
    changed_fields: agent.changes.map((change) => change.name),
  };
}

/** A result with its counts. */
export function complete<Agent extends { readonly status: string }>(input: {
  action: string;
  workspace: string | null;
  report: { readonly outcome: Outcome | string; readonly reason: ReasonCode; readonly problems: readonly { readonly severity: "error" | "warning" }[] };
  agents: readonly Agent[];
}): ActionResult<Agent> {
  const { action, workspace, report, agents } = input;
  const errors = report.problems.filter(({ severity }) => severity === "error").length;
  const counts: Record<string, number> = {};
  for (const { status } of agents) counts[status] = (counts[status] ?? 0) + 1;
  return {
    schema_version: 1,
    action,
    workspace,
    outcome: report.outcome,
    reason_code: report.reason,
    errors,
    warnings: report.problems.length - errors,
    agents,
    counts,
    truncated: false,
  };
}
