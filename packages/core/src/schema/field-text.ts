import type { FieldKind, FieldSchema, JsonPath } from "./field-schema.ts";
import { membersOf, typesOf } from "./field-schema.ts";
import { discriminatorOf, namesOf } from "./variants.ts";

const LONGEST_QUOTE = 60;

const KIND_NAMES: Readonly<Record<FieldKind, string>> = {
  agent: "The agent",
  chat: "The chat agent",
  llm: "The LLM",
  flow: "The conversation flow",
  component: "The component",
};

/** A path as people write it, in back quotes: `general_tools[0].url`; the root by what it is. */
export function showPath(path: JsonPath, kind: FieldKind): string {
  if (path.length === 0) return KIND_NAMES[kind];
  const text = path
    .map((segment, index) => {
      if (typeof segment === "number") return `[${String(segment)}]`;
      const key = /^[\w$-]{1,64}$/.test(segment) ? segment : quote(segment);
      return index === 0 ? key : `.${key}`;
    })
    .join("");
  return `\`${text.replaceAll("`", "'")}\``;
}

/** A text in double quotes on one line, cut where it is long. */
export function quote(text: string): string {
  const characters = [...text.slice(0, 2 * LONGEST_QUOTE)];
  return JSON.stringify(characters.length > LONGEST_QUOTE ? `${characters.slice(0, LONGEST_QUOTE).join("")}…` : text);
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: "text in quotes",
  number: "a number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  null: "null",
};

/** What a field takes, in words: `a number`, `an object of type predefined or inferred`. */
export function describeExpected(schema: FieldSchema): string {
  const members = membersOf(schema);
  const shapes = members.filter((member) => member.properties);
  const key = shapes.length > 1 ? discriminatorOf(shapes) : undefined;
  const names = members.flatMap((member) => {
    if (member.properties && key !== undefined) return [];
    return typesOf(member).map((type) => TYPE_NAMES[type] ?? type);
  });
  if (key !== undefined) {
    const values = shapes.flatMap((member) => namesOf(member, key));
    names.unshift(`an object with \`${key}\` ${join([...new Set(values)])}`);
  }
  return join([...new Set(names)]);
}

function join(words: readonly string[]): string {
  return words.length < 2 ? (words[0] ?? "anything") : `${words.slice(0, -1).join(", ")} or ${words.at(-1) ?? ""}`;
}
