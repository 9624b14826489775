import { contentOf } from "./shape.ts";
import type { Shape } from "./shape.ts";

/** An enum shorter than this is cheaper to repeat than to refer to. */
const SHORTEST_SHARED_ENUM = 6;

/** Several documents and the shapes that they share; the documents refer to the shared ones in another file. */
export interface Hoisted {
  readonly documents: Record<string, Shape>;
  /** By name, sorted. They refer to each other within their own file. */
  readonly shared: Record<string, Shape>;
}

/**
 * Moves objects and long enums that occur more than once, in one document or in several, into shared definitions, named after their
 * interface or property. `file` is where the documents will find them.
 */
export function hoistShared(documents: Readonly<Record<string, Shape>>, file: string): Hoisted {
  const counts = new Map<string, number>();
  for (const document of Object.values(documents)) count(document, counts);
  const names = new Map<string, string>();
  const shared: Record<string, Shape> = {};

  function rewrite(shape: Shape, place: { isRoot?: boolean; prefix: string }): Shape {
    const { hint, description, readOnly, ...body } = shape;
    const content = contentOf(body);
    const said = { ...(description !== undefined && { description }), ...(readOnly && { readOnly }) };
    if (place.isRoot || !isShareable(body) || (counts.get(content) ?? 0) < 2) return { ...children(body, place.prefix), ...said };
    let name = names.get(content);
    if (name === undefined) {
      name = freeName(hint ?? "Shape", shared);
      names.set(content, name);
      shared[name] = {};
      shared[name] = children(body, "");
    }
    return { $ref: `${place.prefix}#/$defs/${name}`, ...said };
  }

  function children(body: Shape, prefix: string): Shape {
    const out: Shape = { ...body };
    if (body.items) out.items = rewrite(body.items, { prefix });
    if (body.anyOf) out.anyOf = body.anyOf.map((member) => rewrite(member, { prefix }));
    if (body.additionalProperties) out.additionalProperties = rewrite(body.additionalProperties, { prefix });
    if (body.properties) {
      out.properties = Object.fromEntries(Object.entries(body.properties).map(([name, value]) => [name, rewrite(value, { prefix })]));
    }
    return out;
  }

  const rewritten = Object.entries(documents).map(([kind, document]) => [kind, rewrite(document, { isRoot: true, prefix: file })] as const);
  return {
    documents: Object.fromEntries(rewritten),
    shared: Object.fromEntries(Object.entries(shared).sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

const isShareable = (shape: Shape): boolean => shape.properties !== undefined || (shape.enum?.length ?? 0) >= SHORTEST_SHARED_ENUM;

function count(shape: Shape, counts: Map<string, number>): void {
  const { hint: _hint, description: _description, readOnly: _readOnly, ...body } = shape;
  if (isShareable(body)) {
    const content = contentOf(body);
    const before = counts.get(content) ?? 0;
    counts.set(content, before + 1);
    // What is inside of a repeated shape is written once only.
    if (before > 0) return;
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
