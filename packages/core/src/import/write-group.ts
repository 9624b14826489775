import { canonicalJson } from "../canonical/content-hash.ts";
import { isJsonObject, own, type Json, type JsonObject } from "../canonical/json.ts";
import { patchFor } from "../adopt/overlay-patch.ts";
import type { ProjectFiles } from "../project/files.ts";
import { FLOW_FILE, FLOW_STATEMENT } from "../project/flow-file.ts";
import { isSection, sectionStore } from "../prompt/sections.ts";
import { engineKeyOf, fileObject, mainPrompt, withEngine, withPromptConfig, type EngineKey } from "./file-object.ts";
import type { SymbolicMember } from "./symbolic-member.ts";

/** The files of one folder, by path. */
export interface WrittenGroup {
  readonly files: ReadonlyMap<string, string>;
  /** True if the main prompt stands in a file of its own. */
  readonly hasPromptFile: boolean;
}

/**
 * Writes the files of one folder: agent.json as the first workspace has it, `agent.<workspace>.json` with what the others have
 * differently, `flow.json`, and a main prompt of several lines as a section.
 */
export function writeGroup(input: {
  readonly folder: string;
  /** At least one. */
  readonly members: readonly SymbolicMember[];
  /** All files of the project, so that no section is written over. */
  readonly project: ProjectFiles;
  /** Empty, or ends with a slash. */
  readonly prefix: string;
  readonly inlinePrompt: boolean;
}): WrittenGroup {
  const { folder, members, prefix } = input;
  const files = new Map<string, string>();
  const whole = members.map((member) => ({ workspace: member.live.workspace.name, file: fileObject(member) }));
  const engine = members[0] && engineKeyOf(members[0].content);
  const section = input.inlinePrompt || engine === undefined ? undefined : sectionFor(input, whole[0]?.file ?? {}, engine);
  const written = section === undefined || engine === undefined ? whole : whole.map(({ workspace, file }) => ({ workspace, file: inSections(file, { engine, section }) }));
  if (section !== undefined) files.set(section.path, section.file);

  const [base, ...others] = written;
  if (base === undefined) return { files, hasPromptFile: false };
  const at = (name: string): string => `${prefix}agents/${folder}/${name}`;
  const flow = own(base.file, "conversation_flow");
  if (engine !== undefined && isJsonObject(flow)) {
    files.set(at("agent.json"), jsonText(withEngine(base.file, engine, () => FLOW_STATEMENT)));
    files.set(at(FLOW_FILE), jsonText(flow));
  } else files.set(at("agent.json"), jsonText(base.file));
  for (const { workspace, file } of others) {
    const patch = patchFor({ base: base.file, value: file, steps: [] });
    if (canonicalJson(patch) !== "{}") files.set(at(`agent.${workspace}.json`), jsonText(patch));
  }
  return { files, hasPromptFile: section !== undefined };
}

interface NewSection {
  readonly name: string;
  readonly path: string;
  readonly text: string;
  /** The text of the file. */
  readonly file: string;
}

/** A section that builds exactly this prompt; undefined for a prompt of one line, and for one that no file can hold. */
function sectionFor({ folder, project, prefix }: { readonly folder: string; readonly project: ProjectFiles; readonly prefix: string }, file: JsonObject, engine: EngineKey): NewSection | undefined {
  const text = mainPrompt(file, engine);
  if (text === undefined || !text.includes("\n")) return undefined;
  const paths = new Set([...project.keys()].map((path) => path.toLowerCase()));
  let name = `${folder}/general`;
  const isTaken = (): boolean => ["txt", "md"].some((end) => paths.has(`${prefix}prompts/${name}.${end}`.toLowerCase()));
  for (let count = 2; isTaken(); count += 1) name = `${folder}/general-${count}`;
  const path = `${prefix}prompts/${name}.md`;
  const section = { name, path, text, file: `${text}\n` };
  const read = sectionStore(new Map([...project, [path, { kind: "file", text: section.file }]]), prefix).get(name);
  return isSection(read) && read.text === text && read.problems.length === 0 ? section : undefined;
}

/** Each workspace takes the section, or overrides it with its own text. One without a prompt has none. */
function inSections(file: JsonObject, { engine, section }: { readonly engine: EngineKey; readonly section: NewSection }): JsonObject {
  const text = mainPrompt(file, engine);
  if (text === undefined) return file;
  const overrides = text === section.text ? {} : { overrides: Object.fromEntries([[section.name, text]]) };
  return withPromptConfig(file, engine, { sections: [section.name], ...overrides });
}

function jsonText(value: Json): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
