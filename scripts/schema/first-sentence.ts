const LONGEST = 160;

/** The first sentence of a doc comment on one line, links reduced to their text, cut at a word where it is very long. */
export function firstSentence(comment: string): string {
  const text = (comment.split(/\n\s*\n/)[0] ?? "")
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/\s+/g, " ")
    .trim();
  // A full stop ends a sentence only before a capital, so that "e.g." and "1.5" do not.
  const end = text.search(/(?<!e\.g|i\.e|etc)[.!?](?=\s+["'`A-Z0-9]|$)/);
  const sentence = end < 0 ? text : text.slice(0, end + 1);
  if (sentence.length <= LONGEST) return sentence;
  return sentence.slice(0, sentence.lastIndexOf(" ", LONGEST - 1)) + "…";
}
