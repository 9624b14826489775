import { replaceJsonTexts, type JsonPath } from "@retell-actions/core/adopt/edit-json";
import { isJsonObject, type Json } from "@retell-actions/core/canonical/json";

/** A text in a JSON file that names a section; `key` for one that does so as the key of an object. */
interface Mention {
  readonly path: JsonPath;
  readonly section: string;
  readonly key: boolean;
}

/**
 * A JSON file in which every section bears another name: in `prompt_config.sections`, as keys of `prompt_config.overrides`, and in
 * `{"$prompt": …}` wherever it stands. Everything else stays byte by byte. The text has to be JSON.
 */
export function rewriteSections(text: string, rename: (section: string) => string): string {
  const mentions = [...mentionsIn(JSON.parse(text.replace(/^\uFEFF/, "")) as Json, [])];
  const edits = mentions.flatMap(({ path, section, key }) => {
    const name = rename(section);
    return name === section ? [] : [{ path, text: name, key }];
  });
  return replaceJsonTexts(text, edits);
}

function* mentionsIn(value: Json, path: JsonPath): Generator<Mention> {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* mentionsIn(item, [...path, index]);
    return;
  }
  if (!isJsonObject(value)) return;
  for (const [key, child] of Object.entries(value)) {
    const at = [...path, key];
    if (key === "$prompt") yield* named(child, at);
    else if (key === "prompt_config" && isJsonObject(child)) {
      yield* named(child["sections"] ?? null, [...at, "sections"]);
      for (const section of Object.keys(isJsonObject(child["overrides"]) ? child["overrides"] : {})) yield { path: [...at, "overrides", section], section, key: true };
    } else yield* mentionsIn(child, at);
  }
}

/** A section's name, or a list of them. */
function* named(value: Json, path: JsonPath): Generator<Mention> {
  if (typeof value === "string") yield { path, section: value, key: false };
  if (Array.isArray(value)) for (const [index, item] of value.entries()) if (typeof item === "string") yield { path: [...path, index], section: item, key: false };
}
