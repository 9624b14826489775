import type { BuiltPrompt, PromptSegment, PromptSource } from "./source-map.ts";
import { findTags, type Tag } from "./tags.ts";

/** A run of text that a prompt is put together from. Line ends are LF. */
export interface PromptPiece {
  readonly text: string;
  /** Tags of `text`, where they are known already (shared sections are scanned once). */
  readonly tags?: readonly Tag[];
  /** What the characters are: `offset` is where `text` starts in the file's or value's LF-normalised text. */
  readonly origin:
    | { readonly kind: "file"; readonly file: string; readonly offset: number }
    | { readonly kind: "inline"; readonly file: string; readonly pointer: string; readonly offset: number };
}

/** A build-time variable and where its value is written. */
export interface PromptVariable {
  readonly value: string;
  readonly file: string;
  readonly pointer: string;
}

/** A tag that stays in the built text for Retell's run time. */
export interface RemainingTag extends Tag {
  /** Index of the piece in which it stands; offsets count from the piece's start. */
  readonly piece: number;
}

/** A built prompt and what the builder met on the way. */
export interface PromptBuild {
  readonly prompt: BuiltPrompt;
  readonly used: ReadonlySet<string>;
  readonly remaining: readonly RemainingTag[];
}

/** What stands between two sections. */
export const SEPARATOR = "\n\n";

/**
 * Joins the pieces by {@link SEPARATOR} and replaces `{{name}}` by the variable of that name, literally and once: a value
 * is not searched again. All other braces stay as they are. Segments cover the text without gaps and without empty runs.
 */
export function buildPrompt(options: {
  readonly pieces: readonly PromptPiece[];
  readonly variables: ReadonlyMap<string, PromptVariable>;
  /** Section names in order; empty for an inline prompt. */
  readonly sections: readonly string[];
}): PromptBuild {
  const parts: string[] = [];
  const segments: PromptSegment[] = [];
  const used = new Set<string>();
  const remaining: RemainingTag[] = [];
  let length = 0;
  const append = (text: string, source: PromptSource): void => {
    if (text === "") return;
    parts.push(text);
    segments.push({ start: length, length: text.length, source });
    length += text.length;
  };

  options.pieces.forEach((piece, index) => {
    if (index > 0) append(SEPARATOR, { kind: "separator" });
    let at = 0;
    for (const tag of piece.tags ?? findTags(piece.text)) {
      const variable = options.variables.get(tag.name);
      if (variable === undefined) {
        remaining.push({ ...tag, piece: index });
        continue;
      }
      used.add(tag.name);
      append(piece.text.slice(at, tag.start), sourceOf(piece, at));
      append(variable.value, { kind: "variable", name: tag.name, file: variable.file, pointer: variable.pointer });
      at = tag.end;
    }
    append(piece.text.slice(at), sourceOf(piece, at));
  });
  return { prompt: { text: parts.join(""), segments, sections: options.sections }, used, remaining };
}

function sourceOf({ origin }: PromptPiece, at: number): PromptSource {
  if (origin.kind === "file") return { kind: "file", file: origin.file, fileOffset: origin.offset + at };
  return { kind: "inline", file: origin.file, pointer: origin.pointer, valueOffset: origin.offset + at };
}
