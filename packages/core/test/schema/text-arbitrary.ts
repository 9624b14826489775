import fc from "fast-check";

/** Texts that break naive code: replacement patterns, run-time variables, quotes, line ends, other scripts, HTML. */
const AWKWARD = [
  "",
  "Hello",
  "$& and $$ and $1",
  "Hi {{first_name}}, it is {{current_time_Australia/Sydney}}",
  "line one\nline two\n",
  "naïve 日本語 🙂 e\u0301",
  '"quoted" \\ `code` <b>&amp;</b>',
  "  blanks  ",
  "@everyone #1 ```fence```",
];

/** Text within the lengths; awkward ones often. */
export function textArbitrary({ minLength, maxLength }: { minLength: number; maxLength: number }): fc.Arbitrary<string> {
  const awkward = AWKWARD.filter((text) => [...text].length >= minLength && [...text].length <= maxLength);
  return fc.oneof(
    fc.constantFrom(...awkward),
    fc.string({ unit: "grapheme-ascii", minLength, maxLength: Math.min(maxLength, minLength + 20) }),
  );
}
