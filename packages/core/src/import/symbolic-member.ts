import { fieldKindOf, statedEngine } from "../canonical/canonical-form.ts";
import { PARTS, type Content } from "../canonical/content.ts";
import { isJsonObject, objectFrom, own, type Json, type JsonObject } from "../canonical/json.ts";
import { formatPath, type FieldPath } from "../diff/field-path.ts";
import { documentedDefault } from "../schema/defaults.ts";
import type { JsonPath } from "../schema/field-schema.ts";
import { validateFields } from "../schema/validate-fields.ts";
import { replaceIn } from "./content-strings.ts";
import type { LiveMember } from "./live-member.ts";
import { workspaceIdsOf } from "./workspace-ids.ts";

/** A value that belongs to one workspace and stands in the files as it is. */
export interface BoundValue {
  readonly workspace: string;
  readonly field: string;
  readonly what: string;
}

/** One agent's content as the files are to build it. */
export interface SymbolicMember {
  readonly live: LiveMember;
  /** References in the place of ids and credentials. */
  readonly content: Content;
  readonly bound: readonly BoundValue[];
  /** Secrets of this workspace by name, in clear. */
  readonly secrets: ReadonlyMap<string, string>;
}

/**
 * Puts references in the place of what they stand for: ids of agents that have a folder, where Retell refers to agents,
 * and credentials. `null` goes where Retell answers it but does not take it, which is the same as absent.
 */
export function toSymbolic(input: {
  readonly live: LiveMember;
  /** Folders by agent id, in this workspace. */
  readonly folderOf: ReadonlyMap<string, string>;
  /** Names of secrets by `formatPath`. */
  readonly secretNames: ReadonlyMap<string, string>;
}): SymbolicMember {
  const { live, folderOf, secretNames } = input;
  const bound: BoundValue[] = [];
  const secrets = new Map<string, string>();
  const bind = (path: FieldPath, what: string): void => void bound.push({ workspace: live.workspace.name, field: formatPath(path), what });
  const followed = live.workspace.kind === "staging" ? "latest" : "latest_published";
  const content = replaceIn(live.content, {
    object: (object, path) => {
      for (const { key, what } of workspaceIdsOf(object)) bind([...path, key], what);
      const id = own(object, "agent_id");
      if (typeof id !== "string" || id === "" || secretNames.has(formatPath([...path, "agent_id"]))) return object;
      const folder = folderOf.get(id);
      const version = own(object, "agent_version") ?? defaultVersion(path, live.content);
      if (folder === undefined || version === undefined) {
        if (!id.includes("{{")) bind([...path, "agent_id"], folder === undefined ? "agent that has no folder" : `agent ${folder}, of no stated version`);
        return object;
      }
      // Without a version the build follows the workspace's own; any other one has to be said.
      const rest = Object.entries(object).filter(([key]) => key !== "agent_version" && key !== "agent_id");
      return objectFrom([...rest, ["agent_id", `agent://${folder}`], ["agent_version", version === followed ? undefined : version]]);
    },
    text: (text, path) => {
      const name = secretNames.get(formatPath(path));
      if (name === undefined) return text;
      secrets.set(name, text);
      return `secret://${name}`;
    },
  });
  return { live, content: withoutRefusedNulls(content), bound, secrets };
}

/** What Retell takes where no version is stated; undefined where that is not documented. */
function defaultVersion(path: FieldPath, content: Content): Json | undefined {
  const [part, ...rest] = path;
  if (part !== "agent" && part !== "llm" && part !== "flow") return undefined;
  const root = content[part];
  const at = [...rest.map((step) => (typeof step === "string" ? step : step.item)), "agent_version"];
  return documentedDefault({ kind: fieldKindOf(part, root), path: at, root })?.value ?? undefined;
}

function withoutRefusedNulls(content: Content): Content {
  const parts = PARTS.flatMap((part) => {
    const value = content[part];
    if (value === undefined) return [];
    const kind = fieldKindOf(part, value);
    const refused = validateFields({ kind, value: part === "agent" && statedEngine(value) !== "custom-llm" ? without(value, ["response_engine"]) : value }).filter(({ code }) => code === "null-not-allowed");
    return [[part, refused.reduce((kept, { path }) => without(kept, path), value)] as const];
  });
  return Object.fromEntries(parts) as Content;
}

/** The object without the member at a path; a path into a list's item that is `null` itself changes nothing. */
function without(object: JsonObject, path: JsonPath): JsonObject {
  const remove = (value: Json, [step, ...rest]: JsonPath): Json => {
    if (step === undefined) return value;
    if (Array.isArray(value)) return value.map((item, index) => (index === Number(step) ? remove(item, rest) : item));
    if (!isJsonObject(value)) return value;
    return objectFrom(Object.entries(value).flatMap(([key, item]) => (key !== String(step) ? [[key, item] as const] : rest.length === 0 ? [] : [[key, remove(item, rest)] as const])));
  };
  return remove(object, path) as JsonObject;
}
