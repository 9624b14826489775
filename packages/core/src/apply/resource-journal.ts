import { objectFrom, own } from "../canonical/json.ts";
import { storedSymbols } from "../canonical/symbols.ts";
import { componentContent, type Content } from "../canonical/content.ts";
import { setLeaf } from "../diff/apply-changes.ts";
import type { Baseline } from "../diff/classify.ts";
import type { ComponentPlan, KnowledgePlan, ResourcePlan } from "../plan/resource-plan.ts";
import { resourceHash } from "../plan/resource-gates.ts";
import { emptyComponentState, type ComponentState, type PendingComponent } from "../state/component-state.ts";
import { settingsOf } from "../state/explain-knowledge.ts";
import { emptyKnowledgeState, type KnowledgeState, type PendingKnowledge } from "../state/knowledge-state.ts";
import { deployedAnnotations, withFormerResourceId } from "../state/next-resource-state.ts";
import type { DeploymentNote } from "../state/next-state.ts";
import { renderResourceState, resourceStatePath } from "../state/resource-records.ts";
import { plannedWrites } from "./planned-writes.ts";
import { writable } from "./write-component.ts";
import type { WrittenResource } from "./written-resource.ts";

/** Files of the commit that takes the workspace: what each resource is about to be. */
export function resourceLockFiles(resources: readonly ResourcePlan[], workspace: string): Map<string, string> {
  return new Map(resources.map((plan) => [resourceStatePath(plan.symbol, workspace), rendered(journalOf(plan, workspace))] as const));
}

/**
 * Files of the commit that ends a run, and the resources of which nobody knows whether Retell has the last write: their
 * journals stay.
 */
export function resourceRecordFiles(input: {
  resources: readonly ResourcePlan[];
  written: ReadonlyMap<string, WrittenResource>;
  workspace: string;
  note: DeploymentNote;
}): { files: Map<string, string | null>; uncertain: string[] } {
  const files = new Map<string, string | null>();
  const uncertain: string[] = [];
  for (const plan of input.resources) {
    const written = input.written.get(plan.symbol);
    const next = plan.kind === "knowledge" ? nextKnowledge(plan, written, input) : nextComponent(plan, written, input);
    if (next === undefined) continue;
    files.set(resourceStatePath(plan.symbol, input.workspace), next === null ? null : rendered(next));
    if (next?.pending !== undefined) uncertain.push(plan.symbol);
  }
  return { files, uncertain };
}

function rendered(state: KnowledgeState | ComponentState): string {
  return renderResourceState("knowledge_base_id" in state ? { kind: "knowledge", state: state as KnowledgeState } : { kind: "component", state: state as ComponentState });
}

function journalOf(plan: ResourcePlan, workspace: string): KnowledgeState | ComponentState {
  return plan.kind === "knowledge" ? knowledgeJournal(plan, workspace) : componentJournal(plan, workspace);
}

/** While a create is under way there is no id: the one that is gone, or gives way, would keep the next run from looking. */
function knowledgeJournal(plan: KnowledgePlan, workspace: string): KnowledgeState {
  const { desired, live, baseline, namesakes } = plan.material;
  const state = plan.material.state ?? emptyKnowledgeState(workspace);
  const isCreate = plan.operation === "create" || plan.operation === "replace";
  const pending: PendingKnowledge = {
    operation: isCreate ? "create" : plan.operation === "delete" ? "delete" : "update",
    settings: desired?.settings ?? baseline?.sent ?? { name: plan.name },
    sources: (desired?.sources ?? []).map(({ kind, title, hash }) => ({ kind, title, hash })),
    over: isCreate ? [] : (live?.sources ?? []).map((source) => source.id).sort(),
    ...(isCreate ? { others: [...namesakes] } : {}),
  };
  if (!isCreate) return { ...state, knowledge_base_id: plan.id, ...knownKnowledge(plan), pending };
  return { ...state, ...withFormerResourceId(state.knowledge_base_id, null, state), knowledge_base_id: null, sent: null, seen: null, sources: [], pending };
}

function knownKnowledge({ material }: KnowledgePlan): Partial<Pick<KnowledgeState, "sent" | "seen" | "sources">> {
  const { baseline } = material;
  return baseline === null ? {} : { sent: baseline.sent, seen: baseline.seen, sources: [...baseline.sources] };
}

/** The next state; null deletes its file, undefined leaves it as it is. */
function nextKnowledge(plan: KnowledgePlan, written: WrittenResource | undefined, input: { workspace: string; note: DeploymentNote }): KnowledgeState | null | undefined {
  const { state: before, desired, live, baseline, steps } = plan.material;
  const state = before ?? emptyKnowledgeState(input.workspace);
  if (written?.status === "deleted") return null;
  if (written?.uncertain !== undefined) {
    const journal = knowledgeJournal(plan, input.workspace);
    return { ...journal, knowledge_base_id: written.uncertain.id ?? journal.knowledge_base_id };
  }
  const { pending: _pending, incomplete: _incomplete, without_staging: _skipped, ...kept } = state;
  const deployed = (id: string, made: Pick<KnowledgeState, "sent" | "seen" | "sources">, incomplete: boolean): KnowledgeState => ({
    ...kept,
    ...withFormerResourceId(state.knowledge_base_id, id, state),
    knowledge_base_id: id,
    ...made,
    ...deployedAnnotations(state, { hash: desired === undefined ? (state.config_hash ?? "") : resourceHash(desired), incomplete, withoutStaging: plan.skipsStaging === true, note: input.note }),
  });
  if (written?.recorded?.kind === "knowledge") {
    const { id, sent, seen, sources, incomplete } = written.recorded;
    return deployed(id, { sent, seen, sources: [...sources] }, incomplete);
  }
  if (plan.operation === "record" && plan.id !== null && desired !== undefined && live !== undefined && !plan.wanted) {
    const edited = plan.changes.some((change) => change.class === "console-edit");
    return deployed(plan.id, { sent: desired.settings, seen: edited && baseline !== null ? baseline.seen : settingsOf(live), sources: [...steps.keep] }, false);
  }
  if (plan.class === "unreadable" || plan.material.unsettled) return undefined;
  if (written === undefined && state.pending === undefined) return undefined;
  // The journal is cleared, and what it explained stays known.
  const cleared = { ...kept, ...knownKnowledge(plan), knowledge_base_id: written === undefined || !isCreating(plan) ? plan.id : state.knowledge_base_id };
  return cleared.knowledge_base_id === null ? null : { ...cleared, ...(state.incomplete === true ? { incomplete: true } : {}) };
}

function isCreating({ operation }: ResourcePlan): boolean {
  return operation === "create" || operation === "replace";
}

function componentJournal(plan: ComponentPlan, workspace: string): ComponentState {
  const { desired, live, namesakes, fields, baseline } = plan.material;
  const state = plan.material.state ?? emptyComponentState(workspace);
  const sent = desired?.content ?? componentContent({});
  if (isCreating(plan)) {
    const keys = Object.keys(sent.component ?? {}).map((key) => `component.${key}`);
    const pending: PendingComponent = { operation: "create", sent, over: componentContent({}), keys, others: [...namesakes] };
    return { ...state, ...withFormerResourceId(state.component_id, null, state), component_id: null, sent: null, seen: null, pending };
  }
  const known = { ...state, component_id: plan.id, ...knownBaseline(baseline) };
  if (plan.operation === "delete") return { ...known, pending: { operation: "delete", sent, over: live ?? componentContent({}), keys: [] } };
  const keys = Object.keys(plannedWrites(writable(plan), { live: live ?? componentContent({}) }).component ?? {});
  const over = componentContent(objectFrom(keys.map((key) => [key, own(live?.component ?? {}, key)] as const)));
  const kept = fields.filter((change) => change.class === "console-edit").map((change) => change.name);
  return { ...known, pending: { operation: "update", sent, over, keys: keys.map((key) => `component.${key}`), ...(kept.length === 0 ? {} : { kept }) } };
}

function knownBaseline(baseline: Baseline | null): Partial<Pick<ComponentState, "sent" | "seen">> {
  return baseline === null ? {} : { sent: storedSymbols(baseline.sent), seen: storedSymbols(baseline.seen) };
}

function nextComponent(plan: ComponentPlan, written: WrittenResource | undefined, input: { workspace: string; note: DeploymentNote }): ComponentState | null | undefined {
  const { state: before, desired, live, baseline } = plan.material;
  const state = before ?? emptyComponentState(input.workspace);
  if (written?.status === "deleted") return null;
  if (written?.uncertain !== undefined) return componentJournal(plan, input.workspace);
  const { pending: _pending, incomplete: _incomplete, without_staging: _skipped, ...kept } = state;
  const deployed = (id: string, made: { sent: Content; seen: Content; secrets?: Readonly<Record<string, string>> }): ComponentState => {
    const secrets = { ...state.secrets, ...made.secrets };
    return {
      ...kept,
      ...withFormerResourceId(state.component_id, id, state),
      component_id: id,
      sent: storedSymbols(made.sent),
      seen: storedSymbols(made.seen),
      ...(Object.keys(secrets).length === 0 ? {} : { secrets }),
      ...deployedAnnotations(state, { hash: desired === undefined ? (state.config_hash ?? "") : resourceHash(desired), incomplete: false, withoutStaging: plan.skipsStaging === true, note: input.note }),
    };
  };
  if (written?.recorded?.kind === "component") return deployed(written.recorded.id, written.recorded);
  if (plan.operation === "record" && plan.id !== null && desired !== undefined && live !== undefined && !plan.wanted) {
    const isAgreed = plan.material.fields.every((change) => change.class === "converged");
    return deployed(plan.id, { sent: desired.content, seen: isAgreed ? live : withConverged(plan, baseline?.seen ?? live) });
  }
  if (plan.class === "unreadable") return undefined;
  if (written === undefined && state.pending === undefined) return undefined;
  const cleared = { ...kept, ...knownBaseline(baseline), component_id: written === undefined || !isCreating(plan) ? plan.id : state.component_id };
  return cleared.component_id === null ? null : cleared;
}

function withConverged({ material }: ComponentPlan, seen: Content): Content {
  return material.fields.filter((change) => change.class === "converged").reduce((content, change) => setLeaf(content, change.path, change.live), seen);
}
