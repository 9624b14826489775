import type { Finding } from "./finding.ts";

const START = /^<!-- generated: ([a-z-]+) -->$/;
const end = (name: string): string => `<!-- end generated: ${name} -->`;

/**
 * The page with every part between `<!-- generated: name -->` and `<!-- end generated: name -->` replaced. A part that the
 * page lacks, one that does not end, one that stands twice and one that nothing generates are findings; such a page is unchanged.
 */
export function fillParts(page: { readonly file: string; readonly text: string }, parts: ReadonlyMap<string, string>): { readonly text: string; readonly findings: readonly Finding[] } {
  const findings: Finding[] = [];
  const report = (message: string, line?: number): void => void findings.push({ file: page.file, ...(line === undefined ? {} : { line }), message });
  const lines = page.text.split("\n");
  const filled: string[] = [];
  const seen = new Set<string>();
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? "";
    filled.push(line);
    const name = START.exec(line)?.[1];
    if (name === undefined) continue;
    const part = parts.get(name);
    const last = lines.indexOf(end(name), index);
    if (seen.has(name)) report(`The generated part "${name}" stands twice. Remove one.`, index + 1);
    seen.add(name);
    if (part === undefined) report(`Nothing generates a part "${name}" here. Known: ${[...parts.keys()].join(", ") || "none"}.`, index + 1);
    else if (last === -1) report(`The generated part "${name}" has no end. Add the line ${end(name)}.`, index + 1);
    else {
      filled.push("", part, "", end(name));
      index = last;
    }
  }
  for (const name of parts.keys()) if (!seen.has(name)) report(`The page lacks the generated part "${name}". Add the lines <!-- generated: ${name} --> and ${end(name)}.`);
  return findings.length > 0 ? { text: page.text, findings } : { text: filled.join("\n"), findings };
}
