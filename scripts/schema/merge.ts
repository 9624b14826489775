import { contentOf } from "./shape.ts";
import type { Shape } from "./shape.ts";

/**
 * The union of what two shapes allow: every property of both, every known value, and required only what both require.
 * Descriptions and titles of the first win.
 */
export function mergeShapes(first: Shape, second: Shape): Shape {
  if (contentOf(first) === contentOf(second)) return first;
  const merged: Shape = { ...second, ...first };
  if (first.const !== second.const && first.const !== undefined && second.const !== undefined) {
    delete merged.const;
    merged.enum = [first.const, second.const];
  }
  if (first.enum && second.enum) merged.enum = [...new Set([...first.enum, ...second.enum])];
  if (first.items && second.items) merged.items = mergeShapes(first.items, second.items);
  if (first.properties && second.properties) {
    const required = (first.required ?? []).filter((name) => second.required?.includes(name));
    if (required.length > 0) merged.required = required;
    else delete merged.required;
    merged.properties = mergeProperties(first.properties, second.properties);
  }
  if (first.anyOf && second.anyOf) merged.anyOf = mergeMembers(first.anyOf, second.anyOf);
  else if (first.anyOf ?? second.anyOf) return joinUnlike(first, second);
  else if (first.type && second.type) {
    const types = [...new Set([first.type, second.type].flat())];
    merged.type = types.length === 1 ? (types[0] ?? "") : types;
  }
  return merged;
}

function mergeProperties(first: Record<string, Shape>, second: Record<string, Shape>): Record<string, Shape> {
  const merged = { ...first };
  for (const [name, shape] of Object.entries(second)) {
    const present = merged[name];
    merged[name] = present ? mergeShapes(present, shape) : shape;
  }
  return Object.fromEntries(Object.entries(merged).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function mergeMembers(first: readonly Shape[], second: readonly Shape[]): Shape[] {
  const merged = [...first];
  for (const member of second) {
    const at = merged.findIndex((other) => sameMember(other, member));
    const other = merged[at];
    if (other) merged[at] = mergeShapes(other, member);
    else merged.push(member);
  }
  return merged;
}

function sameMember(first: Shape, second: Shape): boolean {
  if (first.hint !== undefined && first.hint === second.hint) return true;
  return String(first.type) === String(second.type) && !first.properties && !second.properties;
}

function joinUnlike(first: Shape, second: Shape): Shape {
  const members = mergeMembers(first.anyOf ?? [bare(first)], second.anyOf ?? [bare(second)]);
  const description = first.description ?? second.description;
  return { anyOf: members, ...(description !== undefined && { description }) };
}

function bare(shape: Shape): Shape {
  const { description: _description, ...rest } = shape;
  return rest;
}
