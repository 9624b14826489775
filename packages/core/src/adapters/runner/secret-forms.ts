/** Lines of a secret shorter than this are not masked on their own: masking them would blot out ordinary text. */
const SHORTEST_LINE = 6;
/** The same for forms of letters and digits that a short secret shares with ordinary text. */
const SHORTEST_FORM = 8;

/**
 * Every form in which a secret could appear in a log. The runner of a job masks exact texts and a few encodings of them
 * (runner source, `HostContext.cs`), other readers of a log none, so derived forms are registered too: base64 with and without
 * padding and within a longer text, hexadecimal, URL-encoded, JSON-escaped, and each line.
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
    ...wholes.flatMap((whole) => [...urlEncoded(whole), ...jsonEscaped(whole)]),
    ...wholes.flatMap((whole) => [...withinBase64(whole), ...hexadecimal(whole)]).filter((form) => form.length >= SHORTEST_FORM),
  ];
  return [...new Set(forms)].filter((form) => form !== "");
}

/**
 * The text's part of a longer base64 text, for each of the three places where it can begin: without the characters at the edges,
 * in which the neighbours have bits. HTTP's basic authorization is such a text.
 */
function withinBase64(text: string): string[] {
  const bytes = Buffer.from(text);
  return [0, 1, 2].flatMap((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64");
    const part = encoded.slice(Math.ceil((offset * 4) / 3), Math.floor(((offset + bytes.length) * 4) / 3));
    return [part, part.replaceAll("+", "-").replaceAll("/", "_")];
  });
}

function hexadecimal(text: string): string[] {
  const digits = Buffer.from(text).toString("hex");
  return [digits, digits.toUpperCase()];
}

/** As in an address, with capitals or without, and as in a form. Lone surrogates have no URL encoding. */
function urlEncoded(text: string): string[] {
  const encoded = encodeURIComponent(text.toWellFormed());
  const form = new URLSearchParams([["", text]]).toString().slice(1);
  return [encoded, form].flatMap((one) => [one, one.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())]);
}

/** As in a JSON text, and as in one that is a text of another. */
function jsonEscaped(text: string): string[] {
  const once = JSON.stringify(text).slice(1, -1);
  return [once, JSON.stringify(once).slice(1, -1)];
}
