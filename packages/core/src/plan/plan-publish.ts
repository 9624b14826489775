import type { Content } from "../canonical/content.ts";
import { toSymbols, type ReferenceValues } from "../canonical/symbols.ts";
import { classifyFields } from "../diff/classify.ts";
import type { ReasonCode } from "../outcome.ts";
import type { RemoteAgent } from "../ports/retell.ts";
import { engineIdOf } from "../state/engine-ids.ts";
import type { AgentState } from "../state/agent-state.ts";
import { parseMark } from "../state/ownership-mark.ts";
import type { AgentRecord } from "../state/recorded.ts";
import { fieldFacts } from "./field-facts.ts";
import type { AgentClass } from "./plan.ts";

/** What Retell holds of a recorded version. */
export type VersionReading =
  | { readonly kind: "missing-agent" }
  | { readonly kind: "missing-version" }
  | { readonly kind: "unreadable"; readonly reason: ReasonCode; readonly problem: string }
  | {
      readonly kind: "present";
      readonly agent: RemoteAgent;
      /** Canonical and in clear: never rendered or stored. */
      readonly content: Content;
      /** The highest version's number. */
      readonly highest: number;
      /** `latest_published` in productions (null: none); undefined elsewhere. */
      readonly publishedVersion: number | null | undefined;
    };

/** A recorded draft, with everything that publishing it needs to know. */
export interface RecordedDraft extends AgentState {
  readonly agent_id: string;
  readonly version: number;
  readonly sent: Content;
  readonly seen: Content;
}

/**
 * What publishing does with an agent: `publish` it, `record` that it is published already, `none` where there is nothing
 * to do, `refuse` where a person has to look, `fail` where nothing is known.
 */
export type PublishStep = "publish" | "record" | "none" | "refuse" | "fail";

/** The one decision about an agent. Plain data. */
export interface PublishPlan {
  readonly name: string;
  readonly step: PublishStep;
  readonly reason: ReasonCode;
  /** One sentence where there is something to say. */
  readonly message: string | undefined;
  /** Null where the agent was not compared. */
  readonly class: AgentClass | null;
  /** Names of the fields in which the version is not what was deployed. */
  readonly changedFields: readonly string[];
  /** Things to know that block nothing. */
  readonly notes: readonly string[];
  readonly agentId: string | null;
  readonly engineId: string | null;
  readonly version: number | null;
}

export interface PublishSides {
  readonly name: string;
  readonly record: AgentRecord | undefined;
  /** What Retell holds; undefined where {@link draftOf} asks for no reading. */
  readonly reading: VersionReading | undefined;
  /** Folder names whose marks count as the agent's own. */
  readonly ownFolders: readonly string[];
  readonly repositoryId: number;
  readonly references: ReferenceValues;
}

/** The draft that has to be read before anything can be decided; undefined where the record alone decides. */
export function draftOf(record: AgentRecord | undefined): RecordedDraft | undefined {
  if (record?.kind !== "state") return undefined;
  const { state } = record;
  if (state.is_published || state.incomplete === true || state.pending !== undefined) return undefined;
  return isDraft(state) ? state : undefined;
}

function isDraft(state: AgentState): state is RecordedDraft {
  return state.agent_id !== null && state.version !== null && state.sent !== null && state.seen !== null;
}

/** Decides about one agent. Pure: the same record and reading give the same plan. */
export function planPublication(sides: PublishSides): PublishPlan {
  const draft = draftOf(sides.record);
  if (draft === undefined) return planByRecord(sides.name, sides.record);
  const plan = (step: PublishStep, rest: Partial<PublishPlan> & Pick<PublishPlan, "class" | "reason">): PublishPlan => ({ ...about(sides.name, draft), step, ...rest });
  const { reading } = sides;
  switch (reading?.kind) {
    case undefined:
      throw new TypeError(`${sides.name} was not read`);
    case "unreadable":
      return plan("fail", { class: "unreadable", reason: reading.reason, message: reading.problem });
    case "missing-agent":
      return plan("refuse", { class: "missing-remote", reason: "missing-remote", message: "The agent was deleted in Retell. Run deploy with recreate: true to make it again (with a new id), or remove its folder." });
    case "missing-version":
      return plan("refuse", { class: "version-deleted", reason: "version-deleted", message: `Version ${draft.version}, which was deployed, was deleted in Retell. Run deploy, which reports what is there instead.` });
    case "present":
      return planPresent(sides, draft, { reading, plan });
  }
}

function planPresent(
  sides: PublishSides,
  draft: RecordedDraft,
  { reading, plan }: { reading: VersionReading & { kind: "present" }; plan: (step: PublishStep, rest: Partial<PublishPlan> & Pick<PublishPlan, "class" | "reason">) => PublishPlan },
): PublishPlan {
  const mark = parseMark(reading.agent.title);
  if (mark !== undefined && !(mark.repositoryId === sides.repositoryId && sides.ownFolders.includes(mark.folder))) {
    return plan("refuse", { class: null, reason: "not-ours", message: `Version ${draft.version} in Retell is marked by repository ${mark.repositoryId}, folder ${mark.folder}. Run deploy with adopt: true to take it over.` });
  }
  const { changed, notCompared } = compareDraft(draft, reading.content, sides.references);
  const notes = notCompared.map((name) => `secret://${name} was not compared: RETELL_SECRET_${name} is not set in this job.`);
  if (reading.highest > draft.version) notes.push(`Retell has version ${reading.highest} too, which was not deployed and is left as it is.`);
  const { isPublished } = reading.agent;
  if (changed.length > 0) {
    return plan("refuse", { class: "console-edit", reason: "draft-changed", changedFields: changed, message: draftChanged({ draft, changed, isPublished }), notes });
  }
  const known = draft.published_version ?? null;
  const inService = reading.publishedVersion;
  if (inService !== undefined && inService !== known && inService !== draft.version) {
    return plan("refuse", { class: "console-edit", reason: "published-elsewhere", message: publishedElsewhere(inService, known), notes });
  }
  if (!isPublished) return plan("publish", { class: "in-sync", reason: "ok", notes });
  if (inService !== undefined && inService !== draft.version) {
    return plan("refuse", { class: "console-edit", reason: "published-elsewhere", message: `Version ${draft.version} is published, but callers get version ${String(inService)}. Run deploy with on-console-edit: overwrite to make a new version, then publish that.`, notes });
  }
  return plan("record", { class: "in-sync", reason: "ok", notes });
}

function planByRecord(name: string, record: AgentRecord | undefined): PublishPlan {
  if (record === undefined) return { ...about(name), class: "not-deployed", reason: "not-deployed", message: "It was never deployed to this workspace. Run deploy first." };
  if (record.kind === "unreadable") {
    return { ...about(name), step: "fail", class: "unreadable", reason: "unreadable-state", message: `The recorded state cannot be read: ${record.problem}. Restore the file on the state branch from its history.` };
  }
  const { state } = record;
  const known = about(name, state);
  if (state.pending !== undefined) return { ...known, step: "refuse", reason: "incomplete", message: "A deploy broke off while it was writing this agent. Run deploy, which finishes it, then publish." };
  if (state.incomplete === true) return { ...known, step: "refuse", reason: "incomplete", message: "Only a part of the agent could be written. Run deploy, which finishes it, then publish." };
  if (!isDraft(state)) return { ...known, class: "not-deployed", reason: "not-deployed", message: "The record has the agent's id but no deployment. Run deploy first." };
  return { ...known, reason: "nothing-to-do" };
}

function about(name: string, state?: AgentState): PublishPlan {
  return {
    name,
    step: "none",
    class: null,
    reason: "nothing-to-do",
    message: undefined,
    changedFields: [],
    notes: [],
    agentId: state?.agent_id ?? null,
    engineId: engineIdOf(state),
    version: state?.version ?? null,
  };
}

/**
 * Names of the fields in which Retell does not hold what was seen after the deployment, by the same comparison as the
 * plan of a deploy; and the secrets whose values this job cannot compare.
 */
export function compareDraft(draft: RecordedDraft, live: Content, references: ReferenceValues): { changed: string[]; notCompared: readonly string[] } {
  const recorded = { sent: draft.sent, seen: draft.seen };
  const symbols = toSymbols({ baseline: recorded, desired: draft.sent, live, recordedSecrets: draft.secrets ?? {}, references });
  const baseline = symbols.baseline ?? recorded;
  // What was sent is what is wanted, so that nothing can be Git's change: neither today's files nor a secret's new value.
  const changes = classifyFields({ baseline, desired: baseline.sent, live: symbols.live }, { facts: fieldFacts([live, draft.sent]), mayOverwrite: () => false });
  return { changed: changes.filter(({ class: fieldClass }) => fieldClass === "console-edit" || fieldClass === "conflict").map(({ name }) => name), notCompared: symbols.notCompared };
}

function draftChanged({ draft, changed, isPublished }: { draft: RecordedDraft; changed: readonly string[]; isPublished: boolean }): string {
  const names = changed.slice(0, 5).join(", ");
  const fields = changed.length > 5 ? `${names} and ${changed.length - 5} more fields` : names;
  const what = isPublished ? `Version ${draft.version} was published in the Retell console, but not as it was deployed` : `Version ${draft.version} in Retell is no longer what was deployed`;
  return `${what}: ${fields} changed. Take the change over into Git, or run deploy with on-console-edit: overwrite; then publish.`;
}

function publishedElsewhere(inService: number | null, known: number | null): string {
  const now = inService === null ? "no version is published any more" : `version ${inService} is published`;
  return `In Retell ${now}, but ${known === null ? "none was published from Git" : `version ${known} is the last one that was published from Git`}. Look at it in the Retell console; to publish over it, run deploy with on-console-edit: overwrite first.`;
}
