/** Where a run of characters of a built prompt came from. */
export type PromptSource =
  /** Characters of a section file, from `fileOffset` (in UTF-16 units of the file's LF-normalised text). */
  | { readonly kind: "file"; readonly file: string; readonly fileOffset: number }
  /** The value of a build-time variable. `file`/`pointer` say where the value is written. */
  | { readonly kind: "variable"; readonly name: string; readonly file: string; readonly pointer: string }
  /** A section's override, or a prompt written inline in agent.json. */
  | { readonly kind: "inline"; readonly file: string; readonly pointer: string; readonly valueOffset: number }
  /** The `\n\n` between two sections. */
  | { readonly kind: "separator" };

/** A run of the built text: `[start, start + length)` in UTF-16 units. Runs are in order and cover the text without gaps. */
export interface PromptSegment {
  readonly start: number;
  readonly length: number;
  readonly source: PromptSource;
}

/** A built text with its source map. */
export interface BuiltPrompt {
  readonly text: string;
  readonly segments: readonly PromptSegment[];
  /** Section names in order; empty for an inline prompt. */
  readonly sections: readonly string[];
}
