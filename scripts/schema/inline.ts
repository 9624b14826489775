import type { Shape } from "./shape.ts";

/** A document with every reference replaced by what it refers to, so that two versions can be compared place by place. */
export function inlineShared(document: Shape, shared: Readonly<Record<string, Shape>>): Shape {
  const inline = (shape: Shape): Shape => {
    const { $ref, properties, items, anyOf, additionalProperties, ...rest } = shape;
    const target = $ref === undefined ? undefined : shared[$ref.slice($ref.lastIndexOf("/") + 1)];
    return {
      ...(target && inline(target)),
      ...rest,
      ...(properties && { properties: Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, inline(value)])) }),
      ...(items && { items: inline(items) }),
      ...(anyOf && { anyOf: anyOf.map(inline) }),
      ...(additionalProperties && { additionalProperties: inline(additionalProperties) }),
    };
  };
  return inline(document);
}
