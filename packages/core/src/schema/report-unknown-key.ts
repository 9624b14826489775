import type { Json } from "../canonical/json.ts";
import { counterpartOf } from "./counterpart-fields.ts";
import type { FieldKind, FieldSchema, JsonPath } from "./field-schema.ts";
import { propertyOf } from "./field-schema.ts";
import type { ProblemList } from "./field-problem.ts";
import { showPath } from "./field-text.ts";
import { FORMER_FIELDS } from "./former-fields.ts";
import { fieldSchema } from "./load-schema.ts";
import { suggest } from "./suggest.ts";

/** What reporting needs of the run. */
export interface KeyCheck {
  readonly kind: FieldKind;
  readonly root: JsonPath;
  /** The whole document, for former fields of some types of nodes. */
  readonly document: Json;
  readonly list: ProblemList;
}

/**
 * Reports a key that has another name today (also where the SDK still knows the old one), that stands in the wrong half of the
 * file, or that is not known at all. Always warnings.
 */
export function reportUnknownKey(check: KeyCheck, spot: { schema: FieldSchema; known: boolean; path: JsonPath }): void {
  const { schema, known, path } = spot;
  const where = showPath(path, check.kind);
  const at = [...check.root, ...path];
  const key = String(path.at(-1));
  const former = FORMER_FIELDS.find({ kind: check.kind, path, root: check.document });
  if (former) {
    const [first, ...rest] = former.movesTo ?? [];
    const name = rest.length === 0 ? first : undefined;
    const effect = former.movesTo ? "It is taken as such for now." : "Retell ignores it.";
    check.list.add({
      code: "former-field",
      severity: "warning",
      path: at,
      message: `${where} is no field of today's API; use ${former.today}. ${effect}`,
      ...(name !== undefined && { hint: name }),
    });
    return;
  }
  if (known) return;
  const elsewhere = path.length === 1 ? kindsWith(key, ELSEWHERE[check.kind]) : [];
  if (elsewhere.length > 0) {
    const hint = elsewhere.map((other) => counterpartOf(check.kind, { name: key, of: other })).find((name) => name !== undefined);
    check.list.add({
      code: "misplaced-field",
      severity: "warning",
      path: at,
      message: `${where} is a field of ${elsewhere.map((other) => ownerOf(other, check.kind)).join(" and of ")}, so Retell ignores it here. ${hint === undefined ? adviceFor(check.kind, elsewhere) : `Here it is called \`${hint}\`.`}`,
      ...(hint !== undefined && { hint }),
    });
    return;
  }
  const candidates = Object.entries(schema.properties ?? {}).flatMap(([name, field]) => (field.readOnly ? [] : [name]));
  const meant = suggest(key, candidates);
  check.list.add({
    code: "unknown-field",
    severity: "warning",
    path: at,
    message: `${where} is no field that this version knows; it is sent as it is, and Retell drops what it does not know.${meant === undefined ? "" : ` Did you mean \`${meant}\`?`}`,
    ...(meant !== undefined && { hint: meant }),
  });
}

/** Whose field it is, as said to somebody who wrote it into another kind. */
function ownerOf(other: FieldKind, kind: FieldKind): string {
  switch (other) {
    case "agent":
      return kind === "chat" ? "voice agents" : "the agent";
    case "chat":
      return kind === "agent" ? "chat agents" : "the agent";
    case "llm":
      return "the LLM";
    case "flow":
      return "the conversation flow";
    case "component":
      return "components";
  }
}

/** Where a field may belong that is none of this kind, nearest first. */
const ELSEWHERE: Readonly<Record<FieldKind, readonly (readonly FieldKind[])[]>> = {
  agent: [["llm", "flow"], ["chat"]],
  chat: [["llm", "flow"], ["agent"]],
  llm: [["agent", "chat"], ["flow"]],
  flow: [["agent", "chat"], ["llm"]],
  component: [["flow"]],
};

/** The first group of kinds of which some can be told this field. */
function kindsWith(key: string, groups: readonly (readonly FieldKind[])[]): FieldKind[] {
  for (const group of groups) {
    const found = group.filter((kind) => {
      const field = propertyOf(fieldSchema(kind), key);
      return field !== undefined && !field.readOnly;
    });
    // Voice and chat agents are one place in the file.
    if (found.length > 0) return found.includes("agent") && group.includes("chat") ? ["agent"] : found;
  }
  return [];
}

const ENGINE_KEYS: Readonly<Partial<Record<FieldKind, string>>> = { llm: "`llm_config`", flow: "`conversation_flow`" };

function adviceFor(kind: FieldKind, elsewhere: readonly FieldKind[]): string {
  const here = ENGINE_KEYS[kind];
  const there = elsewhere.flatMap((other) => ENGINE_KEYS[other] ?? []);
  if (here === undefined && there.length > 0) return kind === "component" ? "Remove it." : `Move it into ${there.join(" or ")}.`;
  if (here !== undefined && there.length === 0) return `Move it out of ${here}, to the top of the file.`;
  return "Remove it.";
}
