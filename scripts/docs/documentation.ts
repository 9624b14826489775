import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readActions, type ActionMetadata } from "./action-metadata.ts";
import { checkExamples } from "./check-examples.ts";
import { checkLinks } from "./check-links.ts";
import { checkNames } from "./check-names.ts";
import { checkProblems, PROBLEMS_PAGE } from "./check-problems.ts";
import type { Finding } from "./finding.ts";
import { fillParts } from "./generated-parts.ts";
import { readMarkdown } from "./markdown-page.ts";
import { OUTCOMES_BY_ACTION } from "./outcome-meanings.ts";
import { readProblemCodes } from "./problem-codes.ts";
import { FIELDS_PAGE, fieldParts } from "./render-fields.ts";
import { actionParts, rootParts } from "./render-parts.ts";

/** Pages at the root of the repository. */
const ROOT_PAGES = ["README.md", "CONTRIBUTING.md", "RELEASING.md", "SECURITY.md", "CHANGELOG.md"];

/** The documentation as it should be, and what is wrong with what people wrote. */
export interface Documentation {
  /** Texts by path, with today's generated parts. */
  readonly pages: ReadonlyMap<string, string>;
  /** Pages whose file differs from that. */
  readonly outdated: readonly string[];
  /** Sorted by file and line. */
  readonly findings: readonly Finding[];
}

/** Reads, generates and checks everything; writes nothing. The same files give the same answer. */
export function buildDocumentation(root: string): Documentation {
  const actions = readActions(root);
  const findings: Finding[] = actions.flatMap(actionFindings);
  const pages = new Map<string, string>();
  const outdated: string[] = [];
  for (const file of pagePaths(root, actions)) {
    if (!existsSync(join(root, file))) {
      findings.push({ file, message: "The page is missing." });
      continue;
    }
    const text = readFileSync(join(root, file), "utf8");
    const filled = fillParts({ file, text }, partsOf(file, actions));
    findings.push(...filled.findings);
    pages.set(file, filled.text);
    if (filled.text !== text) outdated.push(file);
  }
  return { pages, outdated, findings: [...findings, ...checkPages(root, pages, actions)].sort(byPlace) };
}

function pagePaths(root: string, actions: readonly ActionMetadata[]): string[] {
  const docs = existsSync(join(root, "docs")) ? readdirSync(join(root, "docs")).filter((name) => name.endsWith(".md")) : [];
  return [...ROOT_PAGES, ...actions.map((action) => `actions/${action.folder}/README.md`), ...docs.sort().map((name) => `docs/${name}`)];
}

function partsOf(file: string, actions: readonly ActionMetadata[]): ReadonlyMap<string, string> {
  if (file === "README.md") return rootParts(actions);
  if (file === FIELDS_PAGE) return fieldParts();
  const action = actions.find(({ folder }) => file === `actions/${folder}/README.md`);
  return action === undefined ? new Map() : actionParts(action);
}

function actionFindings(action: ActionMetadata): Finding[] {
  const report = (message: string): Finding => ({ file: action.file, message });
  return [
    ...(action.description === "" ? [report("The action has no description.")] : []),
    ...[...action.inputs].filter(([, input]) => input.description === "").map(([name]) => report(`The input ${name} has no description.`)),
    ...[...action.outputs].filter(([, description]) => description === "").map(([name]) => report(`The output ${name} has no description.`)),
    ...(OUTCOMES_BY_ACTION.has(action.folder) ? [] : [report("The outcomes of the action are not listed in scripts/docs/outcome-meanings.ts.")]),
  ];
}

function checkPages(root: string, texts: ReadonlyMap<string, string>, actions: readonly ActionMetadata[]): Finding[] {
  const pages = new Map([...texts].map(([file, text]) => [file, readMarkdown(text)]));
  const codes = readProblemCodes(root);
  const problems = pages.get(PROBLEMS_PAGE);
  return [
    ...checkLinks(pages, (path) => existsSync(join(root, path))),
    ...checkExamples(pages, actions),
    ...checkNames(pages, actions, new Set(codes.keys())),
    ...(problems === undefined ? [{ file: PROBLEMS_PAGE, message: "The page is missing." }] : checkProblems(problems, codes)),
  ];
}

function byPlace(a: Finding, b: Finding): number {
  return compare(a.file, b.file) || (a.line ?? 0) - (b.line ?? 0) || compare(a.message, b.message);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
