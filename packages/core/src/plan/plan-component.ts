import { withoutLayout } from "../canonical/without-layout.ts";
import { toCanonicalContent } from "../canonical/canonical-form.ts";
import { contentHash } from "../canonical/content-hash.ts";
import { componentContent, type Content } from "../canonical/content.ts";
import type { Json } from "../canonical/json.ts";
import { own } from "../canonical/json.ts";
import type { ResourceSymbol } from "../canonical/resource-symbols.ts";
import { toSymbols, type ReferenceValues } from "../canonical/symbols.ts";
import { classifyFields, type Baseline, type FieldChange } from "../diff/classify.ts";
import type { RemoteComponent } from "../ports/components.ts";
import type { DesiredComponent } from "../project/desired-resources.ts";
import { componentTitle } from "../project/read-components.ts";
import type { ComponentState } from "../state/component-state.ts";
import { explainComponent } from "../state/explain-component.ts";
import type { ResourceRecord } from "../state/resource-records.ts";
import { fieldFacts } from "./field-facts.ts";
import { findResource, type ResourceList } from "./find-resource.ts";
import type { PlanContext } from "./options.ts";
import type { Block, Operation } from "./plan.ts";
import { changeBlocks, SEVERAL, takenBlock, worstOf } from "./resource-blocks.ts";
import type { ComponentPlan } from "./resource-plan.ts";

export interface ComponentSides {
  readonly name: string;
  readonly symbol: ResourceSymbol;
  readonly desired: DesiredComponent | undefined;
  readonly record: ResourceRecord | undefined;
  readonly list: ResourceList<RemoteComponent>;
  readonly others: ReadonlySet<string>;
  readonly references: ReferenceValues;
}

/** Decides about one shared component, field by field like an agent. Pure. */
export function planComponent(sides: ComponentSides, context: PlanContext): ComponentPlan {
  const { record, list, desired } = sides;
  if (record?.kind === "unreadable") return unreadable(sides, undefined, { reason: "unreadable-state", message: `The recorded state cannot be read: ${record.problem}. Restore the file on the state branch from its history.` });
  const state = record?.kind === "component" ? record.state : undefined;
  if (list.kind === "unreadable") return unreadable(sides, state, { reason: list.reason, message: list.problem });
  const pending = state?.pending;
  const sentName = pending?.sent.component?.["name"];
  const found = findResource({
    all: list.all,
    id: state?.component_id ?? null,
    creating: pending?.operation === "create" ? { name: typeof sentName === "string" ? sentName : "", before: pending.others ?? [] } : undefined,
    name: state === undefined && desired !== undefined ? componentTitle(desired) : undefined,
    others: sides.others,
  });
  const namesakes = list.all.filter((other) => desired !== undefined && other.name === componentTitle(desired)).map((other) => other.id).sort();
  const base = absent(sides, state, namesakes);
  if (found.kind === "several") return { ...base, wanted: true, blocks: [{ reason: "name-taken", message: SEVERAL(found.ids) }] };
  if (desired === undefined) return removed(base, { sides, state, context, live: found.kind === "present" && found.found !== "named" ? found.remote : undefined });
  if (found.kind !== "present") return created(base, { state, desired, context, isMissing: found.kind === "missing" });
  return present(base, { sides, state, desired, context, live: found.remote, isStranger: found.found === "named" });
}

/** What Retell holds of a component, in the symbols of its plan. */
export function symbolicComponent(remote: RemoteComponent, input: { state: ComponentState | undefined; desired: Content | undefined; references: ReferenceValues }) {
  const { state, desired, references } = input;
  return toSymbols({
    baseline: baselineOf(state),
    desired,
    pending: state?.pending?.sent,
    live: toCanonicalContent(componentContent(remote.raw)),
    recordedSecrets: state?.secrets ?? {},
    references,
  });
}

function present(
  base: ComponentPlan,
  input: { sides: ComponentSides; state: ComponentState | undefined; desired: DesiredComponent; context: PlanContext; live: RemoteComponent; isStranger: boolean },
): ComponentPlan {
  const { state, desired, context, live, sides } = input;
  const { options } = context;
  const symbols = symbolicComponent(live, { state, desired: desired.content, references: sides.references });
  const facts = fieldFacts([symbols.live, desired.content]);
  const isTaken = input.isStranger && !options.adopt;
  const baseline =
    state?.pending === undefined || isTaken ? symbols.baseline : explainComponent({ baseline: symbols.baseline, pending: state.pending, live: symbols.live, modifiedAt: live.modifiedAt, runEndedAt: context.pendingEndedAt, facts });
  const fields = classifyFields({ baseline, desired: desired.content, live: symbols.live }, { facts, mayOverwrite: () => options.onConsoleEdit === "overwrite" });
  const wanted = isTaken || fields.some((change) => change.class === "local-change" || change.class === "conflict");
  const blocks = isTaken ? [takenBlock("component", live.id)] : wanted ? changeBlocks(fields, options) : [];
  const operation = isTaken ? "none" : operationOf({ wanted, blocks, fields, state, baseline, desired });
  const notes = symbols.notCompared.map((name) => `secret://${name} was not compared: RETELL_SECRET_${name} is not set in this job.`);
  return {
    ...base,
    class: worstOf(fields),
    operation,
    wanted,
    changes: fields.map(({ name, class: fieldClass }) => ({ name, class: fieldClass })),
    blocks,
    notes: [...notes, ...effectNotes(operation, live)],
    id: live.id,
    hashes: { seen: baseline === null ? null : heldHash(baseline.seen), desired: hashOf(desired.content), live: heldHash(symbols.live) },
    material: { ...base.material, baseline, live: symbols.live, fields, linkedFlows: live.linkedFlowIds.length },
  };
}

function operationOf(input: {
  wanted: boolean;
  blocks: readonly Block[];
  fields: readonly FieldChange[];
  state: ComponentState | undefined;
  baseline: Baseline | null;
  desired: DesiredComponent;
}): Operation {
  const { state, baseline, fields } = input;
  if (input.wanted && input.blocks.length === 0) return "update";
  if (baseline === null && fields.some((change) => change.class === "conflict")) return "none";
  const isFirst = state?.sent == null && input.blocks.length === 0;
  const isRearranged = !input.wanted && baseline !== null && hashOf(baseline.sent) !== hashOf(input.desired.content);
  return state?.pending !== undefined || isFirst || isRearranged || fields.some((change) => change.class === "converged") ? "record" : "none";
}

function effectNotes(operation: Operation, live: RemoteComponent): string[] {
  if (operation !== "update") return [];
  const flows = live.linkedFlowIds.length;
  return [`Shared components have no versions: the change reaches every flow that uses it at once (${flows === 1 ? "1 is" : `${flows} are`} linked), published versions too.`];
}

function created(base: ComponentPlan, input: { state: ComponentState | undefined; desired: DesiredComponent; context: PlanContext; isMissing: boolean }): ComponentPlan {
  const { state, desired, isMissing } = input;
  const { recreate } = input.context.options;
  const wanted = !isMissing || recreate || state?.config_hash !== hashOf(desired.content);
  const blocks: Block[] =
    wanted && isMissing && !recreate ? [{ reason: "missing-remote", message: "The component was deleted in Retell. Run deploy with recreate: true to make it again (with a new id), or remove its file." }] : [];
  return {
    ...base,
    class: isMissing ? "missing-remote" : "not-deployed",
    operation: wanted && blocks.length === 0 ? "create" : "none",
    wanted,
    blocks,
    notes: isMissing ? [`Retell has no component ${state?.component_id ?? ""} any more: it was deleted in the console.`] : [],
    hashes: { seen: null, desired: hashOf(desired.content), live: null },
  };
}

function removed(base: ComponentPlan, input: { sides: ComponentSides; state: ComponentState | undefined; context: PlanContext; live: RemoteComponent | undefined }): ComponentPlan {
  const { live, state, sides } = input;
  const wanted = input.context.options.prune === "delete";
  const symbols = live === undefined ? undefined : symbolicComponent(live, { state, desired: undefined, references: sides.references });
  const seen = state?.seen == null ? null : heldHash(state.seen);
  const now = symbols === undefined ? null : heldHash(symbols.live);
  const blocks: Block[] =
    wanted && seen !== null && now !== null && seen !== now && input.context.options.onConsoleEdit === "fail"
      ? [{ reason: "console-edit", message: "Somebody changed it in the Retell console after the last deploy. Look at it there; to delete it all the same, run deploy with on-console-edit: overwrite." }]
      : [];
  return {
    ...base,
    class: "removed-from-git",
    operation: wanted && blocks.length === 0 ? "delete" : "none",
    wanted,
    blocks,
    notes: [wanted ? "Its file was removed from Git." : "Its file was removed from Git; the component stays in Retell until a run with prune: delete."],
    id: live?.id ?? base.id,
    hashes: { seen, desired: null, live: now },
    material: { ...base.material, live: symbols?.live, linkedFlows: live?.linkedFlowIds.length ?? 0 },
  };
}

function unreadable(sides: ComponentSides, state: ComponentState | undefined, block: Block): ComponentPlan {
  return { ...absent(sides, state, []), class: "unreadable", wanted: true, blocks: [block] };
}

function absent({ name, symbol, desired }: ComponentSides, state: ComponentState | undefined, namesakes: readonly string[]): ComponentPlan {
  return {
    kind: "component",
    name,
    symbol,
    class: "not-deployed",
    operation: "none",
    wanted: false,
    changes: [],
    blocks: [],
    notes: [],
    id: state?.component_id ?? null,
    hashes: { seen: null, desired: null, live: null },
    material: { desired, state, baseline: baselineOf(state), live: undefined, fields: [], namesakes, linkedFlows: 0 },
  };
}

function baselineOf(state: ComponentState | undefined): Baseline | null {
  return state?.sent == null || state.seen === null ? null : { sent: state.sent, seen: state.seen };
}

/** The hash of what Retell holds of a component, wherever its nodes are drawn. */
export function heldHash(content: Content): string {
  return hashOf(withoutLayout(content));
}

function hashOf(content: Content): string {
  return contentHash((own(content as Record<string, Json>, "component") ?? {}) as Json);
}
