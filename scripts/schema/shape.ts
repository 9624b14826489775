/** The subset of JSON Schema (draft 2020-12) that the generator writes. */
export interface Shape {
  $ref?: string;
  type?: string | string[];
  const?: string;
  enum?: (string | null)[];
  properties?: Record<string, Shape>;
  required?: string[];
  additionalProperties?: Shape;
  items?: Shape;
  anyOf?: Shape[];
  description?: string;
  readOnly?: true;
  deprecated?: true;
  $defs?: Record<string, Shape>;
  /** Working title of a shape, from its interface or property; never written. */
  hint?: string;
}

/** A shape's content as text: equal shapes give equal text, whatever their hints and the order of their keys. */
export function contentOf(shape: Shape): string {
  return JSON.stringify(shape, (key, value: unknown) => {
    if (key === "hint") return undefined;
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
