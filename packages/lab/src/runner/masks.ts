/**
 * Secret masking as the runner does it: exact matches of every known value and of its usual encodings become `***`;
 * overlapping and touching matches become one.
 *
 * Source: actions/runner `HostContext.cs` (list of encoders), `SecretMasker.cs`, `ActionCommandManager.cs` (each line
 * of a multi-line value).
 */

function base64Forms(value: string): string[] {
  // The runner masks the value at all three positions that it can take inside a longer base64 text.
  return [0, 1, 2].map((shift) => Buffer.from(value, "utf8").subarray(shift).toString("base64").replace(/=+$/, ""));
}

function encodedForms(value: string): string[] {
  const xml = value.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;").replaceAll("'", "&apos;");
  return [
    ...base64Forms(value).filter((form) => form.length >= 4),
    value.replaceAll("'", "''"),
    JSON.stringify(value).slice(1, -1),
    encodeURIComponent(value.toWellFormed()),
    xml,
    value.replace(/^"(.+)"$/s, "$1"),
  ];
}

/** The secrets that one job knows. Values added later do not change what was masked before, as in a real log. */
export class MaskSet {
  readonly #values = new Set<string>();
  readonly #forms = new Set<string>();
  readonly #encoded: boolean;

  /** @param options.encodedForms also mask base64, URL, JSON and XML forms, as runners do (default true). */
  constructor(options: { readonly encodedForms?: boolean; readonly values?: Iterable<string> } = {}) {
    this.#encoded = options.encodedForms ?? true;
    for (const value of options.values ?? []) this.add(value);
  }

  /** Adds a value and each line of it. Blank values are ignored. */
  add(value: string): void {
    if (value.trim() === "") return;
    this.#values.add(value);
    for (const part of new Set([value, ...value.split(/[\r\n]+/)])) {
      if (part.trim() === "") continue;
      this.#forms.add(part);
      if (this.#encoded) for (const form of encodedForms(part)) this.#forms.add(form);
    }
  }

  /** The values that were added, without lines and encodings. */
  get values(): string[] {
    return [...this.#values];
  }

  /** The text with every known secret replaced by `***`. */
  mask(text: string): string {
    const ranges: [number, number][] = [];
    for (const form of this.#forms) {
      for (let at = text.indexOf(form); at >= 0; at = text.indexOf(form, at + 1)) ranges.push([at, at + form.length]);
    }
    if (ranges.length === 0) return text;
    ranges.sort((a, b) => a[0] - b[0]);
    let result = "";
    let position = 0;
    let open: [number, number] | undefined;
    for (const range of [...ranges, [Infinity, Infinity] as [number, number]]) {
      if (open && range[0] <= open[1]) {
        open[1] = Math.max(open[1], range[1]);
        continue;
      }
      if (open) {
        result += `${text.slice(position, open[0])}***`;
        position = open[1];
      }
      open = range;
    }
    return result + text.slice(position);
  }

  /** True if the text holds a secret; such outputs never reach another job. */
  hides(text: string): boolean {
    return this.mask(text) !== text;
  }
}
