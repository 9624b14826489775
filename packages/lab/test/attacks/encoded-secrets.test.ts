import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { redact } from "@retell-actions/core/adapters/retell/platform-error";
import { secretForms } from "@retell-actions/core/adapters/runner/secret-forms";
import { tellCase } from "@retell-actions/lab/evidence/tell-case";
import { MaskSet } from "@retell-actions/lab/runner/masks";

const SECRETS = ["key_0123456789abcdef", 'whk+Zx91/"q&=%7 end', "ghs_wy2Hc0rQ8Lm4Nn6Pp9Tt", "pässwörd~‹ß›-4711", "line-one-of-a-key-4711\nline-two-of-a-key-4712\n"];

/** What a text shows of a secret, by how it was written. `around` are its neighbours within a longer encoded text. */
const WRITTEN: Record<string, (secret: string, around: readonly [string, string]) => { readonly text: string; readonly shown: string }> = {
  "as it is": (secret, [before, after]) => ({ text: before + secret + after, shown: secret }),
  "as base64": (secret) => same(Buffer.from(secret).toString("base64")),
  "as base64 without padding": (secret) => same(Buffer.from(secret).toString("base64").replace(/=+$/, "")),
  "as base64url": (secret) => same(Buffer.from(secret).toString("base64url")),
  "within a longer base64 text": (secret, around) => within(secret, around, "base64"),
  "within a longer base64url text": (secret, around) => within(secret, around, "base64url"),
  "as hexadecimal digits": (secret) => same(Buffer.from(secret).toString("hex")),
  "as hexadecimal capitals": (secret) => same(Buffer.from(secret).toString("hex").toUpperCase()),
  "URL-encoded": (secret) => same(encodeURIComponent(secret)),
  "URL-encoded in lower case": (secret) => same(encodeURIComponent(secret).replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())),
  "as a form": (secret) => same(new URLSearchParams({ x: secret }).toString().slice(2)),
  "in a JSON text": (secret) => same(JSON.stringify(secret).slice(1, -1)),
  "in a JSON text within a JSON text": (secret) => same(JSON.stringify(JSON.stringify(secret).slice(1, -1)).slice(1, -1)),
  "line by line": (secret) => same(secret.trim().split("\n").map((line) => `| ${line}`).join("\n"), secret.trim().split("\n")[0] ?? ""),
};

function same(text: string, shown = text): { text: string; shown: string } {
  return { text: `before ${text} after`, shown };
}

/** The characters that no neighbour has a part in: the others tell a few bits at most. */
function within(secret: string, [before, after]: readonly [string, string], encoding: "base64" | "base64url"): { text: string; shown: string } {
  const [start, length] = [Buffer.byteLength(before), Buffer.byteLength(secret)];
  const text = Buffer.from(before + secret + after).toString(encoding);
  return { text, shown: text.slice(Math.ceil((start * 4) / 3), Math.floor(((start + length) * 4) / 3)) };
}

describe.each(Object.entries(WRITTEN))("a secret %s", (how, write) => {
  test("is masked by a runner that knows exact texts only, and taken out of what Retell answers", () => {
    for (const secret of SECRETS) {
      const forms = secretForms(secret);
      const runner = new MaskSet({ encodedForms: false, values: forms });
      for (const around of [["", ""], ["a", "z"], ["x-access-token:", "\n"], ["{\"Authorization\":\"Bearer ", "\"}"]] as const) {
        const { text, shown } = write(secret, around);
        expect(runner.mask(text)).not.toContain(shown);
        expect(redact(text, forms)).not.toContain(shown);
      }
    }
    tellCase({ matrix: "attacks", subject: "secrets in outputs", what: `written ${how}`, outcome: "held" });
  });
});

test("no text is masked that only looks a little like a short secret", () => {
  for (const form of secretForms("ab")) expect(form.length).toBeLessThanOrEqual(4);
  expect(secretForms("ab")).not.toContain("6162");
});

test("any secret at any place of a longer base64 text", () => {
  const text = fc.string({ unit: "binary" }).map((value) => value.toWellFormed());
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", minLength: 8, maxLength: 40 }).map((value) => `s${value.toWellFormed()}s`), text, text, (secret, before, after) => {
      const { text: encoded, shown } = within(secret, [before, after], "base64");
      expect(new MaskSet({ encodedForms: false, values: secretForms(secret) }).mask(encoded)).not.toContain(shown);
    }),
    { numRuns: 60 },
  );
});
