import { RESOURCE_KINDS, resourceSymbol, type ResourceKind, type ResourceSymbol } from "../canonical/resource-symbols.ts";
import type { ProjectFiles } from "../project/files.ts";
import { componentState, writtenComponentState, type ComponentState } from "./component-state.ts";
import { parseState } from "./deployed-resource.ts";
import { knowledgeState, type KnowledgeState } from "./knowledge-state.ts";
import { idProblem } from "./retell-id.ts";

/** One resource's record: readable, or the reason why not. */
export type ResourceRecord =
  | { readonly kind: "knowledge"; readonly state: KnowledgeState }
  | { readonly kind: "component"; readonly state: ComponentState }
  | { readonly kind: "unreadable"; readonly problem: string };

export type ResourceRecords = ReadonlyMap<ResourceSymbol, ResourceRecord>;

/** Folders of the state branch by kind. */
const FOLDERS: Record<ResourceKind, string> = { knowledge: "knowledge", component: "components" };

/** Folders of the state branch with the records of resources. */
export const RESOURCE_STATE_FOLDERS: readonly string[] = RESOURCE_KINDS.map((kind) => FOLDERS[kind]);

/** Where a resource's state stands on the state branch. */
export function resourceStatePath(symbol: ResourceSymbol, workspace: string): string {
  const [kind = "knowledge", name = ""] = symbol.split("://") as [ResourceKind, string];
  return `${FOLDERS[kind]}/${name}/${workspace}.json`;
}

/** Parses the records of all resources among the files of a state branch. */
export function parseResourceRecords(files: ProjectFiles, workspace: string): Map<ResourceSymbol, ResourceRecord> {
  const records = new Map<ResourceSymbol, ResourceRecord>();
  for (const kind of RESOURCE_KINDS) {
    for (const [path, file] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const name = path.startsWith(`${FOLDERS[kind]}/`) ? path.split("/")[1] : undefined;
      if (name === undefined || path !== resourceStatePath(resourceSymbol(kind, name), workspace)) continue;
      records.set(resourceSymbol(kind, name), parseRecord(kind, { text: file.text, workspace }));
    }
  }
  return records;
}

function parseRecord(kind: ResourceKind, from: { text: string | undefined; workspace: string }): ResourceRecord {
  const record = readRecord(kind, from);
  const problem = record.kind === "unreadable" ? undefined : idProblem([recordedResourceId(record), ...(record.state.former_ids ?? [])]);
  return problem === undefined ? record : { kind: "unreadable", problem };
}

function readRecord(kind: ResourceKind, { text, workspace }: { text: string | undefined; workspace: string }): ResourceRecord {
  if (text === undefined) return { kind: "unreadable", problem: "it is not a text file" };
  if (kind === "knowledge") {
    const parsed = parseState(text, { schema: knowledgeState, workspace });
    return "state" in parsed ? { kind, state: parsed.state } : { kind: "unreadable", problem: parsed.problem };
  }
  const parsed = parseState(text, { schema: componentState, workspace });
  return "state" in parsed ? { kind, state: parsed.state } : { kind: "unreadable", problem: parsed.problem };
}

/** The file's text. */
export function renderResourceState(record: Exclude<ResourceRecord, { kind: "unreadable" }>): string {
  return `${JSON.stringify(record.kind === "component" ? writtenComponentState(record.state) : record.state, null, 2)}\n`;
}

/** The id in Retell that a record tells. */
export function recordedResourceId(record: ResourceRecord | undefined): string | null {
  if (record?.kind === "knowledge") return record.state.knowledge_base_id;
  return record?.kind === "component" ? record.state.component_id : null;
}

/** Ids of all recorded resources, and those that they had before. */
export function recordedResourceIds(records: ResourceRecords | undefined): { resourceIds: Map<string, string>; formerResourceIds: Map<string, ReadonlySet<string>> } {
  const resourceIds = new Map<string, string>();
  const formerResourceIds = new Map<string, ReadonlySet<string>>();
  for (const [symbol, record] of records ?? []) {
    const id = recordedResourceId(record);
    if (id !== null) resourceIds.set(symbol, id);
    if (record.kind !== "unreadable") formerResourceIds.set(symbol, new Set(record.state.former_ids ?? []));
  }
  return { resourceIds, formerResourceIds };
}
