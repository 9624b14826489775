/**
 * The offset of the line `<<<<<<< …` that git leaves where a merge failed, or undefined. It counts only if a line
 * `>>>>>>> …` follows, so that a rule of seven characters in a text is not taken for one.
 */
export function findConflictMarker(text: string): number | undefined {
  if (!text.includes("<<<<<<<")) return undefined;
  const start = /^<{7}(?: |\r?$)/m.exec(text)?.index;
  if (start === undefined) return undefined;
  return /^>{7}(?: |\r?$)/m.test(text.slice(start)) ? start : undefined;
}
