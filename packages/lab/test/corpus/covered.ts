import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { readTypes } from "../../../../scripts/schema/read-types.ts";
import type { Shape } from "../../../../scripts/schema/shape.ts";

const resources = join(dirname(createRequire(import.meta.url).resolve("retell-sdk")), "resources");

/** An interface of the installed SDK, e.g. `sdkShape("llm.d.ts", "LlmCreateParams")`. */
export function sdkShape(file: string, name: string): Shape {
  return readTypes({ name: file, text: readFileSync(join(resources, file), "utf8") }).shapeOf(name);
}

/** Names of what a type allows: `general_tools[](type=custom)`, its keys `….url`, and values `….method=GET`. */
export interface Points {
  readonly variants: ReadonlySet<string>;
  readonly keys: ReadonlySet<string>;
  readonly values: ReadonlySet<string>;
}

interface Collector {
  readonly variants: Set<string>;
  readonly keys: Set<string>;
  readonly values: Set<string>;
}

const collector = (): Collector => ({ variants: new Set(), keys: new Set(), values: new Set() });

/** Everything that the type allows. Variants are what differs in its `type` or `role`. */
export function pointsOf(shape: Shape): Points {
  const found = collector();
  const visit = (node: Shape, path: string): void => {
    for (const option of node.anyOf ?? []) visit(option, option.properties === undefined || node.anyOf?.every((one) => variantOf(one) === undefined) === true ? path : `${path}(${variantOf(option) ?? "object"})`);
    if (node.properties !== undefined && path.endsWith(")")) found.variants.add(path);
    for (const value of node.enum ?? []) if (value !== null) found.values.add(`${path}=${value}`);
    for (const [key, property] of Object.entries(node.properties ?? {})) {
      found.keys.add(`${path}.${key}`);
      visit(property, `${path}.${key}`);
    }
    if (node.items !== undefined) visit(node.items, `${path}[]`);
  };
  visit(shape, "");
  return found;
}

/** The points that a value touches, by the type that it is of; what the type does not know is passed over. */
export function touchedBy(shape: Shape, values: readonly unknown[]): Points {
  const found = collector();
  const visit = (node: Shape, value: unknown, path: string): void => {
    if (node.anyOf !== undefined) {
      const several = node.anyOf.some((one) => variantOf(one) !== undefined);
      for (const option of node.anyOf) {
        const variant = variantOf(option);
        if (option.properties === undefined || !several) visit(option, value, path);
        else if (isObject(value) && matches(option, value)) visit(option, value, `${path}(${variant ?? "object"})`);
      }
    }
    if (node.enum !== undefined && typeof value === "string") found.values.add(`${path}=${value}`);
    if (node.properties !== undefined && isObject(value)) {
      if (path.endsWith(")")) found.variants.add(path);
      for (const [key, property] of Object.entries(node.properties)) {
        if (!(key in value)) continue;
        found.keys.add(`${path}.${key}`);
        visit(property, value[key], `${path}.${key}`);
      }
    }
    if (node.items !== undefined && Array.isArray(value)) for (const item of value) visit(node.items, item, `${path}[]`);
  };
  for (const value of values) visit(shape, value, "");
  return found;
}

const discriminators = ["type", "role"];

function variantOf(shape: Shape): string | undefined {
  for (const key of discriminators) {
    const property = shape.properties?.[key];
    const value = property?.const ?? property?.enum?.join("|");
    if (value !== undefined) return `${key}=${value}`;
  }
  return undefined;
}

/** Variants with the same `type` (an edge with a fixed text and one with its own) are told apart by nothing else. */
function matches(option: Shape, value: Record<string, unknown>): boolean {
  return discriminators.every((key) => {
    const property = option.properties?.[key];
    const allowed = property?.enum ?? (property?.const === undefined ? undefined : [property.const]);
    return allowed === undefined || allowed.includes(String(value[key]));
  });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
