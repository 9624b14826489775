import { contentSteps } from "../diff/content-steps.ts";
import type { FieldPath } from "../diff/field-path.ts";
import type { AgentPlan } from "../plan/plan.ts";
import { toPointer } from "../project/json-node.ts";
import type { BuiltPrompt } from "../prompt/source-map.ts";
import { diffLines } from "./line-diff.ts";

/** Where a line of a prompt is written. `line` counts from 1; undefined where it is a JSON string. */
export interface PromptPlace {
  readonly file: string;
  readonly line: number | undefined;
}

/** The built prompt of a field of an agent; undefined for other fields. */
export function builtPrompt(agent: AgentPlan, path: FieldPath): BuiltPrompt | undefined {
  const { desired } = agent.material;
  if (desired === undefined) return undefined;
  const steps = contentSteps(desired.content, path);
  return steps === undefined ? undefined : desired.prompts.get(toPointer(steps));
}

/** For each line of a built prompt the place it comes from: that of its first character that is written somewhere. */
export function placesOf(prompt: BuiltPrompt): (PromptPlace | undefined)[] {
  const places: (PromptPlace | undefined)[] = [undefined];
  let current: { file: string; line: number } | undefined;
  let expected = -1;
  for (const { start, length, source } of prompt.segments) {
    const text = prompt.text.slice(start, start + length);
    if (source.kind === "file") {
      // A later offset of the same file goes on with it; anything else begins a section.
      if (current?.file !== source.file || source.fileOffset < expected) current = { file: source.file, line: 1 };
      expected = source.fileOffset + length;
    } else if (source.kind !== "variable") {
      current = undefined;
      expected = -1;
    }
    const at = (): PromptPlace | undefined => (source.kind === "inline" ? { file: source.file, line: undefined } : current && { ...current });
    for (const [index] of text.split("\n").entries()) {
      if (index > 0) {
        if (source.kind === "file" && current !== undefined) current.line += 1;
        places.push(undefined);
      }
      if (source.kind !== "separator") places[places.length - 1] ??= at();
    }
  }
  return places;
}

/**
 * Places for the lines of a text that the prompt was before, or that somebody made of it: lines that both have keep
 * their place, those that were replaced have the file of what replaced them, the rest that of the line before (at the start: after).
 */
export function placesIn(text: string, prompt: BuiltPrompt): (PromptPlace | undefined)[] {
  const known = placesOf(prompt);
  const places: (PromptPlace | undefined)[] = [];
  let replaced: number[] = [];
  let replacing: number[] = [];
  const pair = (): void => {
    for (const [index, line] of replaced.entries()) {
      const file = known[replacing[index] ?? replacing.at(-1) ?? -1]?.file;
      if (file !== undefined) places[line] = { file, line: undefined };
    }
    replaced = [];
    replacing = [];
  };
  for (const { before, after } of diffLines(text, prompt.text)) {
    if (before !== undefined && after !== undefined) {
      pair();
      places[before] = known[after];
    } else if (before !== undefined) replaced.push(before);
    else if (after !== undefined) replacing.push(after);
  }
  pair();
  const first = places.find((place) => place !== undefined);
  let last = first && { file: first.file, line: undefined };
  return places.map((place) => {
    if (place === undefined) return last;
    last = { file: place.file, line: undefined };
    return place;
  });
}
