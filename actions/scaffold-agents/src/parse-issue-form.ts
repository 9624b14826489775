/** Labels of the form's fields, which GitHub writes as headings into the issue (docs "Syntax for issue forms"). */
export const FIELDS = { names: "Names of the agents", template: "Starting point" } as const;

/** What GitHub writes for a field that was left empty. */
const EMPTY = "_No response_";

/** What a filled form asks for; `fault` says why it cannot be read. */
export type FilledForm = { readonly names: string; readonly template: string } | { readonly fault: string };

/**
 * The fields of an issue that was made with the form; undefined for any other issue. GitHub writes each as a heading of the
 * third level with the value below. The text is anybody's: it is cut here, and never expanded. Pure.
 */
export function parseIssueForm(body: string): FilledForm | undefined {
  const values = new Map<string, string[][]>();
  let current: string[] | undefined;
  for (const line of body.split(/\r\n|\r|\n/)) {
    const label = Object.values(FIELDS).find((field) => line.trimEnd() === `### ${field}`);
    if (label === undefined) {
      current?.push(line);
      continue;
    }
    current = [];
    values.set(label, [...(values.get(label) ?? []), current]);
  }
  if (!values.has(FIELDS.names)) return undefined;
  for (const field of Object.values(FIELDS)) {
    const found = values.get(field)?.length ?? 0;
    if (found !== 1) return { fault: `The issue has the heading "### ${field}" ${found === 0 ? "nowhere" : "more than once"}; it has to stand there once, as the form writes it.` };
  }
  const valueOf = (field: string): string => {
    const value = (values.get(field)?.[0] ?? []).join("\n").trim();
    return value === EMPTY ? "" : value;
  };
  return { names: valueOf(FIELDS.names), template: valueOf(FIELDS.template) };
}
