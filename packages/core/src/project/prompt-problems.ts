import { findCredentials } from "../canonical/credentials.ts";
import type { PromptBuild } from "../prompt/build-prompt.ts";
import { SYSTEM_VARIABLE_NAMES } from "../prompt/system-variables.ts";
import { findTags } from "../prompt/tags.ts";
import { suggest } from "../schema/suggest.ts";
import { textOf, type ScalarNode } from "./json-node.ts";
import type { ProblemSink } from "./problem-sink.ts";
import type { ConfigVariable, PromptConfig } from "./prompt-config.ts";
import type { PositionedPiece } from "./prompt-pieces.ts";
import { quoted } from "./quoted.ts";
import { positionsInString } from "./string-position.ts";

/** Section files are searched once, when they are read; this is for texts that stand in JSON files. */
export function reportCredentials(node: ScalarNode, sink: ProblemSink): void {
  const position = positionsInString(node);
  for (const found of findCredentials(textOf(node) ?? "")) {
    sink.error({
      code: "literal-credential",
      at: position(found.start),
      message: `The text contains what looks like a ${found.kind}.`,
      hint: "Remove it and revoke it, since it is in Git's history; pass secrets to tools by secret://NAME in their headers.",
    });
  }
}

/** Each name once in each piece, where it stands first. */
export function reportTags(
  from: {
    readonly built: PromptBuild;
    readonly pieces: readonly PositionedPiece[];
    readonly isExplained: (name: string) => boolean;
    readonly variables: ReadonlyMap<string, ConfigVariable>;
  },
  sink: ProblemSink,
): void {
  const reported = new Set<string>();
  for (const tag of from.built.remaining) {
    const key = `${tag.piece} ${tag.name}`;
    if (reported.has(key) || from.isExplained(tag.name)) continue;
    reported.add(key);
    const at = from.pieces[tag.piece]?.position(tag.start);
    if (at === undefined) continue;
    const near = suggest(tag.name, [...from.variables.keys(), ...SYSTEM_VARIABLE_NAMES]);
    sink.warn({
      code: "unexplained-tag",
      at,
      message: `Nothing in these files gives {{${tag.name}}} a value, so a caller may hear the braces.`,
      hint: near === undefined ? `Declare it under prompt_config.dynamic_variables or default_dynamic_variables.` : `Did you mean {{${near}}}? Otherwise declare it under dynamic_variables.`,
    });
  }
}

/** Values are not searched for variables, so a tag in one goes to run time like any other. */
export function reportTagsInValues(
  from: { readonly variables: ReadonlyMap<string, ConfigVariable>; readonly used: ReadonlySet<string>; readonly isExplained: (name: string) => boolean },
  sink: ProblemSink,
): void {
  for (const [name, variable] of from.variables) {
    if (!from.used.has(name)) continue;
    const position = positionsInString(variable.node);
    for (const tag of findTags(variable.value)) {
      if (from.isExplained(tag.name)) continue;
      sink.warn({
        code: "unexplained-tag",
        at: position(tag.start),
        message: `Nothing in these files gives {{${tag.name}}} a value, so a caller may hear the braces.`,
        hint: from.variables.has(tag.name) ? "Variables are not replaced inside the values of variables; write the text itself." : "Declare it under prompt_config.dynamic_variables or default_dynamic_variables.",
      });
    }
  }
}

/** Build-time variables must not bear a name that gets its value in a session. */
export function reportRuntimeNames(variables: ReadonlyMap<string, ConfigVariable>, atRunTime: (name: string) => string | undefined, sink: ProblemSink): void {
  for (const [name, variable] of variables) {
    const owner = atRunTime(name);
    if (owner === undefined) continue;
    sink.error({
      code: "runtime-variable-name",
      at: variable.key,
      message: `The build-time variable ${quoted(name)} bears a name that gets its value at run time from ${owner}.`,
      hint: 'Rename it, or give it the value "OVERRIDE" to leave its tags to run time.',
    });
  }
}

/** Variables that no prompt contains. */
export function reportUnusedVariables(config: PromptConfig, used: ReadonlySet<string>, sink: ProblemSink): void {
  for (const [name, variable] of config.variables) {
    if (used.has(name)) continue;
    sink.warn({
      code: "unused-variable",
      at: variable.key,
      message: `No prompt contains {{${name}}}.`,
      hint: "Variables are replaced in the prompt, in state prompts and in begin_message only; remove it, or correct its name.",
    });
  }
}
