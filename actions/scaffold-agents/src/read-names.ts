import { nameFault } from "@retell-actions/core/project/names";
import { quoted } from "@retell-actions/core/project/quoted";
import type { Fault } from "./fault.ts";

/** More at once is no pull request that anybody reads. */
export const MOST_AGENTS = 50;

/** A name, and the line that it stands in, from 1. */
export interface NamedLine {
  readonly name: string;
  readonly line: number;
}

/** The names of a text, one per line or separated by commas; the marks of a list in front of them are no part of them. */
export function readNames(text: string): NamedLine[] {
  return text.split(/\r\n|\r|\n/).flatMap((line, index) =>
    line
      .replace(/^\s*[-*]\s+/, "")
      .split(",")
      .map((name) => ({ name: name.trim(), line: index + 1 }))
      .filter(({ name }) => name !== ""),
  );
}

/** What is wrong with names on their own; one fault per line and name. */
export function nameFaults(names: readonly NamedLine[]): Fault[] {
  if (names.length === 0) return [{ message: "No name is given.", hint: "Write the name of the new agent, or several, one per line." }];
  if (names.length > MOST_AGENTS) return [{ message: `${names.length} names are given; at most ${MOST_AGENTS} agents are made at once.`, hint: "Make them in several pull requests." }];
  const firstLine = new Map<string, number>();
  return names.flatMap(({ name, line }): Fault[] => {
    const fault = nameFault("agent", name);
    if (fault !== undefined) return [{ line, ...fault }];
    const first = firstLine.get(name);
    if (first !== undefined) return [{ line, message: `${quoted(name)} is given twice; the first is in line ${first}.`, hint: "Remove one of them." }];
    firstLine.set(name, line);
    return [];
  });
}

/**
 * Names whose folders are there already, whatever their case: some systems take such folders for one. `taken` are paths of
 * the project, without its prefix.
 */
export function takenFaults(names: readonly NamedLine[], taken: Iterable<string>): Fault[] {
  const folders = new Map<string, string>();
  for (const path of taken) {
    const [root, folder, rest] = path.split("/", 3);
    if ((root === "agents" || root === "prompts") && folder !== undefined && rest !== undefined) folders.set(`${root}/${folder.toLowerCase()}`, `${root}/${folder}`);
  }
  return names.flatMap(({ name, line }): Fault[] => {
    const agent = folders.get(`agents/${name.toLowerCase()}`);
    if (agent !== undefined) return [{ line, message: `There is an agent ${quoted(agent.slice("agents/".length))} already.`, hint: "Choose another name." }];
    const prompts = folders.get(`prompts/${name.toLowerCase()}`);
    if (prompts === undefined) return [];
    return [{ line, message: `The folder ${quoted(prompts)}, where the prompt sections of ${quoted(name)} would go, is there already.`, hint: "Choose another name, or remove the folder if nothing uses it." }];
  });
}
