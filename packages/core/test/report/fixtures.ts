import type { Json, JsonObject } from "@retell-actions/core/canonical/json";
import type { FieldChange } from "@retell-actions/core/diff/classify";
import { formatPath, type FieldPath } from "@retell-actions/core/diff/field-path";
import type { AgentPlan, Plan } from "@retell-actions/core/plan/plan";
import type { DesiredAgent } from "@retell-actions/core/project/desired";
import type { Workspace } from "@retell-actions/core/project/workspace";
import type { BuiltPrompt, PromptSegment } from "@retell-actions/core/prompt/source-map";
import type { AgentResult, DeployReport, ValidationReport } from "@retell-actions/core/report/report-input";
import { emptyAgentState } from "@retell-actions/core/state/agent-state";

export const STAGING: Workspace = {
  name: "staging",
  kind: "staging",
  title: "Staging",
  branch: "staging",
  apiKeyEnv: "RETELL_STAGING_API_KEY",
  readKeyEnv: undefined,
  baseUrl: undefined,
};

export const IDENTITY = { kind: "validation", repositoryId: 42, folder: "" } as const;
export const DEPLOYED_AT = "2026-11-20T10:00:00Z";

export function change(path: FieldPath, fields: Partial<FieldChange> & Pick<FieldChange, "class">): FieldChange {
  const sides = { sent: undefined, desired: undefined, seen: undefined, live: undefined, ...fields };
  const target = "target" in fields ? fields.target : (sides.desired ?? sides.seen);
  return { path, name: formatPath(path), overwritten: false, ...sides, target };
}

/** Somebody set another value in Git. */
export function gitChange(path: FieldPath, before: Json, after: Json): FieldChange {
  return change(path, { class: "local-change", sent: before, desired: after, seen: before, live: before });
}

/** Somebody set another value in the console. */
export function consoleEdit(path: FieldPath, before: Json, after: Json): FieldChange {
  return change(path, { class: "console-edit", sent: before, desired: before, seen: before, live: after });
}

/** Both did. */
export function conflict(path: FieldPath, before: Json, git: Json, live: Json): FieldChange {
  return change(path, { class: "conflict", sent: before, desired: git, seen: before, live });
}

export function agent(name: string, fields: Partial<AgentPlan> & { readonly content?: JsonObject; readonly prompts?: Readonly<Record<string, BuiltPrompt>> } = {}): AgentPlan {
  const { content, prompts, ...rest } = fields;
  const desired: DesiredAgent = {
    name,
    workspace: "staging",
    channel: "voice",
    engine: "retell-llm",
    content: { agent: {}, llm: content ?? {} },
    prompts: new Map(Object.entries(prompts ?? {})),
    references: [],
    overwrite: undefined,
    sources: [`agents/${name}/agent.json`, ...Object.values(prompts ?? {}).flatMap(({ sections }) => sections.map((section) => `prompts/${section}.txt`))],
    problems: [],
  };
  const state = { ...emptyAgentState("staging"), agent_id: `agent_${name}`, version: 3, deployed_at: DEPLOYED_AT, source_commit: "0123456789abcdef0123456789abcdef01234567", deployed_by: "github-actions[bot]" };
  return {
    name,
    class: "in-sync",
    operation: "none",
    wanted: false,
    changes: [],
    blocks: [],
    notes: [],
    agentId: `agent_${name}`,
    channel: "voice",
    engineId: `llm_${name}`,
    version: 3,
    isPublished: false,
    modifiedAt: Date.UTC(2026, 10, 24, 2, 30),
    hashes: { seen: null, desired: null, live: null },
    material: { desired, state, baseline: { sent: { agent: {} }, seen: { agent: {} } }, live: undefined, lostEngineId: undefined },
    ...rest,
  };
}

/** A prompt of section files, with its source map. */
export function prompt(sections: Readonly<Record<string, string>>): BuiltPrompt {
  const segments: PromptSegment[] = [];
  let text = "";
  for (const [section, content] of Object.entries(sections)) {
    if (text !== "") {
      segments.push({ start: text.length, length: 2, source: { kind: "separator" } });
      text += "\n\n";
    }
    segments.push({ start: text.length, length: content.length, source: { kind: "file", file: `prompts/${section}.txt`, fileOffset: 0 } });
    text += content;
  }
  return { text, segments, sections: Object.keys(sections) };
}

export function plan(agents: readonly AgentPlan[], fields: Partial<Plan> = {}): Plan {
  return { workspace: STAGING, agents, unmanaged: 0, fingerprint: "sha256:5f1d", stops: [], ...fields };
}

export function validation(fields: Partial<ValidationReport> = {}): ValidationReport {
  return {
    outcome: "passed",
    reason: "ok",
    explanation: undefined,
    problems: [],
    agentCount: 3,
    workspaces: [],
    targetBranch: "staging",
    commit: "89abcdef0123456789abcdef0123456789abcdef",
    runUrl: "https://github.com/acme/voice/actions/runs/77/attempts/1",
    sharedSections: new Map(),
    ...fields,
  };
}

export function workspaceReport(agents: readonly AgentPlan[], fields: Partial<Plan> = {}): ValidationReport["workspaces"][number] {
  return { plan: plan(agents, fields), touched: undefined, busyWith: undefined };
}

export function result(name: string, fields: Partial<AgentResult> & Pick<AgentResult, "status">): AgentResult {
  return { name, reason: "ok", message: undefined, agentId: `agent_${name}`, engineId: `llm_${name}`, version: 4, observed: [], ...fields };
}

export function deployReport(fields: Partial<DeployReport> = {}): DeployReport {
  return {
    outcome: "deployed",
    reason: "ok",
    explanation: undefined,
    plan: undefined,
    results: [],
    problems: [],
    dryRun: false,
    commit: "89abcdef0123456789abcdef0123456789abcdef",
    runUrl: "https://github.com/acme/voice/actions/runs/77/attempts/1",
    stateCommit: undefined,
    ...fields,
  };
}

const GREETING = "You are the friendly voice of Acme Corp support.\nGreet the caller by name.\nAsk how you can help today.";
const REFUNDS = "Refunds take five working days.\nNever promise a date.";

/** An agent that Git and the console changed, in a value and in a prompt of two sections. */
export function conflictedAgent(): AgentPlan {
  const base = `${GREETING}\n\n${REFUNDS}`;
  const built = prompt({ "base/greeting": GREETING.replace("Ask how", "Always ask how"), "support/refunds": REFUNDS });
  const live = base.replace("five working days", "three working days");
  return agent("support", {
    class: "conflict",
    wanted: true,
    content: { general_prompt: built.text },
    prompts: { "/llm/general_prompt": built },
    changes: [
      conflict(["agent", "voice_speed"], 1, 1.1, 1.2),
      consoleEdit(["llm", "model_temperature"], 0.2, 0.4),
      conflict(["llm", "general_prompt"], base, built.text, live),
    ],
    blocks: [{ reason: "conflict", message: "Git and the Retell console changed agent.voice_speed, llm.general_prompt differently." }],
  });
}
