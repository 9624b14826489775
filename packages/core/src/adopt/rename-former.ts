import { canonicalJson } from "../canonical/content-hash.ts";
import { isJsonObject, type Json } from "../canonical/json.ts";
import { FLOW_FILE } from "../project/flow-file.ts";
import type { ProjectFile, ProjectFiles } from "../project/files.ts";
import { memberOf, positionOf, textOf, type JsonNode } from "../project/json-node.ts";
import { parseJson } from "../project/parse-json.ts";
import { projectPrefix } from "../project/project-paths.ts";
import { validateProject, type ValidatedProject } from "../project/validate-project.ts";
import type { FieldKind } from "../schema/field-schema.ts";
import { FORMER_FIELDS } from "../schema/former-fields.ts";
import { ENGINE_KEYS, nested } from "./agent-files.ts";
import { newErrors } from "./check-adoption.ts";
import { jsonAt, removeJson, renameJsonKey, setJson } from "./edit-json.ts";

/** A field that a file calls by its former name. */
export interface FormerName {
  readonly agent: string;
  readonly file: string;
  /** Of the file as it was given; counts from 1. */
  readonly line: number;
  /** As the file has them, from its root: `llm_config.temperature` and `llm_config.model_temperature`. */
  readonly before: string;
  readonly after: string;
}

/** Files with today's names, and which those are. */
export interface RenamedFields {
  /** New texts by path; only files that change. */
  readonly files: ReadonlyMap<string, string>;
  readonly names: readonly FormerName[];
}

/** Where former names are looked for. */
export interface FormerSearch {
  readonly files: ProjectFiles;
  readonly workingDirectory: string;
  readonly agents: readonly string[];
  readonly workspace: string;
}

/**
 * Gives fields of agents today's names, in the files that build them for a workspace. A file in which that would change
 * anything that is built, for any agent and workspace, is left as it is.
 */
export function renameFormerFields({ files, workingDirectory, agents, workspace }: FormerSearch): RenamedFields {
  const prefix = projectPrefix(workingDirectory) ?? "";
  const found = agents.flatMap((agent) =>
    [FLOW_FILE, "agent.json", `agent.${workspace}.json`].flatMap((base) => {
      const file = `${prefix}agents/${agent}/${base}`;
      const text = files.get(file)?.text;
      const names = text === undefined ? [] : namesIn({ agent, file, text });
      return text === undefined || names.length === 0 ? [] : [{ file, text, names }];
    }),
  );
  if (found.length === 0) return { files: new Map(), names: [] };
  let [now, built] = [files, validateProject({ files, workingDirectory })];
  const changed = new Map<string, string>();
  const names: FormerName[] = [];
  for (const { file, text, names: former } of found) {
    const renamed = former.reduce((edited, one) => rename(edited, one), text);
    const next = new Map<string, ProjectFile>([...now, [file, { kind: "file", text: renamed }]]);
    const after = validateProject({ files: next, workingDirectory });
    if (newErrors(built.problems, after.problems).length > 0 || contentsOf(after) !== contentsOf(built)) continue;
    [now, built] = [next, after];
    changed.set(file, renamed);
    names.push(...former.map(({ steps: _steps, movesTo: _movesTo, ...name }) => name));
  }
  return { files: changed, names };
}

interface FoundName extends FormerName {
  /** Of the object that the field stands in. */
  readonly steps: readonly string[];
  readonly movesTo: readonly string[];
}

function namesIn({ agent, file, text }: { readonly agent: string; readonly file: string; readonly text: string }): FoundName[] {
  const { root, problems } = parseJson({ file, text });
  if (root === undefined || problems.some(({ severity }) => severity === "error")) return [];
  const places: readonly { kind: FieldKind; steps: readonly string[] }[] = file.endsWith(`/${FLOW_FILE}`)
    ? [{ kind: "flow", steps: [] }]
    : [{ kind: textOf(memberOf(root, "channel")) === "chat" ? "chat" : "agent", steps: [] }, ...(["llm", "flow"] as const).map((kind) => ({ kind, steps: [ENGINE_KEYS[kind]] }))];
  return places.flatMap(({ kind, steps }) => {
    const object = steps.reduce<JsonNode | undefined>(memberOf, root);
    if (object?.kind !== "object") return [];
    return [...object.members].flatMap(([key, member]) => {
      const movesTo = FORMER_FIELDS.find({ kind, path: [key] })?.movesTo;
      if (movesTo === undefined) return [];
      return [{ agent, file, line: positionOf(member.key).line, before: [...steps, key].join("."), after: [...steps, ...movesTo].join("."), steps: [...steps, key], movesTo }];
    });
  });
}

function rename(text: string, { steps, movesTo }: FoundName): string {
  const [first = "", ...rest] = movesTo;
  if (rest.length === 0) return renameJsonKey(text, steps, first);
  const value = jsonAt(text, steps);
  if (value === undefined) return text;
  const above = steps.slice(0, -1);
  const holder = jsonAt(text, [...above, first]);
  // Not into something else than an object: the build would refuse that, and then the file stays as it is.
  const path = isJsonObject(holder) ? [...above, ...movesTo] : [...above, first];
  return removeJson(setJson(text, { path, value: isJsonObject(holder) ? value : nested(rest, value) }), steps);
}

function contentsOf({ desired }: ValidatedProject): string {
  return [...desired].flatMap(([workspace, agents]) => [...agents].map(([name, { content }]) => canonicalJson([workspace, name, content as Json]))).join("\n");
}
