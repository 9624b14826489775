import { contentHash } from "../canonical/content-hash.ts";
import type { Json } from "../canonical/json.ts";
import type { LiveAgent, LiveReading } from "../plan/live.ts";
import { lastPublished, publishedElsewhere } from "../plan/published-elsewhere.ts";
import type { AgentPlan, Plan } from "../plan/plan.ts";
import { isOnlyImported, type AgentState } from "../state/agent-state.ts";
import { resourceDrifts, unreadableResources } from "./resource-drift.ts";
import type { AgentDrift, DriftFinding, FindingKind, WorkspaceDrift } from "./drift.ts";

/** What a plan says about edits outside Git. Pure; `deploying` are the agents that a run in progress holds. */
export function findDrift(input: { readonly plan: Plan; readonly live: ReadonlyMap<string, LiveReading>; readonly deploying: ReadonlySet<string> }): WorkspaceDrift {
  const { plan, live, deploying } = input;
  const judged = plan.agents.filter((agent) => !deploying.has(agent.name));
  const readable = judged.filter((agent) => agent.class !== "unreadable");
  const agents = readable.flatMap((agent) => agentDrift(agent, live.get(agent.name)) ?? []);
  const resources = resourceDrifts(plan.resources ?? [], deploying);
  const drifted = new Set(agents.map(({ name }) => name));
  const undeployed = readable.filter(isUndeployed).map(({ name }) => name);
  const quiet = readable.filter(({ name }) => !drifted.has(name) && !undeployed.includes(name));
  const notRead = quiet.flatMap(({ name, notReadSince }) => (notReadSince === undefined ? [] : [{ name, since: notReadSince }]));
  return {
    workspace: plan.workspace,
    agents,
    ...(resources.length === 0 ? {} : { resources }),
    unreadable: [...unreadableResources(plan.resources ?? []), ...judged.filter((agent) => agent.class === "unreadable").map(({ name, blocks }) => ({ name, reason: blocks[0]?.reason ?? "unreadable", problem: blocks.map(({ message }) => message).join(" ") }))],
    deploying: plan.agents.filter((agent) => deploying.has(agent.name)).map(({ name }) => name),
    undeployed,
    inSync: quiet.length - notRead.length,
    ...(notRead.length === 0 ? {} : { notRead }),
    unmanaged: plan.unmanaged,
    digest: resources.length > 0 ? contentHash([agents.length === 0 ? null : digestOf(agents), resources.map(({ symbol, sentence, changed }): Json => [symbol, sentence, [...changed]])]) : agents.length === 0 ? undefined : digestOf(agents),
  };
}

function isUndeployed(agent: AgentPlan): boolean {
  return agent.class === "not-deployed" || agent.changes.some((change) => change.class === "local-change" || change.class === "conflict");
}

function agentDrift(agent: AgentPlan, reading: LiveReading | undefined): AgentDrift | undefined {
  const fields = agent.changes.filter((change) => change.class === "console-edit" || change.class === "conflict");
  const findings = [...edits(agent, fields.length > 0), ...conflict(agent), ...versions(agent, reading)];
  // An agent without a record of ours is no drift: nothing was deployed that could have been edited.
  if (findings.length === 0 || agent.material.state?.agent_id == null) return undefined;
  return { name: agent.name, findings, fields, plan: agent };
}

/** Where the edited content stands. */
function edits(agent: AgentPlan, edited: boolean): DriftFinding[] {
  const { state } = agent.material;
  if (agent.class === "missing-remote") {
    return [finding("missing-remote", null, `Retell has no agent ${state?.agent_id ?? ""} any more: it was deleted in the console.`)];
  }
  const recorded = state?.version ?? null;
  const now = agent.version;
  if (recorded === null || now === null) return [];
  const [done, ours] = isOnlyImported(state) ? ["was imported", `version ${recorded} was imported`] : ["Git deployed", `Git deployed version ${recorded}`];
  if (now < recorded) return [finding("version-deleted", recorded, `Version ${recorded}, which ${done}, was deleted in Retell; version ${now} is the highest one now.`)];
  if (!edited) return [];
  if (now > recorded) {
    return agent.isPublished
      ? [finding("new-version-published", now, `Version ${now} was made outside Git and is published; ${ours}.`)]
      : [finding("new-draft", now, `Version ${now} is a draft that was made outside Git, above version ${recorded}, which ${done}. It is not published.`)];
  }
  if (!agent.isPublished) return [finding("draft-edited", now, `The draft that ${done} (version ${now}) was edited in place.`)];
  return state?.is_published === true
    ? [finding("migrated", now, `The published version ${now} holds other values than before. Nobody can edit a published version: Retell changed them itself.`)]
    : [finding("new-version-published", now, `The draft that ${done} (version ${now}) was edited and then published outside Git.`)];
}

function conflict(agent: AgentPlan): DriftFinding[] {
  const count = agent.changes.filter((change) => change.class === "conflict").length;
  if (count === 0) return [];
  return [finding("conflict", agent.version, `${count === 1 ? "One field was" : `${count} fields were`} changed in the console and on the branch, where the change is not deployed yet.`)];
}

/** Which version callers get, where that is not the one that Git published. */
function versions(agent: AgentPlan, reading: LiveReading | undefined): DriftFinding[] {
  const { state } = agent.material;
  if (reading?.kind !== "present" || !publishedElsewhere(state, reading)) return [];
  const published = reading.publishedVersion ?? null;
  if (published === null) return [finding("published-version-deleted", null, `No version is published any more; ${publishedBefore(state)}.`)];
  // A published version with edited fields has been told already.
  if (published === reading.agent.version && agent.changes.some((change) => change.class === "console-edit")) return [];
  return [finding("published-elsewhere", published, publishedSentence(published, state, reading))];
}

function publishedSentence(published: number, state: AgentState | undefined, reading: LiveAgent): string {
  const what = published < reading.agent.version ? `The older version ${published}` : `Version ${published}`;
  return `${what} was published outside Git, so it is what callers get; ${publishedBefore(state)}.`;
}

/** Of an imported agent, the record tells what was published, not by whom. */
function publishedBefore(state: AgentState | undefined): string {
  const before = lastPublished(state);
  if (before === null) return "Git has published none";
  return isOnlyImported(state) ? `version ${before} is recorded as published` : `Git published version ${before}`;
}

function finding(kind: FindingKind, version: number | null, sentence: string): DriftFinding {
  return { kind, version, sentence };
}

/** Over what differs, not over when or where it was seen: versions count only where they are the drift. */
function digestOf(agents: readonly AgentDrift[]): string {
  return contentHash(
    agents.map(({ name, findings, fields }) => [
      name,
      findings.filter(({ kind }) => VERSION_FINDINGS.has(kind)).map(({ kind, version }): Json => [kind, version]),
      fields.map((field): Json => [field.name, field.class, field.live ?? null]),
    ]),
  );
}

const VERSION_FINDINGS: ReadonlySet<FindingKind> = new Set(["published-elsewhere", "published-version-deleted", "version-deleted", "missing-remote"]);
