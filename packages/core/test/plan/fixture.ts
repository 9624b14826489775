import { toCanonicalContent } from "@retell-actions/core/canonical/canonical-form";
import { contentHash } from "@retell-actions/core/canonical/content-hash";
import type { Content } from "@retell-actions/core/canonical/content";
import type { Json, JsonObject } from "@retell-actions/core/canonical/json";
import type { LiveAgent, LiveReading } from "@retell-actions/core/plan/live";
import type { PlanContext, PlanOptions } from "@retell-actions/core/plan/options";
import { planWorkspace, type WorkspaceSnapshot } from "@retell-actions/core/plan/plan-workspace";
import type { AgentPlan, Plan } from "@retell-actions/core/plan/plan";
import type { DesiredAgent } from "@retell-actions/core/project/desired";
import type { Workspace } from "@retell-actions/core/project/workspace";
import { emptyAgentState, type AgentState } from "@retell-actions/core/state/agent-state";
import type { AgentRecord, RecordedState } from "@retell-actions/core/state/recorded";

export const REPOSITORY = 7;
export const COMMIT = "abcdef1234567890abcdef1234567890abcdef12";

/** The mark of this repository for a folder. */
export const markFor = (folder: string, sha = "0000000"): string => `retell-actions ${REPOSITORY} ${folder} ${sha}`;

/** An agent on a Retell LLM with these fields, canonical. */
export function content(llm: JsonObject = { general_prompt: "hello" }, agent: JsonObject = {}): Content {
  return toCanonicalContent({ agent: { agent_name: "Sales", voice_id: "v", response_engine: { type: "retell-llm" }, ...agent }, llm });
}

export function desiredAgent(name: string, value: Content = content(), more: Partial<DesiredAgent> = {}): DesiredAgent {
  return {
    name,
    workspace: "staging",
    channel: "voice",
    engine: "retell-llm",
    content: value,
    prompts: new Map(),
    references: [],
    overwrite: undefined,
    sources: [`agents/${name}/agent.json`],
    problems: [],
    ...more,
  };
}

/** The state after `sent` was deployed; Retell held `seen`, by default the same. */
export function stateOf(name: string, sent: Content = content(), more: Partial<AgentState> & { seen?: Content } = {}): AgentState {
  return {
    ...emptyAgentState("staging"),
    agent_id: `agent_${name}`,
    llm_id: `llm_${name}`,
    version: 0,
    config_hash: contentHash(sent as Json),
    source_commit: "old",
    deployed_at: "2026-11-24T02:30:00Z",
    sent,
    seen: sent,
    ...more,
  };
}

export function liveAgent(name: string, value: Content = content(), more: Partial<Omit<LiveAgent, "agent">> & { agent?: Partial<LiveAgent["agent"]> } = {}): LiveAgent {
  const { agent, ...rest } = more;
  return {
    kind: "present",
    found: "recorded",
    content: value,
    modifiedAt: 1_000,
    publishedVersion: undefined,
    agent: {
      agentId: `agent_${name}`,
      channel: "voice",
      version: 0,
      isPublished: false,
      baseVersion: null,
      modifiedAt: 1_000,
      title: markFor(name),
      engine: { kind: "retell-llm", id: `llm_${name}`, version: 0 },
      raw: value.agent,
      ...agent,
    },
    ...rest,
  };
}

/** What is known of one agent. Left out: nothing. */
export interface Known {
  readonly desired?: DesiredAgent | undefined;
  readonly state?: AgentState | AgentRecord | undefined;
  readonly live?: LiveReading | undefined;
}

/** An agent that was deployed with `before`, of which Git now says `now`, and Retell holds `live`. */
export function known(name: string, sides: { before?: Content; now?: Content; live?: Content } = {}): Known {
  const before = sides.before ?? content();
  return { desired: desiredAgent(name, sides.now ?? before), state: stateOf(name, before), live: liveAgent(name, sides.live ?? before) };
}

export interface PlanOf {
  readonly options?: Partial<PlanOptions>;
  readonly context?: Partial<PlanContext>;
  readonly snapshot?: Partial<WorkspaceSnapshot>;
}

export const STAGING: Workspace = { name: "staging", kind: "staging", title: "Staging", branch: "staging", apiKeyEnv: "KEY", readKeyEnv: undefined, baseUrl: undefined };

export function recordedState(states: Readonly<Record<string, AgentState | AgentRecord | undefined>>): RecordedState {
  return {
    head: "head",
    workspace: { kind: "state", state: { format: 1, organization: null, salt: "0123456789abcdef", pending: null } },
    agents: new Map(Object.entries(states).flatMap(([name, state]) => (state === undefined ? [] : [[name, "kind" in state ? (state as AgentRecord) : { kind: "state" as const, state }] as const]))),
  };
}

export function planContext({ options, context }: PlanOf = {}): PlanContext {
  return {
    options: { onConsoleEdit: "fail", requireStaging: true, prune: "report", maxDeletes: 1, allowReplace: false, recreate: false, adopt: false, ...options },
    repositoryId: REPOSITORY,
    workingDirectory: "",
    commit: COMMIT,
    secrets: new Map(),
    fingerprint: (value) => `fingerprint:${Buffer.from(value).toString("hex").padEnd(24, "0").slice(0, 24)}`,
    pendingEndedAt: undefined,
    ...context,
  };
}

export function snapshotOf(agents: Readonly<Record<string, Known>>, snapshot: Partial<WorkspaceSnapshot> = {}): WorkspaceSnapshot {
  const names = Object.keys(agents);
  const pick = <T>(get: (agent: Known) => T | undefined): Map<string, T> =>
    new Map(names.flatMap((name) => {
      const value = get(agents[name] ?? {});
      return value === undefined ? [] : [[name, value] as const];
    }));
  return {
    workspace: STAGING,
    desired: pick((agent) => agent.desired),
    recorded: recordedState(Object.fromEntries(names.map((name) => [name, agents[name]?.state]))),
    live: pick((agent) => agent.live),
    lostEngines: new Map(),
    unmanaged: 0,
    moved: [],
    selected: new Set(names),
    staging: undefined,
    ...snapshot,
  };
}

export function planOf(agents: Readonly<Record<string, Known>>, given: PlanOf = {}): Plan {
  return planWorkspace(snapshotOf(agents, given.snapshot), planContext(given));
}

/** The plan of the only agent, `sales`. */
export function planOne(agent: Known, given: PlanOf = {}): AgentPlan {
  const [plan] = planOf({ sales: agent }, given).agents;
  if (plan === undefined) throw new Error("no agent was planned");
  return plan;
}

/** Class, operation and reasons, as short as can be. */
export function gist(plan: AgentPlan): [string, string, ...string[]] {
  return [plan.class, plan.operation, ...plan.blocks.map((block) => block.reason)];
}
