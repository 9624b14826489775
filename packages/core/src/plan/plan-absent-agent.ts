import { contentHash } from "../canonical/content-hash.ts";
import type { Content } from "../canonical/content.ts";
import type { Json } from "../canonical/json.ts";
import { toSymbols } from "../canonical/symbols.ts";
import { withoutLayout } from "../canonical/without-layout.ts";
import type { DesiredAgent } from "../project/desired.ts";
import { recordedChannel } from "../state/agent-address.ts";
import type { AgentState } from "../state/agent-state.ts";
import { engineIdOf } from "../state/engine-ids.ts";
import { referencesOf, type AgentSides } from "./agent-sides.ts";
import { planBlocks } from "./blocks.ts";
import { fieldFacts } from "./field-facts.ts";
import type { PlanContext } from "./options.ts";
import type { AgentPlan } from "./plan.ts";

/** An agent that Retell does not hold: never made, or deleted in the console. */
export function planAbsent(sides: AgentSides, state: AgentState | undefined, desired: DesiredAgent, context: PlanContext): AgentPlan {
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

/** An agent whose folder Git has removed. */
export function planRemoved(sides: AgentSides, state: AgentState | undefined, context: PlanContext): AgentPlan {
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

/** An agent of which a side cannot be read: never in sync, never written. */
export function unreadable(sides: AgentSides, reason: "unreadable-state" | AgentPlan["blocks"][number]["reason"], message: string): AgentPlan {
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
