import type { Channel, Content } from "../canonical/content.ts";
import type { ResourceKind } from "../canonical/resource-symbols.ts";
import type { JsonObject } from "../canonical/json.ts";
import type { EngineKind } from "../ports/retell.ts";
import type { BuiltPrompt } from "../prompt/source-map.ts";
import type { Problem } from "./problem.ts";

/** An entry of `overwrite.<workspace>.json`: the console's value of one field that Git may overwrite. */
export interface OverwriteFile {
  readonly file: string;
  /** `deployed_at` of the agent's state when the decision was taken, null where none is recorded; the entry is spent when that has moved. */
  readonly deployedAt: string | null;
  /** Live values by canonical field path (see `diff/field-path.ts`), credentials as fingerprints. `null` stands for "absent". */
  readonly fields: JsonObject;
}

/** A field's value that refers to a secret, to another agent, or to a shared resource. */
export interface Reference {
  readonly kind: "secret" | "agent" | ResourceKind;
  readonly name: string;
  /** JSON pointer into the content, e.g. `/llm/general_tools/0/headers/authorization`. */
  readonly pointer: string;
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
}

/**
 * What Git says for one agent in one workspace: built (prompts assembled, overlay applied) and canonical. References
 * (`secret://`, `agent://`) stand unresolved. With errors among `problems` the content is not to be used.
 */
export interface DesiredAgent {
  readonly name: string;
  readonly workspace: string;
  readonly channel: Channel;
  readonly engine: EngineKind;
  readonly content: Content;
  /** Built prompts by JSON pointer into `content` (`/llm/general_prompt`, `/llm/states/0/state_prompt`, `/llm/begin_message`). */
  readonly prompts: ReadonlyMap<string, BuiltPrompt>;
  readonly references: readonly Reference[];
  readonly overwrite: OverwriteFile | undefined;
  /** The agent's id as a tool of older times recorded it beside agent.json: an id without a baseline. */
  readonly legacyAgentId?: string | undefined;
  /** Where that stands. */
  readonly legacyFile?: string | undefined;
  /** Every file that the content was built from, sorted: the prompt graph. */
  readonly sources: readonly string[];
  readonly problems: readonly Problem[];
}
