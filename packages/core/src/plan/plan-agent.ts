import { statedEngine } from "../canonical/canonical-form.ts";
import { contentHash } from "../canonical/content-hash.ts";
import { withoutLayout } from "../canonical/without-layout.ts";
import type { Content } from "../canonical/content.ts";
import type { Json } from "../canonical/json.ts";
import { toSymbols, type ReferenceValues } from "../canonical/symbols.ts";
import { classifyFields, type Baseline, type FieldChange } from "../diff/classify.ts";
import { equalInEffect } from "../diff/equality.ts";
import type { DesiredAgent } from "../project/desired.ts";
import type { AgentState } from "../state/agent-state.ts";
import { explainPending } from "../state/explain-pending.ts";
import { engineIdOf } from "../state/engine-ids.ts";
import { recordedChannel } from "../state/agent-address.ts";
import type { AgentRecord } from "../state/recorded.ts";
import { planBlocks } from "./blocks.ts";
import { fieldFacts } from "./field-facts.ts";
import type { LiveAgent, LiveReading } from "./live.ts";
import type { PlanContext } from "./options.ts";
import { bearsOurMark } from "./ownership.ts";
import type { AgentClass, AgentPlan, Operation } from "./plan.ts";
import { publishedElsewhere } from "./published-elsewhere.ts";

export interface AgentSides {
  readonly name: string;
  /** Undefined for a folder that Git has removed. */
  readonly desired: DesiredAgent | undefined;
  readonly record: AgentRecord | undefined;
  readonly live: LiveReading;
  readonly lostEngineId: string | undefined;
  /** Names that the agent was moved from and under which it is recorded still. */
  readonly formerRecords: readonly string[];
  /** Why it is not certain that the recorded id is this agent's; undefined where no other one claims it. */
  readonly sharedId: string | undefined;
  readonly agentIds: ReadonlyMap<string, string>;
  readonly formerIds: ReadonlyMap<string, ReadonlySet<string>>;
  readonly goneIds: ReadonlyMap<string, string>;
  /** Of shared resources, by symbol. */
  readonly resourceIds: ReadonlyMap<string, string>;
  readonly formerResourceIds: ReadonlyMap<string, ReadonlySet<string>>;
  /** Folder names whose marks count as ours: the agent's own and those it was moved from. */
  readonly ownFolders: readonly string[];
}

/** Decides about one agent. Pure: the same sides give the same plan. */
export function planAgent(sides: AgentSides, context: PlanContext): AgentPlan {
  const { record, live, desired } = sides;
  if (record?.kind === "unreadable") {
    return unreadable(sides, "unreadable-state", `The recorded state cannot be read: ${record.problem}. Restore the file on the state branch from its history.`);
  }
  if (sides.sharedId !== undefined) return unreadable(sides, "unclear-identity", sides.sharedId);
  if (live.kind === "unreadable") return unreadable(sides, live.reason, live.problem);
  const state = record?.state;
  if (desired === undefined) return planRemoved(sides, state, context);
  if (live.kind !== "present") return planAbsent(sides, state, desired, context);
  return planPresent(sides, { state, desired, live, context });
}

function referencesOf({ agentIds, formerIds, goneIds, resourceIds, formerResourceIds }: AgentSides, { secrets, fingerprint }: PlanContext): ReferenceValues {
  return { secrets, fingerprint, agentIds, formerIds, goneIds, resourceIds, formerResourceIds };
}

function planPresent(
  sides: AgentSides,
  input: { state: AgentState | undefined; desired: DesiredAgent; live: LiveAgent; context: PlanContext },
): AgentPlan {
  const { state, desired, live, context } = input;
  const references = referencesOf(sides, context);
  const facts = fieldFacts([live.content, desired.content]);
  const recorded: Baseline | null =
    state?.sent === null || state?.seen === null || state === undefined ? null : { sent: state.sent, seen: state.seen };
  const symbols = toSymbols({
    baseline: recorded,
    desired: desired.content,
    pending: state?.pending?.sent,
    live: live.content,
    recordedSecrets: state?.secrets ?? {},
    references,
  });
  // An agent that only bears the name is somebody else's: nothing in it is explained by what we did, nothing is recorded.
  const isStranger = live.found === "named" && (!context.options.adopt || live.unclear !== undefined);
  const baseline =
    state?.pending === undefined || isStranger
      ? symbols.baseline
      : explainPending(
          symbols.baseline,
          state.pending,
          { live: symbols.live, title: live.agent.title, modifiedAt: live.modifiedAt, runEndedAt: context.pendingEndedAt },
          facts,
        );
  const changes = classifyFields(
    { baseline, desired: desired.content, live: symbols.live },
    { facts, mayOverwrite: overwriteRule(desired, state, context) },
  );
  const needsReplace = statedEngine(live.content.agent) !== desired.engine || live.agent.channel !== desired.channel;
  const agentClass = worstClass(changes, state, live);
  const differs =
    isStranger ||
    needsReplace ||
    changes.some((change) => change.class === "local-change" || change.class === "conflict") ||
    // Nothing may differ but which version callers get: then a new one is needed that can be published over it.
    (context.options.onConsoleEdit === "overwrite" && publishedElsewhere(state, live));
  // Taken over as it is: without our mark the next run would ask again whose it is, and nothing would publish it.
  const onlyMark = !differs && context.options.adopt && (agentClass === "in-sync" || agentClass === "converged") && !bearsOurMark(live, { repositoryId: context.repositoryId, ownFolders: sides.ownFolders });
  const wanted = differs || onlyMark;
  const blocks = wanted ? planBlocks({ sides, changes, agentClass, needsReplace, live, state, context, facts }) : [];
  const operation = isStranger ? "none" : operationFor({ wanted, needsReplace, blocked: blocks.length > 0, changes, state, baseline, desired, isMoved: sides.formerRecords.length > 0 });
  return {
    name: sides.name,
    class: agentClass,
    operation,
    wanted,
    changes,
    blocks,
    ...(onlyMark && operation === "update" ? { onlyMark } : {}),
    notes: [...notesFor(sides, { state, live, changes, notCompared: symbols.notCompared }), ...(onlyMark ? ["It is taken over as it is: only the ownership mark is written, into the version's title."] : [])],
    agentId: live.agent.agentId,
    channel: live.agent.channel,
    engineId: live.agent.engine.id,
    version: live.agent.version,
    isPublished: live.agent.isPublished,
    modifiedAt: live.modifiedAt,
    hashes: {
      seen: baseline === null ? null : contentHash(withoutLayout(baseline.seen) as Json),
      desired: contentHash(desired.content as Json),
      live: contentHash(withoutLayout(symbols.live) as Json),
    },
    material: { desired, state, baseline, live: symbols.live, publishedVersion: live.publishedVersion, lostEngineId: sides.lostEngineId, formerRecords: sides.formerRecords },
  };
}

function operationFor(input: {
  wanted: boolean;
  needsReplace: boolean;
  blocked: boolean;
  changes: readonly FieldChange[];
  state: AgentState | undefined;
  baseline: Baseline | null;
  desired: DesiredAgent;
  isMoved: boolean;
}): Operation {
  if (input.wanted && !input.blocked) return input.needsReplace ? "replace" : "update";
  if (input.baseline === null && input.changes.some((change) => change.class === "conflict")) return "none";
  const explained = input.state?.pending !== undefined;
  // An agent that is known only by its id gets its baseline once everything in it is explained.
  const firstBaseline = input.state?.sent == null && !input.blocked;
  // What is the same field by field can still be written in another order; staging and reverts are told by the bytes.
  const isRearranged = !input.wanted && input.baseline !== null && contentHash(input.baseline.sent as Json) !== contentHash(input.desired.content as Json);
  return explained || firstBaseline || isRearranged || input.isMoved || input.changes.some((change) => change.class === "converged") ? "record" : "none";
}

/** What `overwrite.<workspace>.json` and `on-console-edit: overwrite` allow. An entry is spent once the agent was deployed again. */
function overwriteRule(desired: DesiredAgent, state: AgentState | undefined, context: PlanContext) {
  const allowed = desired.overwrite?.deployedAt === (state?.deployed_at ?? null) ? desired.overwrite?.fields : undefined;
  const facts = fieldFacts([desired.content]);
  return (change: Omit<FieldChange, "overwritten">): boolean => {
    if (context.options.onConsoleEdit === "overwrite") return true;
    if (allowed === undefined || !Object.hasOwn(allowed, change.name)) return false;
    return equalInEffect(facts, change.path, allowed[change.name], change.live);
  };
}

const WORST_FIRST = ["conflict", "console-edit", "local-change", "converged"] as const;

function worstClass(changes: readonly FieldChange[], state: AgentState | undefined, live: LiveAgent): AgentClass {
  const worst = WORST_FIRST.find((candidate) => changes.some((change) => change.class === candidate)) ?? "in-sync";
  if (worst === "conflict") return worst;
  if (state?.version != null && live.agent.version < state.version) return "version-deleted";
  if (worst !== "console-edit" && publishedElsewhere(state, live)) return "console-edit";
  return worst;
}

function notesFor(
  sides: AgentSides,
  input: { state: AgentState | undefined; live: LiveAgent; changes: readonly FieldChange[]; notCompared: readonly string[] },
): string[] {
  const notes: string[] = [];
  for (const name of input.notCompared) notes.push(`secret://${name} was not compared: RETELL_SECRET_${name} is not set in this job.`);
  if (input.live.found === "marked" && input.state?.agent_id == null) notes.push("Found again by its ownership mark.");
  if (input.state?.incomplete === true) notes.push("An earlier run could write only a part of this agent.");
  if (publishedElsewhere(input.state, input.live)) {
    notes.push(`Version ${String(input.live.publishedVersion ?? "none")} is the latest published one, which was not published from Git.`);
  }
  // Where nothing differs, entries that are left over concern nobody.
  const differs = input.changes.some((change) => change.class === "conflict" || change.class === "console-edit");
  if (differs && sides.desired?.overwrite !== undefined && sides.desired.overwrite.deployedAt !== (input.state?.deployed_at ?? null)) {
    notes.push(`${sides.desired.overwrite.file} is spent: the agent was deployed since it was written.`);
  }
  return notes;
}

function planAbsent(sides: AgentSides, state: AgentState | undefined, desired: DesiredAgent, context: PlanContext): AgentPlan {
  const missing = sides.live.kind === "missing";
  const desiredHash = contentHash(desired.content as Json);
  const wanted = !missing || context.options.recreate || state?.config_hash !== desiredHash;
  const blocks = wanted ? planBlocks({ sides, changes: [], agentClass: missing ? "missing-remote" : "not-deployed", needsReplace: false, live: undefined, state, context, facts: fieldFacts([desired.content]) }) : [];
  return {
    ...nothingThere(sides, state),
    class: missing ? "missing-remote" : "not-deployed",
    operation: wanted && blocks.length === 0 ? "create" : "none",
    wanted,
    blocks,
    notes: missing ? [`Retell has no agent ${state?.agent_id ?? ""} any more: it was deleted in the console.`] : [],
    hashes: { seen: null, desired: desiredHash, live: null },
  };
}

function planRemoved(sides: AgentSides, state: AgentState | undefined, context: PlanContext): AgentPlan {
  const { live } = sides;
  // Its folder was never there to be removed: it comes with the import's pull request.
  const awaitsImport = state?.imported === true;
  const wanted = context.options.prune === "delete" && !awaitsImport;
  const base = nothingThere(sides, state);
  const blocks =
    wanted && live.kind === "present"
      ? planBlocks({ sides, changes: [], agentClass: "removed-from-git", needsReplace: false, live, state, context, facts: fieldFacts([]) })
      : [];
  const content = live.kind === "present" ? live.content : undefined;
  const symbols =
    content === undefined
      ? undefined
      : toSymbols({
          baseline: state?.sent == null || state.seen === null ? null : { sent: state.sent, seen: state.seen },
          desired: undefined,
          pending: state?.pending?.sent,
          live: content,
          recordedSecrets: state?.secrets ?? {},
          references: referencesOf(sides, context),
        }).live;
  return {
    ...base,
    class: "removed-from-git",
    operation: wanted && blocks.length === 0 ? "delete" : "none",
    wanted,
    blocks,
    notes: [awaitsImport ? "It was imported and has no folder here: it waits for the import's pull request. Nothing is deleted." : wanted ? "Its folder was removed from Git." : "Its folder was removed from Git; the agent stays in Retell until a run with prune: delete."],
    agentId: live.kind === "present" ? live.agent.agentId : base.agentId,
    channel: live.kind === "present" ? live.agent.channel : base.channel,
    engineId: live.kind === "present" ? live.agent.engine.id : base.engineId,
    version: live.kind === "present" ? live.agent.version : null,
    isPublished: live.kind === "present" && live.agent.isPublished,
    modifiedAt: live.kind === "present" ? live.modifiedAt : null,
    hashes: { seen: state?.seen == null ? null : contentHash(withoutLayout(state.seen) as Json), desired: null, live: symbols === undefined ? null : contentHash(withoutLayout(symbols) as Json) },
    material: { ...base.material, live: symbols },
  };
}

function unreadable(sides: AgentSides, reason: "unreadable-state" | AgentPlan["blocks"][number]["reason"], message: string): AgentPlan {
  const state = sides.record?.kind === "state" ? sides.record.state : undefined;
  return { ...nothingThere(sides, state), class: "unreadable", operation: "none", wanted: true, blocks: [{ reason, message }] };
}

function nothingThere(sides: AgentSides, state: AgentState | undefined): AgentPlan {
  const baseline = state?.sent == null || state.seen === null ? null : { sent: state.sent, seen: state.seen };
  return {
    name: sides.name,
    class: "not-deployed",
    operation: "none",
    wanted: false,
    changes: [],
    blocks: [],
    notes: [],
    agentId: state?.agent_id ?? null,
    channel: (state && recordedChannel(state)) ?? sides.desired?.channel ?? "voice",
    engineId: engineIdOf(state),
    version: null,
    isPublished: false,
    modifiedAt: null,
    hashes: { seen: null, desired: null, live: null },
    material: { desired: sides.desired, state, baseline, live: undefined as Content | undefined, lostEngineId: sides.lostEngineId, formerRecords: sides.formerRecords },
  };
}
