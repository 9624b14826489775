import { describe, expect, test } from "@jest/globals";
import { MaskSet } from "@retell-actions/lab/runner/masks";

describe("masks", () => {
  test("replaces every occurrence, overlapping and touching ones by one mark", () => {
    const masks = new MaskSet({ values: ["abc", "cde", "fgh"], encodedForms: false });
    expect(masks.mask("xabcdefghx abc")).toBe("x***x ***");
  });

  test("masks each line of a multi-line secret and its usual encodings", () => {
    const masks = new MaskSet({ values: ['line "one"\nline two'] });
    expect(masks.mask("line two")).toBe("***");
    expect(masks.mask(JSON.stringify({ a: 'line "one"' }))).toBe('{"a":"***"}');
    const secret = new MaskSet({ values: ["sk_live_123456"] });
    expect(secret.mask(Buffer.from("user:sk_live_123456").toString("base64"))).toContain("***");
    expect(secret.mask(encodeURIComponent("sk_live_123456"))).toBe("***");
  });

  test("ignores blank values and can be told to match exactly only", () => {
    const masks = new MaskSet({ values: ["", "  ", "secret"], encodedForms: false });
    expect(masks.mask("a  b")).toBe("a  b");
    expect(masks.mask(Buffer.from("secret").toString("base64"))).toBe("c2VjcmV0");
    expect(masks.hides("my secret")).toBe(true);
    expect(masks.hides("nothing")).toBe(false);
  });
});
