import { applyPlan, type Applied } from "@retell-actions/core/apply/apply-plan";
import { readTarget, type Target } from "@retell-actions/core/apply/read-target";
import { openStateBranch } from "@retell-actions/core/apply/state-branch";
import type { Content } from "@retell-actions/core/canonical/content";
import type { JsonObject } from "@retell-actions/core/canonical/json";
import type { PlanOptions } from "@retell-actions/core/plan/options";
import { recordFor } from "@retell-actions/core/plan/agent-records";
import { formerIds, goneIds, replacedAgents } from "@retell-actions/core/plan/known-ids";
import type { AgentPlan } from "@retell-actions/core/plan/plan";
import type { ActionPorts, OpenedWorkspace } from "@retell-actions/core/ports/action-ports";
import type { DesiredAgent } from "@retell-actions/core/project/desired";
import type { Move, Workspace } from "@retell-actions/core/project/workspace";
import type { AgentState } from "@retell-actions/core/state/agent-state";
import type { WorkspaceState } from "@retell-actions/core/state/workspace-state";
import { createMemoryGit, type MemoryGit } from "@retell-actions/lab/memory/memory-git";
import { createMemoryGitHub, type MemoryGitHub } from "@retell-actions/lab/memory/memory-github";
import { createMemoryLog, memoryJob, type MemoryLog } from "@retell-actions/lab/memory/memory-runner";
import { desiredAgent, planContext, REPOSITORY, STAGING } from "../plan/fixture.ts";

export const BRANCH = "retell/state/staging";

/** What one run is about. */
export interface RunInput {
  /** What Git says, by agent. */
  readonly git: Readonly<Record<string, Content | DesiredAgent>>;
  readonly options?: Partial<PlanOptions>;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  readonly moved?: readonly Move[];
  readonly select?: readonly string[];
  /** Forty hexadecimal digits; the default counts up. */
  readonly commit?: string;
}

export interface RunResult {
  readonly target: Target;
  readonly applied: Applied;
  /** Status of each agent that was written. */
  readonly statuses: Record<string, string>;
}

/** Deploys to one workspace through the core's own reading, planning and applying, over an in-memory repository. */
export interface Scenario {
  readonly git: MemoryGit;
  readonly github: MemoryGitHub;
  readonly log: MemoryLog;
  plan(input: RunInput): Promise<Target>;
  deploy(input: RunInput): Promise<RunResult>;
  /** A run that dies in the middle: whatever it throws is swallowed. */
  die(input: RunInput): Promise<void>;
  /** Applies a plan that was made earlier. */
  apply(input: RunInput, target: Target): Promise<RunResult>;
  /** The state branch's files, parsed; undefined without a branch. */
  state(): { workspace: WorkspaceState; agents: Record<string, AgentState> } | undefined;
  /** Number of commits on the state branch. */
  commits(): number;
  now: number;
}

export function createScenario(retell: OpenedWorkspace): Scenario {
  const git = createMemoryGit();
  const github = createMemoryGitHub({ git, repositoryId: REPOSITORY });
  const log = createMemoryLog();
  let runs = 0;

  const portsFor = (input: RunInput): Pick<ActionPorts, "git" | "log" | "job" | "clock" | "secrets" | "repository"> => ({
    git: git.reader,
    log,
    job: memoryJob({ runId: String(runs), repositoryId: REPOSITORY }),
    clock: { now: () => scenario.now },
    secrets: new Map(Object.entries(input.secrets ?? {})),
    repository: github.repository,
  });
  const commitOf = (input: RunInput): string => input.commit ?? String(runs).padStart(7, "c").padEnd(40, "0");

  async function plan(input: RunInput): Promise<Target> {
    runs += 1;
    const workspace: Workspace = STAGING;
    return readTarget(
      {
        workspace,
        workspaces: { mode: "single-production", branches: { develop: "develop", staging: "staging", production: "production" }, workspaces: [workspace], moved: input.moved ?? [] },
        desired: desiredOf(input),
        stagingDesired: undefined,
        workingDirectory: "",
        commit: commitOf(input),
        options: planContext({ options: input.options ?? {} }).options,
        select: (names) => new Set(input.select ?? names),
        retell,
        repositoryId: REPOSITORY,
      },
      portsFor(input) as ActionPorts,
    );
  }

  async function apply(input: RunInput, target: Target): Promise<RunResult> {
    const { recorded, desired, live } = target.snapshot;
    const replaced = replacedAgents(target.plan);
    if (retell.writer === undefined) throw new TypeError("no writer");
    const ids = [...desired.keys()].flatMap((name) => {
      const record = recordFor(name, target.snapshot);
      const id = target.plan.agents.find((agent) => agent.name === name)?.agentId ?? (record?.kind === "state" ? record.state.agent_id : null);
      return id === null || live.get(name)?.kind === "missing" || replaced.has(name) ? [] : [[name, id] as const];
    });
    const applied = await applyPlan({
      plan: target.plan,
      context: {
        reader: retell.reader,
        writer: retell.writer,
        secrets: target.context.secrets,
        agentIds: new Map(ids),
        formerIds: formerIds(target.snapshot, { options: target.context.options, replaced }),
        goneIds: goneIds(target.snapshot, target.context.options),
        fingerprint: target.context.fingerprint,
        repositoryId: REPOSITORY,
        workingDirectory: "",
        commit: target.context.commit,
        signal: input.signal ?? new AbortController().signal,
      },
      branch: openStateBranch({
        branch: BRANCH,
        head: recorded.head,
        former: recorded.former,
        known: new Map([...target.stateFiles].flatMap(([path, file]) => (file.text === undefined ? [] : [[path, file.text] as const]))),
        writer: github.gitWriter,
        git: git.reader,
      }),
      state: recorded.workspace.kind === "state" ? recorded.workspace.state : { format: 1, organization: { id: target.organization.id, name: target.organization.name }, salt: target.salt, pending: null },
      hasLeftovers: target.leftovers,
      run: { run: String(runs), attempt: 1, job: "deploy", until: "2026-11-24T04:30:00Z", commit: target.context.commit, agents: [] },
      note: { commit: target.context.commit, branch: "staging", actor: "github-actions[bot]", runId: String(runs), at: new Date(scenario.now).toISOString().replace(/\.\d+Z$/, "Z") },
      concurrency: 4,
      log,
      isStillNewest: async () => true,
    });
    const written = applied.kind === "applied" ? applied.written : new Map<string, { status: string }>();
    return { target, applied, statuses: Object.fromEntries([...written].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, result]) => [name, result.status])) };
  }

  const scenario: Scenario = {
    git,
    github,
    log,
    now: Date.parse("2026-11-24T02:30:00Z"),
    plan,
    apply,
    deploy: async (input) => apply(input, await plan(input)),
    die: async (input) => {
      const target = await plan(input);
      await apply(input, target).catch(() => undefined);
    },
    state() {
      const tip = git.branches.get(BRANCH);
      if (tip === undefined) return undefined;
      const files = [...(git.commits.get(tip)?.files ?? [])];
      const parsed = <T>(text: string): T => JSON.parse(text) as T;
      const agents = files.flatMap(([path, text]) => {
        const name = /^agents\/(.+)\/staging\.json$/.exec(path)?.[1];
        return name === undefined ? [] : [[name, parsed<AgentState>(text)] as const];
      });
      return { workspace: parsed<WorkspaceState>(files.find(([path]) => path === "workspace.json")?.[1] ?? "null"), agents: Object.fromEntries(agents) };
    },
    commits() {
      let count = 0;
      for (let commit = git.branches.get(BRANCH); commit !== undefined; commit = git.commits.get(commit)?.parents[0]) count += 1;
      return count;
    },
  };
  return scenario;
}

function desiredOf(input: RunInput): Map<string, DesiredAgent> {
  return new Map(Object.entries(input.git).map(([name, value]) => [name, "content" in value ? (value as DesiredAgent) : desiredAgent(name, value as Content)]));
}

/** Class and operation of every agent of a plan. */
export function overview(target: Target): Record<string, string> {
  return Object.fromEntries(target.plan.agents.map((agent: AgentPlan) => [agent.name, [agent.class, agent.operation, ...agent.blocks.map((block) => block.reason)].join(" ")]));
}

/** The fields of a content that are easy to vary. */
export function voiceAgent(name: string, llm: JsonObject = {}, agent: JsonObject = {}): Content {
  return { agent: { agent_name: name, response_engine: { type: "retell-llm" }, voice_id: "retell-Cimo", ...agent }, llm: { general_prompt: `Hello from ${name}.`, ...llm } };
}
