import { findHunks, type Hunk } from "./find-hunks.ts";
import type { Sequence } from "./match-sequences.ts";
import { createNumbering } from "./number-elements.ts";

/** A text in elements (lines or words), and what it changed in the base. */
export interface Version {
  readonly elements: readonly string[];
  readonly sequence: Sequence;
  readonly hunks: readonly Hunk[];
}

/** The base and a way to compare texts with it; each is compared once, however often it is merged. `asGit`: see {@link findHunks}. */
export function versionsOf({ base, cut, isBlank, asGit }: {
  readonly base: string;
  readonly cut: (text: string) => readonly string[];
  readonly isBlank: (element: string) => boolean;
  readonly asGit: boolean;
}): { readonly base: Version; readonly read: (text: string) => Version } {
  const { number, blanks } = createNumbering(isBlank);
  const elements = cut(base);
  const sequence = number(elements);
  const read = (text: string): Version => {
    const others = cut(text);
    const side = number(others);
    return { elements: others, sequence: side, hunks: findHunks({ base: sequence, side, layout: blanks, asGit }) };
  };
  return { base: { elements, sequence, hunks: [] }, read };
}
