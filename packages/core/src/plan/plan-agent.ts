import { statedEngine } from "../canonical/canonical-form.ts";
import { contentHash } from "../canonical/content-hash.ts";
import { sameJson } from "../canonical/same-json.ts";
import { withoutLayout } from "../canonical/without-layout.ts";
import type { Json } from "../canonical/json.ts";
import { toSymbols } from "../canonical/symbols.ts";
import { classifyFields, type Baseline, type FieldChange } from "../diff/classify.ts";
import { equalInEffect } from "../diff/equality.ts";
import type { DesiredAgent } from "../project/desired.ts";
import type { AgentState } from "../state/agent-state.ts";
import { explainPending } from "../state/explain-pending.ts";
import { referencesOf, type AgentSides } from "./agent-sides.ts";
import { planBlocks } from "./blocks.ts";
import { fieldFacts } from "./field-facts.ts";
import type { LiveAgent } from "./live.ts";
import type { PlanContext } from "./options.ts";
import { bearsOurMark } from "./ownership.ts";
import type { AgentClass, AgentPlan, Operation } from "./plan.ts";
import { planAbsent, planRemoved, unreadable } from "./plan-absent-agent.ts";
import { publishedElsewhere } from "./published-elsewhere.ts";

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
    // What was not read is as recorded: in symbols already, and the same in whatever is said of it.
    live: live.notReadSince === undefined ? live.content : { ...live.content, agent: {} },
    recordedSecrets: state?.secrets ?? {},
    references,
  });
  const liveSide = live.notReadSince === undefined || symbols.baseline === null ? symbols.live : { ...symbols.live, agent: symbols.baseline.seen.agent };
  // An agent that only bears the name is somebody else's: nothing in it is explained by what we did, nothing is recorded.
  const isStranger = live.found === "named" && (!context.options.adopt || live.unclear !== undefined);
  const baseline =
    state?.pending === undefined || isStranger
      ? symbols.baseline
      : explainPending(
          symbols.baseline,
          state.pending,
          { live: liveSide, title: live.agent.title, modifiedAt: live.modifiedAt, runEndedAt: context.pendingEndedAt },
          facts,
        );
  const changes = classifyFields(
    { baseline, desired: desired.content, live: liveSide },
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
  const seenHash = baseline === null ? null : contentHash(withoutLayout(baseline.seen) as Json);
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
    ...(live.notReadSince === undefined ? {} : { notReadSince: live.notReadSince }),
    hashes: {
      seen: seenHash,
      desired: contentHash(desired.content as Json),
      live: seenHash !== null && sameJson(baseline?.seen as Json, liveSide as Json) ? seenHash : contentHash(withoutLayout(liveSide) as Json),
    },
    material: { desired, state, baseline, live: liveSide, publishedVersion: live.publishedVersion, lastChange: live.lastChange, lostEngineId: sides.lostEngineId, formerRecords: sides.formerRecords },
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
  const isRearranged = !input.wanted && input.baseline !== null && !sameJson(input.baseline.sent as Json, input.desired.content as Json);
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
