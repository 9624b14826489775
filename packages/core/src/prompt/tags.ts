/** A `{{name}}` in a text: `[start, end)` in UTF-16 units; the name without the blanks around it. */
export interface Tag {
  readonly start: number;
  readonly end: number;
  readonly name: string;
}

const TAG = /\{\{([^{}\r\n]*)\}\}/g;

/**
 * The tags of a text in order. Of nested braces (`{{current_time_{{tz}}}}`) the inner tag is one; a tag does not reach
 * over a line break. Source: Retell's documentation, dynamic variables (blanks inside the braces do not count).
 */
export function findTags(text: string): Tag[] {
  if (!text.includes("{{")) return [];
  const tags: Tag[] = [];
  for (const match of text.matchAll(TAG)) {
    const name = (match[1] ?? "").trim();
    if (name !== "") tags.push({ start: match.index, end: match.index + match[0].length, name });
  }
  return tags;
}
