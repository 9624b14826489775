/**
 * Own rules for workflow files, beside GitHub's language service. Each is a habit of secure or dependable workflows;
 * the source stands with the rule.
 */
import { isMap, isPair, isScalar, isSeq, LineCounter, parseDocument, visit, type Document, type Node, type Pair, type YAMLMap } from "yaml";

/** One finding. Positions count from 1. */
export interface LintFinding {
  readonly rule: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

interface Source {
  readonly lines: readonly string[];
  readonly document: Document;
  readonly position: (node: unknown) => { readonly line: number; readonly column: number };
}

type Rule = (source: Source) => LintFinding[];

function pairsOf(node: unknown): Pair<Node, Node | null>[] {
  return isMap(node) ? ((node as YAMLMap<Node, Node | null>).items as Pair<Node, Node | null>[]) : [];
}

function keyOf(pair: Pair<Node, Node | null>): string {
  return isScalar(pair.key) ? String(pair.key.value) : "";
}

function child(node: unknown, key: string): Pair<Node, Node | null> | undefined {
  return pairsOf(node).find((pair) => keyOf(pair) === key);
}

function jobs(source: Source): { readonly id: string; readonly node: Node | null }[] {
  return pairsOf(child(source.document.contents, "jobs")?.value).map((pair) => ({ id: keyOf(pair), node: pair.value }));
}

/** `run` and `uses` values of every step, and `uses` of jobs. */
function scalars(source: Source, key: "run" | "uses"): Pair<Node, Node | null>[] {
  const found: Pair<Node, Node | null>[] = [];
  visit(source.document, {
    Pair: (_, pair) => {
      // "run" is also a key of `defaults`, where it holds a mapping.
      if (isPair(pair) && isScalar(pair.key) && pair.key.value === key && isScalar(pair.value)) found.push(pair as Pair<Node, Node | null>);
    },
  });
  return found;
}

/** Source: docs "GITHUB_TOKEN": without it the token has what the organisation's setting says, maybe write to everything. */
const permissionsPresent: Rule = (source) => {
  const finding = { rule: "permissions-missing", line: 1, column: 1, message: "Name the token's permissions at the top level ('permissions: {}' if jobs name their own)." };
  return child(source.document.contents, "permissions") ? [] : [finding];
};

/** Source: house rule: a reader sees why each permission is granted. */
const permissionsCommented: Rule = (source) => {
  const blocks = [source.document.contents, ...jobs(source).map((job) => job.node)].flatMap((node) => child(node, "permissions") ?? []);
  return blocks.flatMap((block) => {
    if (isScalar(block.value) && block.value.value !== null) {
      return [{ rule: "permissions-broad", ...source.position(block.value), message: `'${String(block.value.value)}' grants everything: name the permissions one by one.` }];
    }
    return pairsOf(block.value).flatMap((pair) => {
      const at = source.position(pair.key);
      if (isScalar(pair.value) && pair.value.value === "none") return [];
      const commented = /#\s*\S/.test(source.lines[at.line - 1] ?? "") || /^\s*#\s*\S/.test(source.lines[at.line - 2] ?? "");
      return commented ? [] : [{ rule: "permission-comment", ...at, message: `Say in a comment what '${keyOf(pair)}' is needed for.` }];
    });
  });
};

/** Source: docs "Secure use reference" (script injection): values go through `env:`. */
const noExpressionInRun: Rule = (source) =>
  scalars(source, "run").flatMap((pair) => {
    if (!isScalar(pair.value) || !String(pair.value.value).includes("${{")) return [];
    return [{ rule: "run-expression", ...source.position(pair.value), message: "No expression inside 'run': pass the value through 'env:' and quote the variable." }];
  });

/** Source: docs "Troubleshooting required status checks": a check skipped by `paths:` stays pending for ever. */
const noPathsFilter: Rule = (source) => {
  const on = child(source.document.contents, "on")?.value;
  return ["pull_request", "pull_request_target"].flatMap((event) =>
    pairsOf(child(on, event)?.value)
      .filter((pair) => keyOf(pair) === "paths" || keyOf(pair) === "paths-ignore")
      .map((pair) => ({ rule: "pull-request-paths", ...source.position(pair.key), message: `'${keyOf(pair)}' on ${event} leaves a required check pending for ever. Decide inside the job.` })),
  );
};

/** Source: docs "Secure use reference" (pinning): a version tag or a full commit SHA, never a branch. */
const usesPinned: Rule = (source) =>
  scalars(source, "uses").flatMap((pair) => {
    const uses = isScalar(pair.value) ? String(pair.value.value) : "";
    if (/^(\.\/|\$\/|docker:\/\/[^:]+@sha256:)/.test(uses) || /@(v\d+(\.\d+){0,2}|[0-9a-f]{40})$/.test(uses)) return [];
    return [{ rule: "uses-unpinned", ...source.position(pair.value), message: `Pin '${uses}' to a version (@v1) or a full commit SHA.` }];
  });

const rules: readonly Rule[] = [permissionsPresent, permissionsCommented, noExpressionInRun, noPathsFilter, usesPinned];

/** Findings of the own rules, in file order. A file that is not YAML has none here: GitHub's parser reports it. */
export function applyLintRules(text: string): LintFinding[] {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter });
  if (document.errors.length > 0 || (!isMap(document.contents) && !isSeq(document.contents))) return [];
  const position = (node: unknown): { line: number; column: number } => {
    const found = counter.linePos((node as Node | null)?.range?.[0] ?? 0);
    return { line: found.line, column: found.col };
  };
  const source: Source = { lines: text.split(/\r?\n/), document, position };
  return rules.flatMap((rule) => rule(source)).sort((a, b) => a.line - b.line || a.column - b.column);
}
