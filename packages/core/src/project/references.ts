import type { Part } from "../canonical/content.ts";
import { RESOURCE_KINDS } from "../canonical/resource-symbols.ts";
import { findCredentials, isCredentialPath, isLiteralSecret } from "../canonical/credentials.ts";
import type { Reference } from "./desired.ts";
import { nodeFrom, positionOf, textOf, toPointer, withMember, type JsonMember, type JsonNode, type ObjectNode, type ScalarNode } from "./json-node.ts";
import { unknownName } from "./names.ts";
import type { ProblemSink } from "./problem-sink.ts";
import { positionsInString } from "./string-position.ts";
import { quoted } from "./quoted.ts";

/** What references are resolved against. */
export interface ReferenceScope {
  /** Names of all agents of the project. */
  readonly agents: ReadonlySet<string>;
  /** Symbols of the project's knowledge bases and components. */
  readonly resources: ReadonlySet<string>;
  readonly workspaceKind: "staging" | "production";
}

const SECRET_NAME = /^[A-Z][A-Z0-9_]*$/;
const SCHEMES = ["secret", "agent", ...RESOURCE_KINDS] as const;

/**
 * Collects `secret://NAME`, `agent://name`, `knowledge://name` and `component://name` below a part, gives an `agent://` reference the version that the workspace
 * follows where none is stated, and reports literal credentials. Values at `skip` (JSON pointers of built prompts) are texts
 * for the model and no references; whoever builds them looks for credentials in their pieces.
 */
export function resolveReferences(
  part: { readonly name: Part; readonly node: ObjectNode; readonly skip: { has(pointer: string): boolean } },
  scope: ReferenceScope,
  sink: ProblemSink,
): { readonly node: ObjectNode; readonly references: readonly Reference[] } {
  const references: Reference[] = [];
  const visit = (node: JsonNode, path: readonly (string | number)[]): JsonNode => {
    if (node.kind === "scalar") {
      if (typeof node.value !== "string") return node;
      reportMisplaced({ node, text: node.value, path }, sink);
      if (!part.skip.has(toPointer(path))) checkText({ node, text: node.value, path }, { scope, references, sink });
      return node;
    }
    if (node.kind === "array") {
      reportRepeated(node.items, sink);
      const items = node.items.map((item, index) => visit(item, [...path, index]));
      return items.every((item, index) => item === node.items[index]) ? node : { ...node, items };
    }
    return visitObject(node, path);
  };
  const visitObject = (node: ObjectNode, path: readonly (string | number)[]): ObjectNode => {
    let changed = false;
    const members = new Map<string, JsonMember>();
    for (const [key, member] of node.members) {
      const value = visit(member.value, [...path, key]);
      changed ||= value !== member.value;
      members.set(key, value === member.value ? member : { key: member.key, value });
    }
    const visited = changed ? { ...node, members } : node;
    const agent = visited.members.get("agent_id")?.value;
    if (agent === undefined || textOf(agent)?.startsWith("agent://") !== true || visited.members.has("agent_version")) return visited;
    const followed = scope.workspaceKind === "staging" ? "latest" : "latest_published";
    return withMember(visited, "agent_version", nodeFrom(followed, agent.origin));
  };
  return { node: visitObject(part.node, [part.name]), references };
}

interface TextAt {
  readonly node: ScalarNode;
  readonly text: string;
  readonly path: readonly (string | number)[];
}

/** Where each kind of shared resource is named. */
const PLACES: Readonly<Record<(typeof RESOURCE_KINDS)[number], { readonly key: string; readonly isList: boolean }>> = {
  knowledge: { key: "knowledge_base_ids", isList: true },
  component: { key: "component_id", isList: false },
};

/** Elsewhere Retell would take the id for a text, and a caller might hear it. */
function reportMisplaced({ node, text, path }: TextAt, sink: ProblemSink): void {
  const kind = RESOURCE_KINDS.find((name) => text.startsWith(`${name}://`) && !/\s/.test(text));
  if (kind === undefined) return;
  const { key, isList } = PLACES[kind];
  if (path.at(isList ? -2 : -1) === key) return;
  sink.warn({ code: "misplaced-reference", at: node.origin, message: `${quoted(String(path.at(-1)))} is no place for a reference ${kind}://…`, hint: `It means something ${isList ? "in the list" : "as the value of"} ${quoted(key)} only.` });
}

/** The same resource twice in one list. */
function reportRepeated(items: readonly JsonNode[], sink: ProblemSink): void {
  const seen = new Set<string>();
  for (const item of items) {
    const text = textOf(item);
    if (text === undefined || !RESOURCE_KINDS.some((kind) => text.startsWith(`${kind}://`))) continue;
    if (seen.has(text)) sink.warn({ code: "duplicate-reference", at: item.origin, message: `${quoted(text)} is listed twice.`, hint: "Remove one of them." });
    seen.add(text);
  }
}

interface Collected {
  readonly scope: ReferenceScope;
  readonly references: Reference[];
  readonly sink: ProblemSink;
}

function checkText(at: TextAt, into: Collected): void {
  const { text, path, node } = at;
  const scheme = SCHEMES.find((name) => text.includes(`${name}://`));
  if (scheme !== undefined && checkReference({ ...at, scheme }, into)) return;
  if (isCredentialPath(path.map(String)) && isLiteralSecret(text)) {
    into.sink.error(literalCredential("a credential, by its name", node.origin, path));
    return;
  }
  const position = positionsInString(node);
  for (const found of findCredentials(text)) {
    into.sink.error(literalCredential(`what looks like a ${found.kind}`, position(found.start), path));
  }
}

function literalCredential(what: string, at: Parameters<ProblemSink["error"]>[0]["at"], path: readonly (string | number)[]): Parameters<ProblemSink["error"]>[0] {
  const name = String(path.at(-1)).toUpperCase().replace(/[^A-Z0-9]+/g, "_").replace(/^[^A-Z]+|_+$/g, "") || "TOKEN";
  return {
    code: "literal-credential",
    at,
    message: `${quoted(String(path.at(-1)))} holds ${what}, in plain text.`,
    hint: `Revoke it, since it is in Git's history; write "secret://${name}" as the whole value and give the job RETELL_SECRET_${name}.`,
  };
}

/** True if the text was a reference, or was reported as a failed one. */
function checkReference(at: TextAt & { readonly scheme: (typeof SCHEMES)[number] }, into: Collected): boolean {
  const { text, scheme, node } = at;
  const prefix = `${scheme}://`;
  if (!text.startsWith(prefix)) {
    if (scheme !== "secret" || !/secret:\/\/[A-Z]/.test(text)) return false;
    into.sink.error({
      code: "partial-secret",
      at: node.origin,
      message: `${prefix}… is replaced only where it is the whole value.`,
      hint: 'Put the whole text, such as "Bearer …", into the secret.',
    });
    return true;
  }
  const name = text.slice(prefix.length);
  if (scheme === "secret" && !SECRET_NAME.test(name)) {
    into.sink.error({
      code: "invalid-secret-name",
      at: node.origin,
      // Not repeated: people paste the secret itself here.
      message: "What follows secret:// is not the name of a secret.",
      hint: "Write secret:// and a name of A-Z, 0-9 and _ that starts with a letter, and nothing else.",
    });
    return true;
  }
  const place = positionOf(node.origin);
  const known = scheme === "secret" ? undefined : scheme === "agent" ? into.scope.agents : namesOf(into.scope.resources, prefix);
  if (scheme !== "secret" && known?.has(name) === false) {
    into.sink.add([unknownName({ kind: scheme, name, known, at: place })]);
    return true;
  }
  into.references.push({ kind: scheme, name, pointer: toPointer(at.path), ...place });
  return true;
}

function namesOf(symbols: ReadonlySet<string>, prefix: string): Set<string> {
  return new Set([...symbols].flatMap((symbol) => (symbol.startsWith(prefix) ? [symbol.slice(prefix.length)] : [])));
}
