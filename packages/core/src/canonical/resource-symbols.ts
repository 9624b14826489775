import { isJsonObject, objectFrom, type Json } from "./json.ts";

/** What agents share and Retell keeps as resources of their own. */
export const RESOURCE_KINDS = ["knowledge", "component"] as const;
export type ResourceKind = (typeof RESOURCE_KINDS)[number];

/** `knowledge://faq` or `component://greeting`: how files, states and comparisons call a shared resource. */
export type ResourceSymbol = `${ResourceKind}://${string}`;

const SYMBOL = /^(knowledge|component):\/\/(\S+)$/;

export function resourceSymbol(kind: ResourceKind, name: string): ResourceSymbol {
  return `${kind}://${name}`;
}

/** The symbol that a value is, as a whole. */
export function referredResource(value: Json | undefined): ResourceSymbol | undefined {
  return typeof value === "string" && SYMBOL.test(value) ? (value as ResourceSymbol) : undefined;
}

/** All symbols that stand in a value, sorted. */
export function resourcesIn(value: Json | undefined): ResourceSymbol[] {
  const found = new Set<ResourceSymbol>();
  const visit = (node: Json): void => {
    const symbol = referredResource(node);
    if (symbol !== undefined) found.add(symbol);
    else if (Array.isArray(node)) node.forEach(visit);
    else if (isJsonObject(node)) Object.values(node).forEach(visit);
  };
  if (value !== undefined) visit(value);
  return [...found].sort();
}

/** The value with whole texts replaced, at any depth; the same object where nothing was. */
export function replaceTexts(value: Json, texts: ReadonlyMap<string, string>): Json {
  if (typeof value === "string") return texts.get(value) ?? value;
  if (Array.isArray(value)) {
    const items = value.map((item) => replaceTexts(item, texts));
    return items.every((item, index) => item === value[index]) ? value : items;
  }
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).map(([key, field]) => [key, field, replaceTexts(field, texts)] as const);
  return entries.every(([, before, after]) => before === after) ? value : objectFrom(entries.map(([key, , after]) => [key, after] as const));
}
