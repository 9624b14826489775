import type { ActionReport } from "@retell-actions/core/adapters/runner/action-report";
import type { JsonObject } from "@retell-actions/core/canonical/json";
import type { DriftOutcome, ReasonCode } from "@retell-actions/core/outcome";
import type { ActionPorts } from "@retell-actions/core/ports/action-ports";
import { sharedSections } from "@retell-actions/core/project/shared-sections";
import { notReadSentence, renderDriftSummary, type SummarizedWorkspace } from "@retell-actions/core/report/drift-summary";
import { enumerate } from "@retell-actions/core/report/words";
import { runUrl } from "@retell-actions/core/report/run-url";
import { decidableAgents } from "@retell-actions/core/resolve/console-changes";
import type { AdoptedWorkspace } from "./adopt-edits.ts";
import type { DriftInputs } from "./inputs.ts";
import type { Look } from "./look.ts";
import type { Told } from "./propose.ts";

/** What a run found and did. */
export interface Finished {
  readonly inputs: DriftInputs;
  readonly directory: string;
  readonly looks: readonly Look[];
  readonly adoptions: readonly AdoptedWorkspace[];
  readonly told: readonly Told[];
  readonly severalProductions: boolean;
}

/** Turns a finished run into outputs, result and summary. */
export function report(finished: Finished, ports: Pick<ActionPorts, "job">): ActionReport {
  const { inputs, looks, told } = finished;
  const drifts = looks.flatMap((look) => (look.kind === "seen" ? [look.seen.drift] : []));
  const drifted = drifts.filter(({ agents }) => agents.length > 0).map(({ workspace, agents }) => [workspace.name, agents.map(({ name }) => name)] as const);
  const end = ending(finished);
  const open = (kind: "pullRequest" | "issue"): string =>
    JSON.stringify(Object.fromEntries(told.flatMap((one) => (isOpen(one[kind]) ? [[one.workspace, one[kind].number]] : []))));
  return {
    outcome: end.outcome,
    reason: end.reason,
    message: end.message,
    ...(end.outcome === "drift-detected" && inputs.failOnDrift ? { fails: true as const } : {}),
    outputs: {
      "has-drift": String(drifts.some(({ digest }) => digest !== undefined)),
      "drifted-agents": JSON.stringify(Object.fromEntries(drifted)),
      agents: JSON.stringify([...new Set(drifted.flatMap(([, names]) => names))].sort()),
      "pull-requests": open("pullRequest"),
      issues: open("issue"),
    },
    result: result(finished),
    summary: renderDriftSummary({ outcome: end.outcome, runUrl: runUrl(ports.job), workspaces: looks.map((look) => summarized(look, finished)) }),
    problems: [],
  };
}

/** What is not known outweighs what is. */
function ending({ looks, told, adoptions }: Finished): { outcome: DriftOutcome; reason: ReasonCode; message: string } {
  const failures = [
    ...looks.flatMap((look) => {
      if (look.kind === "failed") return [{ reason: look.error.reason, text: `${look.workspace}: ${look.error.message}` }];
      if (look.kind === "nothing") return [];
      return look.seen.drift.unreadable.map(({ name, reason, problem }) => ({ reason, text: `${look.seen.workspace.name}: ${name} could not be read: ${problem}` }));
    }),
    ...told.flatMap(({ workspace, error }) => (error === undefined ? [] : [{ reason: error.reason, text: `${workspace}: ${error.message}` }])),
  ];
  const [first] = failures;
  if (first !== undefined) return { outcome: "failed", reason: first.reason, message: failures.map(({ text }) => text).join("\n") };
  const drifted = looks.flatMap((look) => (look.kind === "seen" && look.seen.drift.digest !== undefined ? [look.seen.drift] : []));
  if (drifted.length === 0) return { outcome: "in-sync", reason: "ok", message: [inSyncMessage(looks), ...outdatedMessage(adoptions)].join(" ") };
  const named = drifted.map(({ workspace, agents, resources = [] }) => `${workspace.name}: ${[...agents.map(({ name }) => name), ...resources.map(({ symbol }) => symbol)].join(", ")}`);
  return { outcome: "drift-detected", reason: "drift", message: `Retell holds something else than Git deployed. ${named.join("; ")}.` };
}

function outdatedMessage(adoptions: readonly AdoptedWorkspace[]): string[] {
  const places = [...new Set(adoptions.flatMap(({ outdated }) => [...outdated.values, ...outdated.names].map(({ file, line }) => `${file}:${line}`)))];
  return places.length === 0 ? [] : [`Retell itself has replaced what the files say at ${enumerate(places, 10)}: update them.`];
}

function inSyncMessage(looks: readonly Look[]): string {
  const deploying = looks.flatMap((look) => (look.kind === "seen" ? look.seen.drift.deploying : []));
  if (deploying.length > 0) return `No drift in the agents that were looked at; ${deploying.join(", ")} is being deployed at the moment and was not looked at.`;
  const notRead = looks.flatMap((look) => (look.kind === "seen" ? (look.seen.drift.notRead ?? []) : []));
  if (notRead.length > 0) return `No drift in the agents that were read. ${notReadSentence(notRead)}`;
  return looks.every(({ kind }) => kind === "nothing") ? "Nothing has been deployed yet, so nothing can have drifted." : "Every agent that was deployed is as it was deployed.";
}

function summarized(look: Look, { adoptions, told, severalProductions }: Finished): SummarizedWorkspace {
  if (look.kind === "nothing") return look;
  if (look.kind === "failed") return { kind: "failed", workspace: look.workspace, problem: look.error.message };
  const { drift, workspace, target } = look.seen;
  const adopted = adoptions.find(({ seen }) => seen === look.seen);
  const where = told.find((one) => one.workspace === workspace.name);
  const asIssue = where !== undefined && !isOpen(where.pullRequest) && isOpen(where.issue);
  return {
    kind: "seen",
    report: {
      drift,
      adopted: adopted?.adoption.agents ?? new Map(),
      outdated: adopted?.outdated ?? { values: [], names: [], adopted: new Set() },
      decidable: decidableAgents(target.plan),
      sharedSections: sharedSections(target.snapshot.desired),
      severalProductions,
      place: asIssue ? { kind: "issue", why: undefined } : { kind: "pull-request" },
    },
    told: where === undefined ? [] : toldLines(where),
  };
}

function toldLines({ pullRequest, issue, error }: Told): { text: string; url: string | undefined }[] {
  return [
    ...("number" in pullRequest ? [{ text: `Pull request #${pullRequest.number} ${WORDS[pullRequest.kind]}`, url: pullRequest.url }] : []),
    ...("message" in pullRequest ? [{ text: pullRequest.message, url: undefined }] : []),
    ...("number" in issue ? [{ text: `Issue #${issue.number} ${WORDS[issue.kind]}`, url: issue.url }] : []),
    ...(error === undefined ? [] : [{ text: `It could not be told: ${error.message}`, url: undefined }]),
  ];
}

const WORDS = {
  opened: "was opened",
  updated: "was updated",
  unchanged: "says so already",
  closed: "was closed: there is nothing to adopt any more",
  dismissed: "was closed by somebody for this very drift, so it is not opened again until the drift changes",
  commented: "has a new comment; somebody works on its branch, so that was not touched",
} as const;

function isOpen(kept: Told["pullRequest"] | Told["issue"]): kept is Extract<Told["pullRequest"], { number: number }> {
  return "number" in kept && kept.kind !== "closed" && kept.kind !== "dismissed";
}

function result({ looks, adoptions, told }: Finished): JsonObject {
  const agents = looks.flatMap((look) => {
    if (look.kind !== "seen") return [];
    const { drift, target } = look.seen;
    const adopted = adoptions.find(({ seen }) => seen === look.seen);
    const drifts = new Map(drift.agents.map((agent) => [agent.name, agent]));
    return target.plan.agents.map((agent) => {
      const found = drifts.get(agent.name);
      const outdated = adopted?.outdated.values.filter((value) => value.agent === agent.name).map(({ edit }) => edit.name) ?? [];
      return {
        agent: agent.name,
        workspace: drift.workspace.name,
        class: agent.class,
        status: drift.deploying.includes(agent.name) ? "deploying" : agent.class === "unreadable" ? "unreadable" : found !== undefined ? "drifted" : drift.undeployed.includes(agent.name) ? "undeployed" : agent.notReadSince === undefined ? "in-sync" : "in-sync-not-read",
        ...(agent.notReadSince === undefined ? {} : { not_read_since: new Date(agent.notReadSince).toISOString() }),
        findings: found?.findings.map(({ kind }) => kind) ?? [],
        changed_fields: found?.fields.map(({ name }) => name) ?? [],
        adopted_fields: adopted?.adoption.agents.get(agent.name)?.adopted.filter((field) => !outdated.includes(field)) ?? [],
        outdated_fields: outdated,
        agent_id: agent.agentId,
        version: agent.version,
      };
    });
  });
  const workspaces = looks.map((look) => {
    const name = look.kind === "seen" ? look.seen.workspace.name : look.workspace;
    const where = told.find((one) => one.workspace === name);
    return {
      workspace: name,
      status: look.kind === "failed" ? "failed" : look.kind === "nothing" ? "nothing-deployed" : look.seen.drift.digest !== undefined ? "drifted" : look.seen.drift.unreadable.length > 0 ? "unreadable" : "in-sync",
      reason_code: look.kind === "failed" ? look.error.reason : "ok",
      pull_request: where !== undefined && isOpen(where.pullRequest) ? where.pullRequest.number : null,
      issue: where !== undefined && isOpen(where.issue) ? where.issue.number : null,
    };
  });
  const counts: Record<string, number> = {};
  for (const { status } of agents) counts[status] = (counts[status] ?? 0) + 1;
  return { action: "drift-detect", agents, workspaces, counts, truncated: false } as unknown as JsonObject;
}
