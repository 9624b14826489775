import type { PromptPiece } from "../prompt/build-prompt.ts";
import { isSection, nameFault, type Section, type SectionStore } from "../prompt/sections.ts";
import { pointerOf, textOf, type ScalarNode } from "./json-node.ts";
import type { ProblemSink } from "./problem-sink.ts";
import type { PromptConfig } from "./prompt-config.ts";
import type { FilePosition } from "./source-text.ts";
import { positionsInString } from "./string-position.ts";

/** A piece that knows where each of its characters is written. */
export type PositionedPiece = PromptPiece & { readonly position: (offset: number) => FilePosition };

/** A text that stands in a JSON file. */
export function inlinePiece(node: ScalarNode, text: string): PositionedPiece {
  const origin = { kind: "inline", file: node.origin.source.file, pointer: pointerOf(node.origin), offset: 0 } as const;
  return { text, origin, position: positionsInString(node) };
}

/** The named sections in order, each from its file or from its override; what cannot be used is a problem and left out. */
export function sectionPieces(
  from: { readonly names: readonly ScalarNode[]; readonly overrides: PromptConfig["overrides"]; readonly store: SectionStore; readonly files: Set<string> },
  sink: ProblemSink,
): (PositionedPiece & { readonly section: string })[] {
  return from.names.flatMap((node) => {
    const name = textOf(node) ?? "";
    const override = from.overrides.get(name);
    const fault = nameFault(name);
    if (override !== undefined && fault === undefined) return [{ ...inlinePiece(override.node, textOf(override.node) ?? ""), section: name }];
    const found = fault ?? from.store.get(name);
    if (!isSection(found)) {
      sink.error({ code: found.code, at: node.origin, message: found.message, hint: found.hint });
      return [];
    }
    from.files.add(found.file);
    sink.add(found.problems);
    return [{ ...filePiece(found), section: name }];
  });
}

function filePiece(section: Section): PositionedPiece {
  return {
    text: section.text,
    tags: section.tags,
    origin: { kind: "file", file: section.file, offset: section.offset },
    position: (offset) => section.source.position(offset),
  };
}
