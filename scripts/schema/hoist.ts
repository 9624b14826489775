import { contentOf } from "./shape.ts";
import type { Shape } from "./shape.ts";

/** An enum shorter than this is cheaper to repeat than to refer to. */
const SHORTEST_SHARED_ENUM = 6;

/** Moves objects and long enums that occur more than once into `$defs`, named after their interface or property. */
export function hoistShared(root: Shape): Shape {
  const counts = new Map<string, number>();
  count(root, counts);
  const names = new Map<string, string>();
  const defs: Record<string, Shape> = {};

  function rewrite(shape: Shape, isRoot: boolean): Shape {
    const { hint, description, readOnly, ...body } = shape;
    const content = contentOf(body);
    if (isRoot || !isShareable(body) || (counts.get(content) ?? 0) < 2) {
      return { ...children(body), ...(description !== undefined && { description }), ...(readOnly && { readOnly }) };
    }
    let name = names.get(content);
    if (name === undefined) {
      name = freeName(hint ?? "Shape", defs);
      names.set(content, name);
      defs[name] = {};
      defs[name] = children(body);
    }
    return { $ref: `#/$defs/${name}`, ...(description !== undefined && { description }), ...(readOnly && { readOnly }) };
  }

  function children(body: Shape): Shape {
    const out: Shape = { ...body };
    if (body.items) out.items = rewrite(body.items, false);
    if (body.anyOf) out.anyOf = body.anyOf.map((member) => rewrite(member, false));
    if (body.additionalProperties) out.additionalProperties = rewrite(body.additionalProperties, false);
    if (body.properties) {
      out.properties = Object.fromEntries(Object.entries(body.properties).map(([name, value]) => [name, rewrite(value, false)]));
    }
    return out;
  }

  const rewritten = rewrite(root, true);
  const sorted = Object.fromEntries(Object.entries(defs).sort(([a], [b]) => (a < b ? -1 : 1)));
  return { ...rewritten, $defs: sorted };
}

const isShareable = (shape: Shape): boolean => shape.properties !== undefined || (shape.enum?.length ?? 0) >= SHORTEST_SHARED_ENUM;

function count(shape: Shape, counts: Map<string, number>): void {
  const { hint: _hint, description: _description, readOnly: _readOnly, ...body } = shape;
  if (isShareable(body)) {
    const content = contentOf(body);
    counts.set(content, (counts.get(content) ?? 0) + 1);
  }
  if (body.items) count(body.items, counts);
  if (body.additionalProperties) count(body.additionalProperties, counts);
  for (const member of body.anyOf ?? []) count(member, counts);
  for (const value of Object.values(body.properties ?? {})) count(value, counts);
}

function freeName(hint: string, defs: Record<string, Shape>): string {
  const base = hint.replace(/(^|_)([a-z])/g, (_match, _dash, letter: string) => letter.toUpperCase());
  let name = base;
  for (let number = 2; Object.hasOwn(defs, name); number++) name = `${base}${String(number)}`;
  return name;
}
