import type { Json } from "../canonical/json.ts";
import type { ResourceKind, ResourceSymbol } from "../canonical/resource-symbols.ts";
import { ActionError } from "../errors.ts";
import type { ResourceList } from "../plan/find-resource.ts";
import { selectResources, type ResourceSnapshot } from "../plan/resource-snapshot.ts";
import type { ActionPorts, OpenedWorkspace } from "../ports/action-ports.ts";
import type { RemoteComponent } from "../ports/components.ts";
import type { RemoteKnowledgeBase } from "../ports/knowledge-bases.ts";
import type { DesiredAgent } from "../project/desired.ts";
import type { DesiredResources } from "../project/desired-resources.ts";
import { recordedResourceId, type ResourceRecord, type ResourceRecords } from "../state/resource-records.ts";
import { awaitIndexing } from "./await-indexing.ts";

export interface ReadResourcesInput {
  readonly desired: DesiredResources;
  readonly staging: DesiredResources | undefined;
  readonly records: ResourceRecords | undefined;
  readonly agents: ReadonlyMap<string, DesiredAgent>;
  /** Undefined where all agents are chosen. */
  readonly chosen: ReadonlySet<string> | undefined;
  /** True if what Git has removed is to be deleted, so that it counts who uses it. */
  readonly prune: boolean;
  readonly retell: OpenedWorkspace;
}

/**
 * Reads what Retell holds of shared resources: one list for each kind that the run is about, and nothing at all where it is
 * about none. A run that may write waits for what is being indexed, since its sources are told only afterwards.
 */
export async function readResources(input: ReadResourcesInput, ports: Pick<ActionPorts, "sleep" | "log" | "signal">): Promise<ResourceSnapshot | undefined> {
  const selected = selectResources({ desired: input.desired, records: input.records, agents: input.agents, chosen: input.chosen });
  if (selected.size === 0) return undefined;
  const has = (kind: ResourceKind): boolean => [...selected].some((symbol) => symbol.startsWith(`${kind}:`));
  const isDeleting = input.prune && [...selected].some((symbol) => !input.desired.has(symbol));
  const { knowledge, components } = input.retell;
  if (knowledge === undefined || components === undefined) throw new TypeError("the workspace was opened without its shared resources");
  const hasWaited = knowledge.writer !== undefined;
  const [bases, parts, engines] = await Promise.all([
    has("knowledge") ? listOf(() => readKnowledge(input, { knowledge: knowledge.reader, selected, wait: hasWaited }, ports)) : NOTHING,
    has("component") || isDeleting ? listOf(() => readComponents(input, { components: components.reader, selected })) : NOTHING,
    isDeleting ? readEngines(input.retell) : undefined,
  ]);
  return { desired: input.desired, staging: input.staging, selected, knowledge: bases, components: parts, hasWaited, engines };
}

const NOTHING = { kind: "read", all: [] } as const;

async function listOf<Remote>(read: () => Promise<readonly Remote[]>): Promise<ResourceList<Remote>> {
  try {
    return { kind: "read", all: await read() };
  } catch (error) {
    if (error instanceof ActionError) return { kind: "unreadable", reason: error.reason, problem: error.message };
    throw error;
  }
}

async function readComponents(
  { records }: ReadResourcesInput,
  how: { components: NonNullable<OpenedWorkspace["components"]>["reader"]; selected: ReadonlySet<ResourceSymbol> },
): Promise<RemoteComponent[]> {
  const all = await how.components.listComponents();
  const listed = new Set(all.map((component) => component.id));
  const missing = recordedIds("component", how.selected, records).filter((id) => !listed.has(id));
  const more = await Promise.all(missing.map((id) => how.components.readComponent(id)));
  return [...all, ...more.filter((component) => component !== null)];
}

function recordedIds(kind: ResourceKind, selected: ReadonlySet<ResourceSymbol>, records: ResourceRecords | undefined): string[] {
  return [...selected].flatMap((symbol) => (symbol.startsWith(`${kind}:`) ? (recordedResourceId(records?.get(symbol)) ?? []) : []));
}

async function readKnowledge(
  { records, desired }: ReadResourcesInput,
  how: { knowledge: NonNullable<OpenedWorkspace["knowledge"]>["reader"]; selected: ReadonlySet<ResourceSymbol>; wait: boolean },
  ports: Pick<ActionPorts, "sleep" | "log" | "signal">,
): Promise<RemoteKnowledgeBase[]> {
  const all = await how.knowledge.listKnowledgeBases();
  const listed = new Map(all.map((base) => [base.id, base]));
  const names = new Set([...how.selected].flatMap((symbol) => namesOf(symbol, { records, desired })));
  const recorded = new Set(recordedIds("knowledge", how.selected, records));
  const open = new Set([...how.selected].flatMap((symbol) => pendingName(records?.get(symbol)) ?? []));
  // Deleted in the console is believed only when Retell says so of that very id.
  for (const id of recorded) {
    if (listed.has(id)) continue;
    const base = await how.knowledge.readKnowledgeBase(id);
    if (base !== null) listed.set(id, base);
  }
  if (!how.wait) return [...listed.values()];
  await Promise.all(
    [...listed.values()].map(async (base) => {
      if (!recorded.has(base.id) && !names.has(base.name)) return;
      // A refresh tells what was there before; only what a run that died had added is missing from that.
      if (base.status !== "in_progress" && !(base.status === "refreshing_in_progress" && open.has(base.name))) return;
      const indexed = await awaitIndexing(base.id, { name: base.name, reader: how.knowledge, ...ports });
      if (indexed.kind === "complete") listed.set(base.id, indexed.base);
      else if (indexed.kind === "gone") listed.delete(base.id);
      else if (indexed.kind === "error") listed.set(base.id, { ...base, status: "error" });
    }),
  );
  return [...listed.values()];
}

/** Names under which a knowledge base may stand that has no recorded id. */
function namesOf(symbol: ResourceSymbol, { records, desired }: Pick<ReadResourcesInput, "records" | "desired">): string[] {
  const resource = desired.get(symbol);
  const pending = pendingName(records?.get(symbol));
  return [...(pending === undefined ? [] : [pending]), ...(resource?.kind === "knowledge" ? [resource.settings.name] : [])];
}

/** The name of a knowledge base that a dead run was writing. */
function pendingName(record: ResourceRecord | undefined): string | undefined {
  return record?.kind === "knowledge" ? record.state.pending?.settings.name : undefined;
}

/** Everything that could use a resource; undefined if it could not be read. */
async function readEngines({ reader }: OpenedWorkspace): Promise<Json[] | undefined> {
  try {
    const lists = await Promise.all([reader.listEngines("retell-llm"), reader.listEngines("conversation-flow")]);
    return lists.flat().map((engine) => engine.raw);
  } catch (error) {
    if (error instanceof ActionError) return undefined;
    throw error;
  }
}
