import { isJsonObject, objectFrom } from "../canonical/json.ts";
import type { ProjectFiles } from "../project/files.ts";
import { valueOf } from "../project/json-node.ts";
import { findTags } from "../prompt/tags.ts";
import { nodeAtSteps, readAgentFiles, type AgentFiles, type AgentNodes } from "./agent-files.ts";
import { forkName } from "./fork-name.ts";
import type { ConfigSteps, ListedPrompt, SectionPiece } from "./read-prompts.ts";
import { followRenames, type SectionRename } from "./rename-overrides.ts";
import { overlayDecides, writeField, type Reach, type Written } from "./write-field.ts";
import { writeSection } from "./write-section.ts";

/** What may become of a section file that other agents are built from too; `override` leaves it and the list alone. */
export type SharedSections = "fork" | "update" | "refuse" | "override";

/** A section that was copied: paths of both files. */
export interface Fork {
  readonly from: string;
  readonly to: string;
}

/** Who is built from a section file. */
export interface SectionUsers {
  /** Names of other agents, in any workspace, sorted. */
  readonly others: readonly string[];
  /** True if another workspace of the branch has this agent with it. */
  readonly siblings: boolean;
}

/** A prompt of sections, and what becomes of it. */
export interface ListWrite {
  readonly prompt: ListedPrompt;
  /** By index of the piece, of those that change. */
  readonly texts: ReadonlyMap<number, string>;
  /** Indexes of the pieces that stay, as they shall stand. */
  readonly order: readonly number[];
  readonly reach: Reach;
}

/** New texts of an agent's sections. */
export interface SectionsWrite {
  readonly files: AgentFiles;
  readonly project: ProjectFiles;
  readonly prefix: string;
  readonly agent: string;
  readonly config: ConfigSteps;
  /** All of the agent's prompts that are put together from sections, also those that stay. */
  readonly lists: readonly ListWrite[];
  /** Names of sections that stand elsewhere, and stay. */
  readonly fixed: readonly string[];
  readonly shared: SharedSections;
  readonly usersOf: (file: string) => SectionUsers;
}

/** Files of the agent and all others that change, with the copies made; or why there are none. `isFinal`: not in another way either. */
export type WrittenSections =
  | { readonly files: AgentFiles; readonly others: ReadonlyMap<string, string>; readonly forked: readonly Fork[] }
  | { readonly fault: string; readonly isFinal?: true };

/**
 * Puts texts of sections where they belong. An override stays one; a section file that nobody else is built from is
 * changed; one that others use is copied for this agent, changed, or left to a person, as `shared` says; where another
 * workspace of the branch would change with it, the overlay gets an override. Of a section that is listed twice, in one
 * prompt or in several, and differs now, one stays and the other is copied.
 */
export function writeSections(write: SectionsWrite): WrittenSections {
  const { lists, config } = write;
  const nodes = readAgentFiles(write.files);
  if (nodes === undefined) return { fault: "the agent's files cannot be read" };
  const names = lists.map(({ prompt }) => prompt.pieces.map(({ section }) => section));
  const others = new Map<string, string>();
  const forks: (Fork & SectionRename)[] = [];
  const overrides = new Map<string, Override>();
  for (const change of changesOf(write)) {
    const { piece, text, places } = change;
    const reach: Reach = places.every(({ list }) => lists[list]?.reach === "all") ? "all" : "alone";
    const isListElsewhere = reach === "alone" && places.some(({ list }) => !overlayDecides(nodes, lists[list]?.prompt.list ?? []));
    const way = change.isBase ? wayOf(write, change, { reach, isListElsewhere }) : "fork";
    const refusal = refusalOf(write, piece);
    if (refusal !== undefined) return { fault: refusal, isFinal: true };
    const raw = piece.file === undefined ? undefined : write.project.get(piece.file)?.text;
    if (way === "override") overrides.set(piece.section, { text, reach });
    else if (way === "file" && piece.file !== undefined && raw !== undefined) others.set(piece.file, writeSection(raw, text));
    else {
      const from = piece.file ?? sourceOf(write, piece.section);
      const copy = writeSection(write.project.get(from ?? "")?.text ?? "\n", text);
      const place = forkName({ ...write, section: piece.section, extension: from?.endsWith(".md") === true ? ".md" : ".txt", text: copy, taken: new Set(forks.map(({ name }) => name)) });
      if (place === undefined) return { fault: `the section ${JSON.stringify(piece.section)} cannot be copied to prompts/${write.agent}/` };
      for (const { list, index } of places) names[list]?.splice(index, 1, place.name);
      others.set(place.file, copy);
      forks.push({ from: from ?? write.files.base.file, to: place.file, section: piece.section, name: place.name, isOverridden: piece.file === undefined });
    }
  }
  const overridden = writeOverrides({ files: write.files, nodes, overrides, config });
  if ("fault" in overridden) return overridden;
  let { files } = overridden;
  const now = lists.map(({ order }, at) => order.map((index) => names[at]?.[index] ?? ""));
  const listed = new Set([...now.flat(), ...write.fixed]);
  for (const [at, { prompt, reach }] of lists.entries()) {
    const list = now[at] ?? [];
    if (list.length === prompt.pieces.length && list.every((name, index) => name === prompt.pieces[index]?.section)) continue;
    const renames = forks.filter(({ name }) => list.includes(name));
    // What only the overlay says of a section, only the overlay can say of its copy.
    const inOverlay = reach === "alone" || overlayDecides(nodes, prompt.list) || renames.some(({ section, isOverridden }) => isOverridden && nodeAtSteps(nodes.overlay?.node, [...config.overrides, section]) !== undefined);
    const written = writeField(files, { steps: prompt.list, value: prompt.isOne ? (list[0] ?? "") : list }, inOverlay ? "alone" : reach);
    if ("fault" in written) return written;
    files = written.files;
    if (inOverlay) continue;
    const followed = followRenames({ ...write, project: withTexts(write.project, others), files, list: prompt.list, renames, listed });
    files = followed.files;
    for (const [file, text] of followed.overlays) others.set(file, text);
  }
  return { files, others, forked: forks.map(({ from, to }) => ({ from, to })) };
}

function withTexts(project: ProjectFiles, texts: ReadonlyMap<string, string>): ProjectFiles {
  return texts.size === 0 ? project : new Map([...project, ...[...texts].map(([path, text]) => [path, { kind: "file", text }] as const)]);
}

interface Override {
  readonly text: string;
  readonly reach: Reach;
}

function writeOverrides({ files, nodes, overrides, config }: { readonly files: AgentFiles; readonly nodes: AgentNodes; readonly overrides: ReadonlyMap<string, Override>; readonly config: ConfigSteps }): Written {
  const [first] = overrides.values();
  // All at once where it comes to the same: each write reads the file anew.
  if (first !== undefined && overrides.size > 1 && [...overrides.values()].every(({ reach }) => reach === first.reach) && nodeAtSteps(nodes.overlay?.node, config.overrides) === undefined) {
    const present = nodeAtSteps(nodes.merged, config.overrides);
    const before = present === undefined ? {} : valueOf(present);
    const texts = [...overrides].map(([section, { text }]) => [section, text] as const);
    return writeField(files, { steps: config.overrides, value: objectFrom([...new Map([...(isJsonObject(before) ? Object.entries(before) : []), ...texts])]) }, first.reach);
  }
  let current: Written = { files };
  for (const [section, { text, reach }] of overrides) {
    if ("fault" in current) return current;
    current = writeField(current.files, { steps: [...config.overrides, section], value: text }, reach);
  }
  return current;
}

/** One new text of a section, and where in the lists it stands. */
interface SectionChange {
  readonly piece: SectionPiece;
  readonly text: string;
  readonly places: readonly { readonly list: number; readonly index: number }[];
  /** False for a second text of one section. */
  readonly isBase: boolean;
}

function changesOf({ lists, fixed }: SectionsWrite): SectionChange[] {
  const bySection = new Map<string, { readonly piece: SectionPiece; readonly byText: Map<string, { list: number; index: number }[]> }>();
  for (const [list, { prompt, texts, order }] of lists.entries()) {
    for (const [index, piece] of prompt.pieces.entries()) {
      if (!order.includes(index)) continue;
      const now = texts.get(index) ?? piece.text;
      const known = bySection.get(piece.section) ?? { piece, byText: new Map<string, { list: number; index: number }[]>() };
      bySection.set(piece.section, known);
      known.byText.set(now, [...(known.byText.get(now) ?? []), { list, index }]);
    }
  }
  return [...bySection].flatMap(([section, { piece, byText }]) => {
    const base = byText.has(piece.text) || fixed.includes(section) ? piece.text : [...byText.keys()][0];
    return [...byText].flatMap(([text, places]) => (text === piece.text ? [] : [{ piece, text, places, isBase: text === base }]));
  });
}

function wayOf({ usersOf, shared }: SectionsWrite, { piece, text }: SectionChange, { reach, isListElsewhere }: { readonly reach: Reach; readonly isListElsewhere: boolean }): "override" | "file" | "fork" {
  const { file } = piece;
  if (file === undefined) return "override";
  const { others, siblings } = usersOf(file);
  if (reach === "alone" && siblings) return "override";
  // What stands where a tag was is this agent's own value, and none of the others'.
  if (others.length === 0 || (shared === "update" && keepsTags(piece.text, text))) return "file";
  return shared === "override" || isListElsewhere ? "override" : "fork";
}

function keepsTags(before: string, after: string): boolean {
  const count = (text: string, name: string): number => findTags(text).filter((tag) => tag.name === name).length;
  return findTags(before).every(({ name }) => count(after, name) >= count(before, name));
}

function refusalOf({ usersOf, shared }: SectionsWrite, { file, section }: SectionPiece): string | undefined {
  const { others } = file === undefined ? { others: [] } : usersOf(file);
  if (shared !== "refuse" || others.length === 0) return undefined;
  const agents = `${others.length === 1 ? "the agent" : "the agents"} ${others.join(", ")}`;
  return `the section ${JSON.stringify(section)} is also part of the prompt of ${agents}, and shared-sections is "refuse"; edit the file by hand, or set shared-sections to "fork" or "update"`;
}

/** The section file that an override stands for, if there is one. */
function sourceOf({ project, prefix }: SectionsWrite, section: string): string | undefined {
  return [".txt", ".md"].map((end) => `${prefix}prompts/${section}${end}`).find((path) => project.get(path)?.kind === "file");
}
