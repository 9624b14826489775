import { mayBeCredential, replaceCredentials } from "./credentials.ts";
import type { Content } from "./content.ts";
import type { Fingerprint } from "./fingerprint.ts";
import { isJsonObject, objectFrom, type Json } from "./json.ts";
import { referredResource, replaceTexts, resourcesIn, type ResourceKind } from "./resource-symbols.ts";
import { replaceLeaves, type NewLeaf } from "../diff/apply-changes.ts";
import { pathPattern, type FieldPath } from "../diff/field-path.ts";
import { walkLeaves } from "../diff/walk.ts";

/** What this job knows about references. */
export interface ReferenceValues {
  /** Values of `secret://NAME` by name; a name that is absent cannot be compared, nor sent. */
  readonly secrets: ReadonlyMap<string, string>;
  /** Ids of `agent://name` in the workspace at hand, by name. */
  readonly agentIds: ReadonlyMap<string, string>;
  readonly fingerprint: Fingerprint;
  /** Ids that agents had before they were made again, by name, where there is or will be another one. */
  readonly formerIds?: ReadonlyMap<string, ReadonlySet<string>>;
  /** Ids of agents that are gone and stay so, by name: what refers to them is no edit, but nothing new is sent with them. */
  readonly goneIds?: ReadonlyMap<string, string>;
  /** Ids of `knowledge://name` and `component://name`, by that whole symbol. */
  readonly resourceIds?: ReadonlyMap<string, string>;
  /** Ids that resources had before they were made again, by symbol, where there is or will be another one. */
  readonly formerResourceIds?: ReadonlyMap<string, ReadonlySet<string>>;
}

const SECRET = /^secret:\/\/([A-Z][A-Z0-9_]*)$/;
const AGENT = /^agent:\/\/(.+)$/;

/** Stands for the value that a secret had at the last write, once it has been rotated. */
export const previousValueOf = (name: string): string => `secret://${name} (previous value)`;

/** Stands for the id that an agent had before it was made again: whoever refers to the agent has to follow. */
const previousAgent = (name: string): string => `agent://${name} (previous agent)`;

/** The same for a shared resource. */
const previousResource = (symbol: string): string => `${symbol} (previous one)`;

/** The secret's name in a `secret://NAME` value. */
export function secretName(value: Json | undefined): string | undefined {
  return typeof value === "string" ? SECRET.exec(value)?.[1] : undefined;
}

/** The agent's name in an `agent://name` value. */
export function referredAgent(value: Json | undefined): string | undefined {
  return typeof value === "string" ? AGENT.exec(value)?.[1] : undefined;
}

/** The sides of a comparison in symbols: no side holds a credential or a workspace's id where Git has a reference. */
export interface SymbolicSides {
  readonly baseline: { readonly sent: Content; readonly seen: Content } | null;
  readonly live: Content;
  /** Names of secrets whose value this job does not have and the state does not know: taken as unchanged, and said so. */
  readonly notCompared: readonly string[];
}

/**
 * Replaces what Retell holds by what Git calls it: a value that a reference stands for becomes the reference, every other
 * value that may be a credential, by its place or its looks, becomes a fingerprint. Literals that Git or the state
 * already have in clear stay. `recordedSecrets` are the fingerprints of the values last sent, by name: a secret with
 * another value today is shown as rotated. `pending` is what a run that died was sending: its references count too.
 */
export function toSymbols(input: {
  baseline: { sent: Content; seen: Content } | null;
  desired: Content | undefined;
  pending?: Content | undefined;
  live: Content;
  recordedSecrets: Readonly<Record<string, string>>;
  references: ReferenceValues;
}): SymbolicSides {
  const { references, recordedSecrets } = input;
  const rotated = new Set(
    Object.entries(recordedSecrets)
      .filter(([name, recorded]) => {
        const value = references.secrets.get(name);
        return value !== undefined && references.fingerprint(value) !== recorded;
      })
      .map(([name]) => name),
  );
  const notCompared = new Set<string>();
  // Collected, and put in place at once: each by itself would copy what is around it, which costs the square of a large answer.
  const inLive: NewLeaf[] = [];
  const inSent: NewLeaf[] = [];
  const inSeen: NewLeaf[] = [];
  for (const { path, values } of walkLeaves<"desired" | "pending" | "sent" | "seen" | "live">({
    desired: input.desired,
    pending: input.pending,
    sent: input.baseline?.sent,
    seen: input.baseline?.seen,
    live: input.live,
  })) {
    if (values.live === undefined) continue;
    const others = [values.desired, values.pending, values.sent, values.seen];
    const shared = sharedResources(values.live, others, references);
    if (shared !== undefined) {
      values.live = shared.live;
      inLive.push({ path, value: shared.live });
      if (shared.previous.size > 0) {
        if (values.sent !== undefined) inSent.push({ path, value: replaceTexts(values.sent, shared.previous) });
        if (values.seen !== undefined) inSeen.push({ path, value: replaceTexts(values.seen, shared.previous) });
      }
    }
    const former = formerAgent(values.live, others, references);
    if (former !== undefined) {
      const value = previousAgent(former);
      inLive.push({ path, value });
      if (values.sent === `agent://${former}`) inSent.push({ path, value });
      if (values.seen === `agent://${former}`) inSeen.push({ path, value });
      continue;
    }
    const symbol = symbolOf(values.live, { path, others, rotated, recordedSecrets, references, notCompared });
    if (symbol !== values.live) inLive.push({ path, value: symbol });
  }
  const marked = (content: Content): Content => (rotated.size === 0 ? content : (markPrevious(content, rotated) as Content));
  return {
    baseline: input.baseline === null ? null : { sent: marked(replaceLeaves(input.baseline.sent, inSent)), seen: marked(replaceLeaves(input.baseline.seen, inSeen)) },
    live: replaceLeaves(input.live, inLive),
    notCompared: [...notCompared].sort(),
  };
}

/** The agent that a live id used to be; undefined for an id that still is, or never was, one of those that Git refers to here. */
function formerAgent(live: Json, others: readonly (Json | undefined)[], { agentIds, formerIds }: ReferenceValues): string | undefined {
  if (typeof live !== "string") return undefined;
  return others.map(referredAgent).find((name) => name !== undefined && agentIds.get(name) !== live && formerIds?.get(name)?.has(live) === true);
}

/**
 * A live value with the ids of shared resources as the symbols that Git uses at this place; undefined where there are none.
 * `previous` says which symbols stood for another resource before.
 */
function sharedResources(live: Json, others: readonly (Json | undefined)[], references: ReferenceValues): { live: Json; previous: ReadonlyMap<string, string> } | undefined {
  const symbols = [...new Set(others.flatMap(resourcesIn))];
  if (symbols.length === 0) return undefined;
  const names = new Map<string, string>();
  const previous = new Map<string, string>();
  for (const symbol of symbols) {
    for (const id of references.formerResourceIds?.get(symbol) ?? []) names.set(id, previousResource(symbol));
  }
  for (const symbol of symbols) {
    const id = references.resourceIds?.get(symbol);
    if (id !== undefined) names.set(id, symbol);
  }
  // Typed into the console, a symbol is nothing but text.
  const typed = new Set(resourcesIn(live));
  for (const symbol of symbols) if (typed.has(symbol)) names.set(symbol, references.fingerprint(symbol));
  const named = replaceTexts(live, names);
  if (named === live) return undefined;
  const text = JSON.stringify(named);
  for (const symbol of symbols) if (text.includes(JSON.stringify(previousResource(symbol)))) previous.set(symbol, previousResource(symbol));
  return { live: named, previous };
}

interface SymbolContext {
  readonly path: FieldPath;
  readonly others: readonly (Json | undefined)[];
  readonly rotated: ReadonlySet<string>;
  readonly recordedSecrets: Readonly<Record<string, string>>;
  readonly references: ReferenceValues;
  readonly notCompared: Set<string>;
}

function symbolOf(live: Json, context: SymbolContext): Json {
  const { others, references, recordedSecrets, rotated } = context;
  if (typeof live !== "string") return hideInside(live, context);
  // Typed into the console, a reference is nothing but text.
  if (secretName(live) !== undefined || referredAgent(live) !== undefined) return references.fingerprint(live);
  for (const name of others.map(referredAgent)) {
    if (name !== undefined && (references.agentIds.get(name) ?? references.goneIds?.get(name)) === live) return `agent://${name}`;
  }
  const names = others.map(secretName).filter((name) => name !== undefined);
  for (const name of names) if (references.secrets.get(name) === live) return `secret://${name}`;
  for (const name of names) {
    const recorded = Object.hasOwn(recordedSecrets, name) ? recordedSecrets[name] : undefined;
    if (recorded === undefined ? !references.secrets.has(name) : references.fingerprint(live) === recorded) {
      if (recorded === undefined) context.notCompared.add(name);
      return rotated.has(name) ? previousValueOf(name) : `secret://${name}`;
    }
  }
  if (others.includes(live)) return live;
  if (names.length > 0) return live === "" ? live : references.fingerprint(live);
  return hideString(live, context);
}

/** Strings inside a leaf that is a whole array or object: nothing in it is compared one by one, so nothing in it is kept. */
function hideInside(live: Json, context: SymbolContext): Json {
  if (typeof live === "string") return hideString(live, context);
  if (Array.isArray(live)) return mapUnlessSame(live, (item) => hideInside(item, { ...context, path: [...context.path, { item: "" }] }));
  if (!isJsonObject(live)) return live;
  const entries = Object.entries(live).map(([key, value]) => [key, value, hideInside(value, { ...context, path: [...context.path, key] })] as const);
  return entries.every(([, before, after]) => before === after) ? live : objectFrom(entries.map(([key, , after]) => [key, after] as const));
}

function hideString(live: string, { path, references }: SymbolContext): string {
  if (mayBeCredential(pathPattern(path), live)) return references.fingerprint(live);
  return replaceCredentials(live, references.fingerprint);
}

function mapUnlessSame(list: Json[], convert: (item: Json) => Json): Json[] {
  const converted = list.map(convert);
  return converted.every((item, index) => item === list[index]) ? list : converted;
}

function markPrevious(value: Json, rotated: ReadonlySet<string>): Json {
  const name = secretName(value);
  if (name !== undefined) return rotated.has(name) ? previousValueOf(name) : value;
  if (Array.isArray(value)) return value.map((item) => markPrevious(item, rotated));
  if (isJsonObject(value)) return objectFrom(Object.entries(value).map(([key, field]) => [key, markPrevious(field, rotated)] as const));
  return value;
}

/** Symbols as they are stored: without the remark that a reference stood for something else before. */
export function storedSymbols<T extends Json | Content>(value: T): T {
  const plain = (node: Json): Json => {
    if (typeof node === "string") return node.replace(/^(secret:\/\/[A-Z][A-Z0-9_]*) \(previous value\)$|^(agent:\/\/\S+) \(previous agent\)$|^((?:knowledge|component):\/\/\S+) \(previous one\)$/, "$1$2$3");
    if (Array.isArray(node)) return node.map(plain);
    return isJsonObject(node) ? objectFrom(Object.entries(node).map(([key, field]) => [key, plain(field)] as const)) : node;
  };
  return plain(value as Json) as T;
}

/** A reference that cannot be sent, since its value is unknown here. */
export interface UnresolvedReference {
  readonly kind: "secret" | "agent" | ResourceKind;
  readonly name: string;
}

/** The value as it is sent: references replaced by what they stand for. */
export function resolveReferences(value: Json, references: ReferenceValues): { value: Json; unresolved: UnresolvedReference[] } {
  const unresolved: UnresolvedReference[] = [];
  const resolve = (node: Json): Json => {
    if (Array.isArray(node)) return node.map(resolve);
    if (isJsonObject(node)) return objectFrom(Object.entries(node).map(([key, field]) => [key, resolve(field)] as const));
    const resource = referredResource(node);
    if (resource !== undefined) {
      const id = references.resourceIds?.get(resource);
      const [kind = "", name = ""] = resource.split("://");
      if (id === undefined) unresolved.push({ kind: kind as ResourceKind, name });
      return id ?? node;
    }
    const secret = secretName(node);
    const agent = secret === undefined ? referredAgent(node) : undefined;
    if (secret === undefined && agent === undefined) return node;
    const found = secret !== undefined ? references.secrets.get(secret) : references.agentIds.get(agent ?? "");
    if (found === undefined) unresolved.push(secret !== undefined ? { kind: "secret", name: secret } : { kind: "agent", name: agent ?? "" });
    return found ?? node;
  };
  return { value: resolve(value), unresolved };
}

/** Names of all secrets that a value refers to, sorted. */
export function secretsIn(value: Json): string[] {
  const names = new Set<string>();
  const visit = (node: Json): void => {
    const name = secretName(node);
    if (name !== undefined) names.add(name);
    else if (Array.isArray(node)) node.forEach(visit);
    else if (isJsonObject(node)) Object.values(node).forEach(visit);
  };
  visit(value);
  return [...names].sort();
}
