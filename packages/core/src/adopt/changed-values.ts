import { LEFT_TO_RUN_TIME } from "../project/prompt-config.ts";
import { findTags } from "../prompt/tags.ts";
import { tagFates } from "./keep-tags.ts";
import { buildText, type VariableValues } from "./map-prompt.ts";

/** Texts of one agent in which build-time variables are replaced, as they are written, and what each shall be built to. */
export interface WantedTexts {
  readonly texts: readonly { readonly text: string; readonly wanted: string }[];
  readonly variables: VariableValues;
}

/**
 * New values of variables: those for which one and the same other value stands at every tag of the agent. Not where a tag's
 * value still stands somewhere, where words of it were left, or where it was only taken out: then the tags become text.
 */
export function changedValues({ texts, variables }: WantedTexts): Map<string, string> {
  const edited = texts.filter(({ text, wanted }) => buildText(text, variables) !== wanted);
  if (edited.length === 0) return new Map();
  const values = new Map<string, string>();
  for (const [name, value] of commonValues({ texts, variables, edited })) {
    if (value !== undefined && isValue(value, variables.get(name) ?? "", variables)) values.set(name, value);
  }
  // Two new values side by side may have been read wrongly; each has to explain every one of its places.
  while (values.size > 0) {
    const now = new Map([...variables, ...values]);
    const concerned = edited.filter(({ text }) => findTags(text).some(({ name }) => values.has(name)));
    const refuted = concerned.flatMap(({ text, wanted }) => tagFates({ text, variables: now, after: wanted }).flatMap(({ name, fate }) => (fate !== "kept" && values.has(name) ? [name] : [])));
    if (refuted.length === 0) break;
    for (const name of refuted) values.delete(name);
  }
  return values;
}

/** By variable the value that stands at all of its tags; undefined where one says otherwise. */
function commonValues({ texts, variables, edited }: WantedTexts & { readonly edited: WantedTexts["texts"] }): Map<string, string | undefined> {
  const found = new Map<string, string | undefined>();
  const changed = new Set(edited);
  const names = (text: string): string[] => findTags(text).flatMap(({ name }) => (variables.has(name) ? [name] : []));
  for (const one of texts) if (!changed.has(one)) for (const name of names(one.text)) found.set(name, undefined);
  const isOpen = (name: string): boolean => !found.has(name) || found.get(name) !== undefined;
  for (const { text, wanted } of edited) {
    if (!names(text).some(isOpen)) continue;
    for (const { name, fate } of tagFates({ text, variables, after: wanted })) {
      const value = typeof fate === "string" ? undefined : fate.value;
      found.set(name, found.has(name) && found.get(name) !== value ? undefined : value);
    }
  }
  return found;
}

function isValue(value: string, before: string, variables: VariableValues): boolean {
  if (value.trim() === "" || value === LEFT_TO_RUN_TIME) return false;
  if (value.includes("\n") && !before.includes("\n")) return false;
  // Whoever types such a tag wants it replaced, by the build or at run time; as a value it would be neither.
  return !findTags(value).some(({ name }) => variables.has(name));
}
