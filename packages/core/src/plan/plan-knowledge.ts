import { contentHash } from "../canonical/content-hash.ts";
import type { Json } from "../canonical/json.ts";
import { objectFrom } from "../canonical/json.ts";
import type { ResourceSymbol } from "../canonical/resource-symbols.ts";
import type { RemoteKnowledgeBase } from "../ports/knowledge-bases.ts";
import type { DesiredKnowledge, DesiredSource, StatedSettings } from "../project/desired-resources.ts";
import { explainKnowledge, settingsOf } from "../state/explain-knowledge.ts";
import type { KnowledgeState, RecordedSettings } from "../state/knowledge-state.ts";
import type { ResourceRecord } from "../state/resource-records.ts";
import { compareSettings, untoldSettings } from "./compare-settings.ts";
import { compareSources } from "./compare-sources.ts";
import { findResource, type ResourceList } from "./find-resource.ts";
import type { PlanContext } from "./options.ts";
import type { Block, Operation } from "./plan.ts";
import { changeBlocks, list, SEVERAL, takenBlock, worstOf } from "./resource-blocks.ts";
import type { KnowledgePlan, ResourceChange, SourceSteps } from "./resource-plan.ts";

export interface KnowledgeSides {
  readonly name: string;
  readonly symbol: ResourceSymbol;
  /** Undefined for a folder that Git has removed. */
  readonly desired: DesiredKnowledge | undefined;
  readonly record: ResourceRecord | undefined;
  readonly list: ResourceList<RemoteKnowledgeBase>;
  /** Ids that belong to other folders. */
  readonly others: ReadonlySet<string>;
  /** True if the reader has waited for what Retell is indexing, as long as it may. */
  readonly hasWaited: boolean;
}

const NO_STEPS: SourceSteps = { add: [], remove: [], keep: [] };

/** Decides about one knowledge base. Pure: the same sides give the same plan. */
export function planKnowledge(sides: KnowledgeSides, context: PlanContext): KnowledgePlan {
  const { record, list, desired } = sides;
  if (record?.kind === "unreadable") return unreadable(sides, undefined, { reason: "unreadable-state", message: `The recorded state cannot be read: ${record.problem}. Restore the file on the state branch from its history.` });
  const state = record?.kind === "knowledge" ? record.state : undefined;
  if (list.kind === "unreadable") return unreadable(sides, state, { reason: list.reason, message: list.problem });
  const found = find(sides, state, list.all);
  const namesakes = namesakesOf(sides, list.all);
  if (found.kind === "several") return { ...absent(sides, state, namesakes), wanted: true, blocks: [{ reason: "name-taken", message: SEVERAL(found.ids) }] };
  if (desired === undefined) return removed(sides, state, { context, namesakes, live: found.kind === "present" && found.found !== "named" ? found.remote : undefined });
  if (found.kind !== "present") return created(sides, state, { context, namesakes, desired, isMissing: found.kind === "missing" });
  return present(sides, { state, desired, context, live: found.remote, isStranger: found.found === "named", namesakes });
}

/** What stands for a knowledge base in hashes. */
export function knowledgeContent({ settings, sources }: { readonly settings: StatedSettings | RecordedSettings; readonly sources: readonly Omit<DesiredSource, "upload">[] }): Json {
  return { settings: plain(settings), sources: sources.map(({ kind, title, hash }) => ({ kind, title, hash })) };
}

function find({ desired, others }: KnowledgeSides, state: KnowledgeState | undefined, all: readonly RemoteKnowledgeBase[]) {
  const pending = state?.pending;
  const creating = pending?.operation === "create" ? { name: pending.settings.name, before: pending.others ?? [] } : undefined;
  return findResource({ all, id: state?.knowledge_base_id ?? null, creating, name: state === undefined ? desired?.settings.name : undefined, others });
}

/** Knowledge bases that bear the name already, whoever made them. */
function namesakesOf({ desired }: KnowledgeSides, all: readonly RemoteKnowledgeBase[]): string[] {
  return all.filter((base) => base.name === desired?.settings.name).map((base) => base.id).sort();
}

function present(
  sides: KnowledgeSides,
  input: { state: KnowledgeState | undefined; desired: DesiredKnowledge; context: PlanContext; live: RemoteKnowledgeBase; isStranger: boolean; namesakes: readonly string[] },
): KnowledgePlan {
  const { state, desired, live, namesakes } = input;
  const { options } = input.context;
  if (live.status === "error") return broken(sides, input);
  // What a run that died had added is not told before all of it is indexed.
  const unsettled = live.status === "in_progress" || (live.status !== "complete" && state?.pending !== undefined);
  if (unsettled && sides.hasWaited) {
    return unreadable(sides, state, { reason: "unreadable", message: "Retell has been indexing it for more than ten minutes, so what it holds is not known. Run again when it is done." });
  }
  const baseline = explainKnowledge(state, live);
  const overwrite = options.onConsoleEdit === "overwrite";
  const sources = compareSources({ desired: desired.sources, recorded: baseline?.sources ?? [], live: live.sources, assumed: unsettled, overwrite });
  const settings = compareSettings({ desired: desired.settings, sent: baseline?.sent, seen: baseline?.seen, live: settingsOf(live), overwrite });
  const changes = [...settings, ...sources.changes];
  const untold = untoldSettings({ desired: desired.settings, sent: baseline?.sent, live: settingsOf(live) });
  const fixed = settings.filter((change) => change.class === "local-change");
  const isTaken = input.isStranger && !options.adopt;
  const wanted = isTaken || changes.some((change) => change.class === "local-change" || change.class === "conflict");
  const blocks = isTaken ? [takenBlock("knowledge base", live.id)] : wanted ? [...(baseline === null ? unknownBlocks(changes, input.context) : changeBlocks(changes, options)), ...replaceBlocks(fixed, input.context)] : [];
  const operation = isTaken ? "none" : operationOf({ wanted, blocks, fixed, unsettled, changes, state, desired });
  const steps = operation === "replace" ? { ...NO_STEPS, add: desired.sources } : sources.steps;
  return {
    ...absent(sides, state, namesakes),
    class: worstOf(changes),
    operation,
    wanted,
    changes,
    blocks,
    notes: [...(unsettled ? ["Retell is still indexing it, so its sources were not compared; deploy waits for that."] : []), ...untoldNotes(untold), ...effectNotes(operation, steps)],
    id: live.id,
    hashes: { seen: baseline === null ? null : contentHash({ settings: plain(baseline.seen), sources: baseline.sources.map((source) => ({ ...source })) }), desired: contentHash(knowledgeContent(desired)), live: liveHash(live) },
    material: { desired, state, baseline, live, steps, unsettled, namesakes },
  };
}

/** Retell says nothing of what a broken one holds. Where Git has other sources than those that failed, a new one can take its place. */
function broken(sides: KnowledgeSides, { state, desired, context, live, isStranger, namesakes }: Parameters<typeof present>[1]): KnowledgePlan {
  const hash = contentHash(knowledgeContent(desired));
  const tried = state?.pending === undefined ? state?.config_hash : contentHash(knowledgeContent(state.pending));
  if (isStranger || state === undefined || tried === hash) {
    const remedy = isStranger
      ? "Delete or rename it in the Retell console, then run deploy again"
      : "Correct its sources in Git and run deploy with allow-replace: true to make a new one beside it; to try the same sources once more, delete it in the Retell console and run deploy with recreate: true";
    return unreadable(sides, state, { reason: "unreadable", message: `Retell could not index it (${live.id}), so what it holds is not known. ${remedy}.` });
  }
  const blocks: Block[] = context.options.allowReplace
    ? []
    : [{ reason: "needs-replace", message: `Retell could not index it (${live.id}), and does not say what it holds. Git has other content since: run deploy with allow-replace: true to make a new one of it, which the agents then use; the old one stays.` }];
  const base = absent(sides, state, namesakes);
  return {
    ...base,
    class: "local-change",
    operation: blocks.length === 0 ? "replace" : "none",
    wanted: true,
    changes: desired.sources.map((source) => ({ name: `${source.kind} ${source.title}`, class: "local-change" })),
    blocks,
    notes: [`Retell could not index ${live.id}; it can be deleted in the Retell console once a new one is there.`],
    id: live.id,
    hashes: { seen: null, desired: hash, live: liveHash(live) },
    material: { ...base.material, live, steps: { ...NO_STEPS, add: desired.sources } },
  };
}

/** What Retell tells of a knowledge base, as a hash: whoever compares it knows whether something changed meanwhile. */
export function liveHash(live: RemoteKnowledgeBase): string {
  const sources = live.sources.map(({ id, kind, title }) => ({ id, kind, title })).sort((a, b) => (a.id < b.id ? -1 : 1));
  return contentHash({ id: live.id, settings: plain(settingsOf(live)), sources });
}

function operationOf(input: {
  wanted: boolean;
  blocks: readonly Block[];
  fixed: readonly ResourceChange[];
  unsettled: boolean;
  changes: readonly ResourceChange[];
  state: KnowledgeState | undefined;
  desired: DesiredKnowledge;
}): Operation {
  const { state, desired } = input;
  if (input.blocks.length === 0 && input.wanted) return input.fixed.length > 0 ? "replace" : "update";
  // What is not told yet cannot be recorded; deploy waits for it.
  if (input.unsettled) return "none";
  const isFirst = state?.sent == null && input.blocks.length === 0;
  const isRearranged = !input.wanted && state !== undefined && state.config_hash !== contentHash(knowledgeContent(desired)) && !input.changes.some((change) => change.class === "console-edit");
  return state?.pending !== undefined || isFirst || isRearranged || input.changes.some((change) => change.class === "converged") ? "record" : "none";
}

function replaceBlocks(fixed: readonly ResourceChange[], { options }: PlanContext): Block[] {
  if (fixed.length === 0 || options.allowReplace) return [];
  const names = fixed.map((change) => change.name).join(", ");
  return [{ reason: "needs-replace", message: `Retell cannot change ${names} of a knowledge base. Run deploy with allow-replace: true to make a new one beside it, which the agents then use; the old one stays.` }];
}

/** Of one that was never recorded nobody knows what its texts and files hold: to compare by hand is no way out. */
function unknownBlocks(changes: readonly ResourceChange[], { options }: PlanContext): Block[] {
  const isUnknown = (change: ResourceChange): boolean => change.class === "conflict" && /^(?:text|document) /.test(change.name);
  const unknown = changes.filter(isUnknown);
  const others = changeBlocks(changes.filter((change) => !isUnknown(change)), options);
  if (unknown.length === 0) return others;
  const message = `Retell does not return what ${list(unknown)} ${unknown.length === 1 ? "holds" : "hold"}, so it cannot be compared with Git. Run deploy with adopt: true and on-console-edit: overwrite to upload Git's instead. Name only the agents that use it in the input agents: overwrite lets Git win over console edits of every agent of the run.`;
  return [{ reason: "conflict", message }, ...others];
}

function untoldNotes(names: readonly string[]): string[] {
  return names.map((name) => `Git says nothing of ${name} any more, and Retell does not tell it: it is taken to be what was sent last.`);
}

function effectNotes(operation: Operation, steps: SourceSteps): string[] {
  if (operation !== "update" || steps.add.length + steps.remove.length === 0) return [];
  return ["Knowledge bases have no versions: the change reaches every agent that uses it at once, published versions too."];
}

function created(
  sides: KnowledgeSides,
  state: KnowledgeState | undefined,
  input: { context: PlanContext; desired: DesiredKnowledge; isMissing: boolean; namesakes: readonly string[] },
): KnowledgePlan {
  const { desired, isMissing, namesakes } = input;
  const { recreate } = input.context.options;
  const desiredHash = contentHash(knowledgeContent(desired));
  const wanted = !isMissing || recreate || state?.config_hash !== desiredHash;
  const blocks: Block[] =
    wanted && isMissing && !recreate ? [{ reason: "missing-remote", message: "The knowledge base was deleted in Retell. Run deploy with recreate: true to make it again (with a new id), or remove its folder." }] : [];
  const base = absent(sides, state, namesakes);
  return {
    ...base,
    class: isMissing ? "missing-remote" : "not-deployed",
    operation: wanted && blocks.length === 0 ? "create" : "none",
    wanted,
    blocks,
    notes: isMissing ? [`Retell has no knowledge base ${state?.knowledge_base_id ?? ""} any more: it was deleted in the console.`] : [],
    hashes: { seen: null, desired: desiredHash, live: null },
    material: { ...base.material, steps: { ...NO_STEPS, add: desired.sources } },
  };
}

function removed(
  sides: KnowledgeSides,
  state: KnowledgeState | undefined,
  input: { context: PlanContext; live: RemoteKnowledgeBase | undefined; namesakes: readonly string[] },
): KnowledgePlan {
  const { live } = input;
  const wanted = input.context.options.prune === "delete";
  const base = absent(sides, state, input.namesakes);
  const baseline = live === undefined ? null : explainKnowledge(state, live);
  const added = live?.sources.filter((source) => baseline?.sources.every((known) => known.source_id !== source.id) === true) ?? [];
  const blocks: Block[] =
    wanted && added.length > 0 && input.context.options.onConsoleEdit === "fail"
      ? [{ reason: "console-edit", message: "Somebody added sources to it in the Retell console. Look at them there; to delete it all the same, run deploy with on-console-edit: overwrite." }]
      : [];
  return {
    ...base,
    class: "removed-from-git",
    operation: wanted && blocks.length === 0 ? "delete" : "none",
    wanted,
    blocks,
    notes: [wanted ? "Its folder was removed from Git." : "Its folder was removed from Git; the knowledge base stays in Retell until a run with prune: delete."],
    id: live?.id ?? base.id,
    hashes: { seen: null, desired: null, live: live === undefined ? null : liveHash(live) },
    material: { ...base.material, baseline, live },
  };
}

function unreadable(sides: KnowledgeSides, state: KnowledgeState | undefined, block: Block): KnowledgePlan {
  return { ...absent(sides, state, []), class: "unreadable", wanted: true, blocks: [block] };
}

function absent({ name, symbol, desired }: KnowledgeSides, state: KnowledgeState | undefined, namesakes: readonly string[]): KnowledgePlan {
  return {
    kind: "knowledge",
    name,
    symbol,
    class: "not-deployed",
    operation: "none",
    wanted: false,
    changes: [],
    blocks: [],
    notes: [],
    id: state?.knowledge_base_id ?? null,
    hashes: { seen: null, desired: null, live: null },
    material: { desired, state, baseline: null, live: undefined, steps: NO_STEPS, unsettled: false, namesakes },
  };
}

function plain(settings: StatedSettings | RecordedSettings): Json {
  return objectFrom(Object.entries(settings) as [string, Json | undefined][]);
}
