import { validationError } from "./errors.ts";

/** How a query parameter is read. `version` is the grammar of agent versions. */
export type QueryRule = (
  | { readonly type: "integer"; readonly min?: number; readonly max?: number }
  | { readonly type: "boolean" }
  | { readonly type: "string" }
  | { readonly type: "version" }
  | { readonly type: "choice"; readonly values: readonly string[] }
) & { readonly required?: true };

/** The parameters of a route; others are refused. */
export type QueryRules = Readonly<Record<string, QueryRule>>;

export type QueryValues = Readonly<Record<string, string | number | boolean | undefined>>;

/** Integer, `latest`, `latest_published`, or the name of a tag. Source: OpenAPI document of 2026-10-04. */
const versionGrammar = /^(?:latest|latest_published|(?!(?:latest|latest_published|v\d+)$)[a-z][a-z0-9_-]{0,19})$/;

/** The parameters of all paginated lists; more than 1000 a page is refused. Source: API reference, list operations. */
export const pageRules: QueryRules = {
  limit: { type: "integer", min: 1, max: 1000 },
  sort_order: { type: "choice", values: ["ascending", "descending"] },
  pagination_key: { type: "string" },
};

/** Reads a query. Throws 400 for unknown parameters (wording from field reports) and for values out of range. */
export function readQuery(rules: QueryRules, query: string): QueryValues {
  const values: Record<string, string | number | boolean> = {};
  for (const [name, value] of new URLSearchParams(query)) {
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (rule === undefined) throw validationError([`Unknown query parameter '${name}'`]);
    values[name] = readValue(rule, value, `request/query/${name}`);
  }
  for (const [name, rule] of Object.entries(rules)) {
    if (rule.required === true && values[name] === undefined) {
      throw validationError([`request/query must have required property '${name}'`]);
    }
  }
  return values;
}

function readValue(rule: QueryRule, value: string, path: string): string | number | boolean {
  switch (rule.type) {
    case "string":
      return value;
    case "boolean":
      if (value === "true" || value === "false") return value === "true";
      throw validationError([`${path} must be boolean`]);
    case "choice":
      if (rule.values.includes(value)) return value;
      throw validationError([`${path} must be equal to one of the allowed values: ${rule.values.join(", ")}`]);
    case "version":
      if (/^\d{1,9}$/.test(value)) return Number(value);
      if (versionGrammar.test(value)) return value;
      throw validationError([`${path} must match exactly one schema in oneOf`]);
    case "integer": {
      if (!/^-?\d{1,9}$/.test(value)) throw validationError([`${path} must be integer`]);
      const parsed = Number(value);
      if (rule.min !== undefined && parsed < rule.min) throw validationError([`${path} must be >= ${rule.min}`]);
      if (rule.max !== undefined && parsed > rule.max) throw validationError([`${path} must be <= ${rule.max}`]);
      return parsed;
    }
  }
}
