import { isJsonObject, own } from "../canonical/json.ts";
import type { ProjectFiles } from "../project/files.ts";
import { parseJson } from "../project/parse-json.ts";
import type { AgentFiles } from "./agent-files.ts";
import { jsonAt, renameJsonKey, setJson } from "./edit-json.ts";
import { OVERRIDES, PROMPT_CONFIG, SECTIONS } from "./read-prompts.ts";

/** A name in the list that was another one. */
export interface SectionRename {
  readonly section: string;
  readonly name: string;
  /** True if the new name is that of a copy of the override itself: in the files of this workspace the override is not for it. */
  readonly isOverridden: boolean;
}

/** Sections that bear other names in the list of agent.json. */
export interface SectionRenames {
  readonly files: AgentFiles;
  readonly project: ProjectFiles;
  readonly prefix: string;
  readonly agent: string;
  readonly renames: readonly SectionRename[];
  /** All names of the list now. */
  readonly listed: ReadonlySet<string>;
}

/**
 * Lets overrides that are keyed by a former name follow it, in agent.json and in the overlays of all workspaces, so that
 * each workspace keeps its text. Where the former name is listed as well, both names get it. An overlay with a list of its
 * own stays as it is.
 */
export function followRenames({ files, project, prefix, agent, renames, listed }: SectionRenames): { readonly files: AgentFiles; readonly overlays: ReadonlyMap<string, string> } {
  const folder = `${prefix}agents/${agent}/`;
  const overlays = [...project].flatMap(([path, { text }]) => {
    const isOverlay = path.startsWith(folder) && /^agent\..+\.json$/.test(path.slice(folder.length)) && path !== files.overlay.file;
    return isOverlay && text !== undefined ? [{ file: path, text }] : [];
  });
  if (files.overlay.text !== undefined) overlays.push({ file: files.overlay.file, text: files.overlay.text });
  const own = overlays.filter(hasOwnList);
  const follow = (file: { readonly file: string; readonly text: string }, keepsAll: boolean): string =>
    renames
      .filter(({ isOverridden }) => !isOverridden || (file.file !== files.base.file && file.file !== files.overlay.file))
      .reduce((text, { section, name }) => renamed({ ...file, text }, { section, name, keep: keepsAll || listed.has(section) }), file.text);
  const changed = new Map(overlays.filter((one) => !own.includes(one)).map((one) => [one.file, follow(one, false)] as const));
  const overlay = changed.get(files.overlay.file) ?? files.overlay.text;
  changed.delete(files.overlay.file);
  return { files: { base: { ...files.base, text: follow(files.base, own.length > 0) }, overlay: { ...files.overlay, text: overlay } }, overlays: changed };
}

function hasOwnList({ file, text }: { readonly file: string; readonly text: string }): boolean {
  return valueAt({ file, text }, SECTIONS) !== undefined;
}

function renamed(file: { readonly file: string; readonly text: string }, { section, name, keep }: { readonly section: string; readonly name: string; readonly keep: boolean }): string {
  const overrides = valueAt(file, OVERRIDES);
  const override = isJsonObject(overrides) ? own(overrides, section) : undefined;
  if (override === undefined) return file.text;
  return keep ? setJson(file.text, { path: [...OVERRIDES, name], value: override }) : renameJsonKey(file.text, [...OVERRIDES, section], name);
}

/** Undefined also for a file that is not readable. */
function valueAt({ file, text }: { readonly file: string; readonly text: string }, path: readonly string[]): ReturnType<typeof jsonAt> {
  const isReadable = !parseJson({ file, text }).problems.some(({ severity }) => severity === "error");
  return isReadable && isJsonObject(jsonAt(text, PROMPT_CONFIG)) ? jsonAt(text, path) : undefined;
}
