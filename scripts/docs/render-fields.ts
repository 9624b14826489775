import { fieldSchema } from "@retell-actions/core/schema/load-schema";
import { membersOf, propertyOf, type FieldKind, type FieldSchema, type JsonPath } from "@retell-actions/core/schema/field-schema";
import { FORMER_FIELDS } from "@retell-actions/core/schema/former-fields";
import { RETIRED_VALUES } from "@retell-actions/core/schema/retired-values";
import { fieldRows, takesNull, withValue, type TableStart } from "./field-rows.ts";
import { knownValues, valueText } from "./field-value.ts";
import { codeSpan, markdownTable } from "./table.ts";

/** The page that holds the tables. */
export const FIELDS_PAGE = "docs/fields.md";

/** Fields whose own fields have a table elsewhere on the page, in every kind. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  general_tools: "[tools](#tools)",
  tools: "[tools](#tools)",
  pre_session_tools: "[tools](#tools)",
  post_session_tools: "[tools](#tools)",
  nodes: "[nodes](#nodes)",
  components: "[components](#components)",
};

/** The same within nodes. */
const ELSEWHERE_IN_NODES: Readonly<Record<string, string>> = {
  ...ELSEWHERE,
  edges: "list of [edges](#edges)",
  ...Object.fromEntries(["edge", "else_edge", "always_edge", "skip_response_edge", "success_edge", "failed_edge"].map((name) => [name, "[edge](#edges)"])),
  go_back_conditions: "list of [edges](#edges)",
  global_node_setting: "[global setting](#global-nodes)",
  finetune_conversation_examples: "list of [examples](#examples-of-conversations)",
  finetune_transition_examples: "list of [examples](#examples-of-conversations)",
  positive_finetune_examples: "list of [examples](#examples-of-conversations), without `id`",
  negative_finetune_examples: "list of [examples](#examples-of-conversations), without `id`",
  model_choice: "object as in the [flow](#conversation-flow)",
  display_position: "object with `x` and `y`",
  transfer_option: "object as in the [tool](#tool-transfer_call)",
};

/** Written by the suite, or explained with the files. */
const OWN_ROWS = new Set(["response_engine"]);

/** The generated parts of the page of fields, by name. */
export function fieldParts(): ReadonlyMap<string, string> {
  const lists = new ValueLists();
  const top = (kind: FieldKind): string => fieldTable({ start: { kind, schema: fieldSchema(kind), path: [], document: {} }, elsewhere: ELSEWHERE, lists });
  const parts: [string, string][] = [
    ["agent", top("agent")],
    ["chat", top("chat")],
    ["llm", top("llm")],
    ["flow", top("flow")],
    ["component", top("component")],
    ["tool-lists", toolLists()],
    ["tools", variantTables({ kind: "llm", list: ["general_tools"], heading: "Tool", elsewhere: ELSEWHERE, lists })],
    ["nodes", variantTables({ kind: "flow", list: ["nodes"], heading: "Node", elsewhere: ELSEWHERE_IN_NODES, lists })],
    ["edges", sharedTable("edges", lists)],
    ["global-nodes", sharedTable("global_node_setting", lists)],
    ["examples", sharedTable("finetune_conversation_examples", lists)],
  ];
  // Last, since the tables above say which lists there are.
  return new Map([...parts, ["values", lists.tables()], ["retired", retiredTable()], ["former", formerTable()]]);
}

/** Long lists of known values, each once, with the fields that take it. */
class ValueLists {
  readonly #lists: { readonly values: readonly string[]; readonly title: string; readonly fields: Set<string> }[] = [];

  link(field: string, known: readonly string[]): string {
    const values = known.filter((value) => !isRetired(field, value));
    const words = JSON.stringify([...values].sort());
    let list = this.#lists.find((each) => JSON.stringify([...each.values].sort()) === words);
    if (list === undefined) {
      const namesakes = this.#lists.filter(({ fields }) => [...fields][0] === field).length;
      list = { values, title: `Values of ${codeSpan(field)}${namesakes === 0 ? "" : ` ${namesakes + 1}`}`, fields: new Set() };
      this.#lists.push(list);
    }
    list.fields.add(field);
    return `[${values.length} known values](#${list.title.toLowerCase().replaceAll("`", "").replaceAll(" ", "-")})`;
  }

  tables(): string {
    return this.#lists
      .map(({ values, title, fields }) => {
        const others = [...fields].slice(1).map(codeSpan).join(", ");
        return `#### ${title}\n\n${others === "" ? "" : `Also of ${others}. `}${values.map((value) => codeSpan(JSON.stringify(value))).join(", ")}`;
      })
      .join("\n\n");
  }
}

function isRetired(field: string, value: string): boolean {
  return RETIRED_VALUES.rows.some(({ paths, values }) => value in values && paths.some((path) => lastKey(path) === field));
}

interface Table {
  readonly start: Omit<TableStart, "stopsAt">;
  readonly elsewhere: Readonly<Record<string, string>>;
  readonly lists: ValueLists;
  readonly without?: string;
}

function fieldTable({ start, elsewhere, lists, without }: Table): string {
  const rows = fieldRows({ ...start, stopsAt: (name) => lastKey(name) in elsewhere });
  const cells = rows
    .filter(({ name }) => name !== without && !OWN_ROWS.has(name.split(/[.([]/)[0] ?? ""))
    .map((row) => [
      codeSpan(row.name) + (row.required ? " \\*" : ""),
      elsewhere[lastKey(row.name)] ?? valueText(row.schema, (values) => lists.link(lastKey(row.name), values)),
      takesNull(row.schema) ? "yes" : "–",
      row.default === undefined ? "–" : codeSpan(JSON.stringify(row.default)),
      meaning(row.schema),
    ]);
  return markdownTable(["Field", "Value", "`null`", "Default", "Meaning"], cells);
}

/** The SDK's own words; what Markdown would take for markup is kept from it. */
function meaning({ description: text }: FieldSchema): string {
  if (text === undefined || text === "Body param") return "";
  const parts = text.split(/(\{\{[^{}]*\}\}|`[^`]+`)/).map((part, index) => (index % 2 === 1 ? (part.startsWith("`") ? part : codeSpan(part)) : part.replace(/[<>*_[\]\\]/g, "\\$&")));
  return parts.join("").replace(/[:,;]?\s*$/, "").replace(/(?<![.!?)])$/, ".");
}

interface Variants {
  readonly kind: FieldKind;
  readonly list: JsonPath;
  readonly heading: string;
  readonly elsewhere: Readonly<Record<string, string>>;
  readonly lists: ValueLists;
}

/** A table per type of the objects in a list. */
function variantTables({ kind, list, heading, elsewhere, lists }: Variants): string {
  const path = [...list, 0];
  return itemsAt(kind, list)
    .map((schema) => {
      const type = typeOf(schema);
      const start = { kind, schema, path, document: withValue({}, path, { type }) };
      return `#### ${heading} ${codeSpan(type)}\n\n${fieldTable({ start, elsewhere, lists, without: "type" })}`;
    })
    .join("\n\n");
}

/** A table for what several types of nodes have alike. */
function sharedTable(field: string, lists: ValueLists): string {
  const node = itemsAt("flow", ["nodes"]).find((schema) => propertyOf(schema, field) !== undefined);
  const schema = node && propertyOf(node, field);
  if (schema === undefined || node === undefined) throw new Error(`No node has a field ${field}.`);
  const [object] = membersOf(schema).flatMap((member) => (member.items ? membersOf(member.items) : [member]));
  const path = ["nodes", 0, field, ...(schema.type === "array" ? [0] : [])];
  const start = { kind: "flow", schema: object ?? {}, path, document: withValue({}, ["nodes", 0], { type: typeOf(node) }) } as const;
  return fieldTable({ start, elsewhere: ELSEWHERE_IN_NODES, lists });
}

/** Which types of tools stand where. */
function toolLists(): string {
  const places: readonly (readonly [string, FieldKind, JsonPath])[] = [
    ["`general_tools` of an LLM", "llm", ["general_tools"]],
    ["`states[].tools` of an LLM", "llm", ["states", 0, "tools"]],
    ["`tools` of a flow or component", "flow", ["tools"]],
    ["`nodes[].tools`, in nodes of the type subagent", "flow", ["nodes", 0, "tools"]],
    ["`pre_session_tools` of an agent", "agent", ["pre_session_tools"]],
    ["`post_session_tools` of an agent", "agent", ["post_session_tools"]],
  ];
  const usual = new Map(itemsAt("llm", ["general_tools"]).map((schema) => [typeOf(schema), schema]));
  const rows = places.map(([name, kind, list]) => {
    const types = itemsAt(kind, list).map((schema) => {
      const more = Object.keys(schema.properties ?? {}).filter((key) => propertyOf(usual.get(typeOf(schema)) ?? {}, key) === undefined);
      return { type: codeSpan(JSON.stringify(typeOf(schema))), more: more.sort().map(codeSpan).join(", ") };
    });
    const besides = types.filter(({ more }) => more !== "").map(({ type, more }) => `${type}: ${more}`);
    return [name, types.map(({ type }) => type).join(", "), besides.length === 0 ? "–" : besides.join("; ")];
  });
  return markdownTable(["List", "Types", "With further fields"], rows);
}

/** The items' schemas of the list at a path; several where the list, or what holds it, is a union. */
function itemsAt(kind: FieldKind, list: JsonPath): FieldSchema[] {
  const at = list.reduce<FieldSchema[]>(
    (schemas, step) => schemas.flatMap(membersOf).flatMap((schema) => (typeof step === "number" ? (schema.items ?? []) : (propertyOf(schema, step) ?? []))),
    [fieldSchema(kind)],
  );
  return at.flatMap(membersOf).flatMap((schema) => (schema.items ? membersOf(schema.items) : []));
}

function typeOf(schema: FieldSchema): string {
  const type = propertyOf(schema, "type");
  return type?.const ?? knownValues(type ?? {})[0] ?? "";
}

function retiredTable(): string {
  const rows = RETIRED_VALUES.rows.flatMap(({ paths, values }) =>
    Object.entries(values).map(([value, { successor, on, note }]) => [
      [...new Set(paths.map(lastKey))].map(codeSpan).join(", "),
      codeSpan(JSON.stringify(value)),
      on,
      [successor === undefined ? "" : codeSpan(JSON.stringify(successor)), note ?? ""].filter((text) => text !== "").join("; "),
    ]),
  );
  return markdownTable(["Field", "Value", "Replaced from", "Write"], rows);
}

function formerTable(): string {
  const rows = FORMER_FIELDS.rows.map(({ paths, today, movesTo }) => {
    // What a flow has, its components have too.
    const named = paths.filter((path) => !/^component\.|\.components\[\]/.test(path));
    return [named.map(codeSpan).join(", "), today, movesTo === undefined ? "no" : "yes"];
  });
  return markdownTable(["Former field", "Write", "Accepted"], rows);
}

/** `model` of `llm.model` and of `nodes[](type=end).model_choice.model`. */
function lastKey(path: string): string {
  return (path.split(/\.(?![^(]*\))/).at(-1) ?? "").replace(/[[(].*/, "");
}
