import type { Finding } from "./finding.ts";
import type { MarkdownPage } from "./markdown-page.ts";
import type { ProblemCodes } from "./problem-codes.ts";

/** The page that explains every problem of users' files. */
export const PROBLEMS_PAGE = "docs/problems.md";

/** Whether the page explains exactly the codes that the validation reports, each once and with its severity. */
export function checkProblems(page: MarkdownPage, codes: ProblemCodes): Finding[] {
  const findings: Finding[] = [];
  const report = (message: string, line?: number): void => void findings.push({ file: PROBLEMS_PAGE, ...(line === undefined ? {} : { line }), message });
  const documented = new Set<string>();
  for (const { cells, line } of page.rows) {
    const code = /^`([^`]+)`$/.exec(cells[0] ?? "")?.[1];
    if (code === undefined) continue;
    if (documented.has(code)) report(`The problem ${code} is explained twice.`, line);
    documented.add(code);
    const severities = codes.get(code);
    if (severities === undefined) report(`There is no problem ${code}.`, line);
    else if (severities.size > 0) {
      const wanted = [...severities].sort().join(" or ");
      if (cells[1] !== wanted) report(`The problem ${code} is of severity "${wanted}", not "${cells[1] ?? ""}".`, line);
    }
  }
  for (const code of [...codes.keys()].sort()) if (!documented.has(code)) report(`The problem ${code} is not explained. Add a row.`);
  return findings;
}
