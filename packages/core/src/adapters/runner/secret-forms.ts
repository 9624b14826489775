/** Lines of a secret shorter than this are not masked on their own: masking them would blot out ordinary text. */
const SHORTEST_LINE = 6;

/**
 * Every form in which a secret could appear in a log. The runner masks exact matches only (runner source,
 * `ActionCommandManager`), so derived forms are registered too: base64 with and without padding, URL-encoded, JSON-escaped,
 * and each line.
 */
export function secretForms(value: string): string[] {
  const trimmed = value.trim();
  if (trimmed === "") return [];
  const lines = value.split(/\r\n|\r|\n/).map((line) => line.trim());
  const wholes = [...new Set([value, trimmed])];
  const forms = [
    ...wholes,
    ...lines.filter((line) => line.length >= SHORTEST_LINE),
    ...wholes.flatMap((whole) => {
      const base64 = Buffer.from(whole).toString("base64");
      return [base64, base64.replace(/=+$/, ""), Buffer.from(whole).toString("base64url")];
    }),
    ...wholes.flatMap((whole) => [urlEncoded(whole), JSON.stringify(whole).slice(1, -1)]),
  ];
  return [...new Set(forms)].filter((form) => form !== "");
}

/** Lone surrogates have no URL encoding. */
function urlEncoded(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}
