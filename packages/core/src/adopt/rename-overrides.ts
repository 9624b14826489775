import { isJsonObject, own } from "../canonical/json.ts";
import type { ProjectFiles } from "../project/files.ts";
import type { JsonNode } from "../project/json-node.ts";
import { NAMED_PROMPT } from "../project/named-prompt.ts";
import { parseJson } from "../project/parse-json.ts";
import { nodeAtSteps, reach, readAgentFiles, withText, type AgentFiles, type FileStep, type TextFile } from "./agent-files.ts";
import { jsonAt, renameJsonKey, setJson, type JsonPath } from "./edit-json.ts";
import type { ConfigSteps } from "./read-prompts.ts";

/** A name in the list that was another one. */
export interface SectionRename {
  readonly section: string;
  readonly name: string;
  /** True if the new name is that of a copy of the override itself: in the files of this workspace the override is not for it. */
  readonly isOverridden: boolean;
}

/** Sections that bear other names in a list of agent.json. */
export interface SectionRenames {
  readonly files: AgentFiles;
  readonly project: ProjectFiles;
  readonly prefix: string;
  readonly agent: string;
  readonly config: ConfigSteps;
  /** Where the list stands. */
  readonly list: readonly FileStep[];
  readonly renames: readonly SectionRename[];
  /** All names of all lists now. */
  readonly listed: ReadonlySet<string>;
}

/**
 * Lets overrides that are keyed by a former name follow it, in agent.json and in the overlays of all workspaces, so that
 * each workspace keeps its text. Where the former name is listed as well, both names get it. An overlay with a list of its
 * own stays as it is.
 */
export function followRenames({ files, project, prefix, agent, config, list, renames, listed }: SectionRenames): { readonly files: AgentFiles; readonly overlays: ReadonlyMap<string, string> } {
  const folder = `${prefix}agents/${agent}/`;
  const overlays = [...project].flatMap(([path, { text }]) => {
    const isOverlay = path.startsWith(folder) && /^agent\..+\.json$/.test(path.slice(folder.length)) && path !== files.overlay.file;
    return isOverlay && text !== undefined ? [{ file: path, text }] : [];
  });
  if (files.overlay.text !== undefined) overlays.push({ file: files.overlay.file, text: files.overlay.text });
  const own = overlays.filter((one) => nodeAtSteps(rootOf(one), list) !== undefined);
  // An overlay may list the former name for another prompt.
  const listsOthers = ({ text }: TextFile): boolean => text.includes(`"${NAMED_PROMPT}"`) || text.includes('"sections"');
  const follow = (file: TextFile, { path, keepsAll }: { readonly path: JsonPath; readonly keepsAll: boolean }): string =>
    renames
      .filter(({ isOverridden }) => !isOverridden || (file.file !== files.base.file && file.file !== files.flow?.file && file.file !== files.overlay.file))
      .reduce((text, { section, name }) => renamed({ ...file, text }, path, { section, name, keep: keepsAll || listed.has(section) }), file.text);
  const changed = new Map(overlays.filter((one) => !own.includes(one)).map((one) => [one.file, follow(one, { path: config.overrides, keepsAll: listsOthers(one) })] as const));
  const overlay = changed.get(files.overlay.file) ?? files.overlay.text;
  changed.delete(files.overlay.file);
  const nodes = readAgentFiles(files);
  const base = nodes && reach(nodes.base, config.overrides);
  if (base?.depth !== config.overrides.length) return { files: { ...files, overlay: { ...files.overlay, text: overlay } }, overlays: changed };
  const text = base.file === files.flow?.file ? files.flow.text : files.base.text;
  const followed = follow({ file: base.file, text }, { path: base.path, keepsAll: overlays.some((one) => own.includes(one) || listsOthers(one)) });
  return { files: { ...withText(files, { file: base.file, text: followed }), overlay: { ...files.overlay, text: overlay } }, overlays: changed };
}

function renamed(file: TextFile, path: JsonPath, { section, name, keep }: { readonly section: string; readonly name: string; readonly keep: boolean }): string {
  const overrides = rootOf(file) === undefined ? undefined : jsonAt(file.text, path);
  const override = isJsonObject(overrides) ? own(overrides, section) : undefined;
  if (override === undefined) return file.text;
  return keep ? setJson(file.text, { path: [...path, name], value: override }) : renameJsonKey(file.text, [...path, section], name);
}

/** Undefined for a file that is not readable. */
function rootOf(file: TextFile): JsonNode | undefined {
  const { root, problems } = parseJson(file);
  return problems.some(({ severity }) => severity === "error") ? undefined : root;
}
