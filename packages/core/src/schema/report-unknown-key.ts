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
  const former = FORMER_FIELDS.find({ kind: check.kind, path });
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
  const other: FieldKind = check.kind === "agent" ? "llm" : "agent";
  const elsewhere = propertyOf(fieldSchema(other), key);
  if (path.length === 1 && elsewhere && !elsewhere.readOnly) {
    check.list.add({
      code: "misplaced-field",
      severity: "warning",
      path: at,
      message:
        other === "llm"
          ? `${where} is a field of the LLM, so Retell ignores it here. Move it into \`llm_config\`.`
          : `${where} is a field of the agent, so Retell ignores it here. Move it out of \`llm_config\`, to the top of the file.`,
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
