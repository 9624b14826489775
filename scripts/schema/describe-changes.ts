import type { Shape } from "./shape.ts";

/**
 * What differs between two versions of one kind's schema, a line for each kind of change: fields added (`+`), removed (`-`) and changed
 * (`~`). A change that occurs at many places (a model's name in every node) is one line that names the first. References are inlined.
 */
export function describeChanges(before: Shape, after: Shape): string[] {
  const changes: Change[] = [];
  compare({ before, after, path: "" }, changes);
  const groups = new Map<string, string[]>();
  for (const { sign, path, detail } of changes) {
    const key = `${sign}\n${path.slice(path.lastIndexOf(".") + 1)}\n${detail}`;
    groups.set(key, [...(groups.get(key) ?? []), path]);
  }
  return [...groups].map(([key, paths]) => {
    const [sign = "", , detail = ""] = key.split("\n");
    const others = paths.length === 1 ? "" : ` (and at ${String(paths.length - 1)} more ${paths.length === 2 ? "place" : "places"})`;
    return `${sign} ${paths[0] ?? ""}: ${detail}${others}`;
  });
}

interface Change {
  readonly sign: "+" | "-" | "~";
  readonly path: string;
  readonly detail: string;
}

interface Pair {
  readonly before: Shape;
  readonly after: Shape;
  readonly path: string;
}

function compare({ before, after, path }: Pair, changes: Change[]): void {
  const change = (detail: string): unknown => changes.push({ sign: "~", path: path === "" ? "(root)" : path, detail });
  const types = [typeText(before), typeText(after)] as const;
  if (types[0] !== types[1]) change(`was ${types[0]}, is ${types[1]}`);
  const values = [valuesOf(before), valuesOf(after)] as const;
  const gained = values[1].filter((value) => !values[0].includes(value));
  const lost = values[0].filter((value) => !values[1].includes(value));
  if (gained.length > 0) change(`takes ${gained.join(", ")}`);
  if (lost.length > 0) change(`no longer takes ${lost.join(", ")}`);
  const required = (after.required ?? []).filter((name) => !before.required?.includes(name) && before.properties?.[name]);
  const optional = (before.required ?? []).filter((name) => !after.required?.includes(name) && after.properties?.[name]);
  if (required.length > 0) change(`requires ${required.join(", ")}`);
  if (optional.length > 0) change(`no longer requires ${optional.join(", ")}`);
  if (Boolean(before.readOnly) !== Boolean(after.readOnly)) change(after.readOnly ? "is now Retell's own" : "can now be written");
  if (Boolean(before.deprecated) !== Boolean(after.deprecated)) change(after.deprecated ? "is now deprecated" : "is no longer deprecated");
  // Ranges and defaults stand in the prose only, so a new wording is for a person to look at.
  if (before.description !== undefined && after.description !== undefined && before.description !== after.description) {
    change(`is described anew: ${after.description}`);
  }
  compareParts({ before, after, path }, changes);
}

function compareParts({ before, after, path }: Pair, changes: Change[]): void {
  const parts = (shape: Shape): Map<string, Shape> => {
    const found = Object.entries(shape.properties ?? {}).map(([name, value]) => [path === "" ? name : `${path}.${name}`, value] as const);
    if (shape.items) found.push([`${path}[]`, shape.items]);
    if (shape.additionalProperties) found.push([`${path}.*`, shape.additionalProperties]);
    const seen = new Map<string, number>();
    for (const member of shape.anyOf ?? []) {
      const name = memberName(member);
      const number = (seen.get(name) ?? 0) + 1;
      seen.set(name, number);
      found.push([`${path}(${name}${number === 1 ? "" : ` ${String(number)}`})`, member]);
    }
    return new Map(found);
  };
  const [olds, news] = [parts(before), parts(after)];
  for (const [place, shape] of olds) {
    const now = news.get(place);
    if (now) compare({ before: shape, after: now, path: place }, changes);
    else changes.push({ sign: "-", path: place, detail: typeText(shape) });
  }
  for (const [place, shape] of news) if (!olds.has(place)) changes.push({ sign: "+", path: place, detail: newText(shape) });
}

/** The value that tells a member of a union from the others, else its type. */
function memberName(member: Shape): string {
  const constant = ["type", "mode", "role"].map((key) => member.properties?.[key]?.const).find((value) => value !== undefined);
  return constant ?? typeText(member);
}

const typeText = (shape: Shape): string => (shape.anyOf ? "one of several" : [shape.type ?? "any"].flat().join(" or "));

const newText = (shape: Shape): string => {
  const values = valuesOf(shape);
  return `${typeText(shape)}${values.length === 0 ? "" : ` of ${values.join(", ")}`}`;
};

const valuesOf = (shape: Shape): string[] => (shape.const === undefined ? (shape.enum ?? []).map(String) : [shape.const]);
