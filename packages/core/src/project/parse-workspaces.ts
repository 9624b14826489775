import { suggest } from "../schema/suggest.ts";
import { isBranchName } from "./branch-name.ts";
import { memberOf, nodeAt, originAt, textOf, valueOf, type JsonNode, type ObjectNode } from "./json-node.ts";
import { keyVariableFault } from "./key-variable.ts";
import { caseCollisions, nameFault } from "./names.ts";
import { parseJson } from "./parse-json.ts";
import { sortedProblems } from "./problem-list.ts";
import { problemSink, type ProblemSink } from "./problem-sink.ts";
import type { Problem } from "./problem.ts";
import { quoted } from "./quoted.ts";
import { readMoves } from "./read-moves.ts";
import { isRetellHost } from "./retell-host.ts";
import type { Workspace, WorkspacesFile } from "./workspace.ts";
import { WORKSPACES_KEYS, WORKSPACES_SHAPES, type WorkspaceEntry } from "./workspaces-shape.ts";

/** `workspaces.json`, read; `file` is undefined exactly if there is an error among the problems. */
export interface ParsedWorkspaces {
  readonly file?: WorkspacesFile;
  readonly problems: readonly Problem[];
}

type Mode = WorkspacesFile["mode"];

/** Reads `workspaces.json`. Every problem has its line; nothing is guessed where the file is wrong. Never throws. */
export function parseWorkspaces(text: string, file: string): ParsedWorkspaces {
  const parsed = parseJson({ file, text });
  const sink = problemSink();
  sink.add(parsed.problems);
  if (parsed.root === undefined) return { problems: sink.problems };
  if (parsed.root.kind !== "object") {
    sink.error({ code: "wrong-type", at: parsed.root.origin, message: "The file has to hold one JSON object.", hint: 'Write {"staging": …, "production": …}.' });
    return { problems: sink.problems };
  }
  const root = parsed.root;
  const mode = modeOf(root);
  reportUnknownKeys({ root, mode }, sink);
  const shape = WORKSPACES_SHAPES[mode].safeParse(valueOf(root));
  if (!shape.success) {
    for (const issue of shape.error.issues) reportShape({ root, path: issue.path.map((step) => (typeof step === "number" ? step : String(step))), code: issue.code, message: issue.message }, sink);
  }
  for (const path of workspacePaths(root, mode)) checkWorkspace({ root, path }, sink);
  const branches = readBranches(root, sink);
  const entries = workspacePaths(root, mode).map((path) => ({ path, name: nameOf(path) }));
  checkNames({ root, entries }, sink);
  checkKeysDiffer({ root, entries }, sink);
  const moved = readMoves({ list: memberOf(root, "moved"), workspaces: new Set(entries.map(({ name }) => name)) }, sink);
  const problems = sortedProblems(sink.problems);
  if (!shape.success || problems.some((problem) => problem.severity === "error")) return { problems };
  const workspaces = entries
    .map(({ path, name }) => toWorkspace({ name, entry: valueOf(nodeAt(root, path) ?? root) as unknown as WorkspaceEntry, branches }))
    .sort((a, b) => (a.kind !== b.kind ? (a.kind === "staging" ? -1 : 1) : a.name < b.name ? -1 : 1));
  return { file: { mode, branches, workspaces, moved }, problems };
}

function modeOf(root: ObjectNode): Mode {
  return textOf(memberOf(root, "mode")) === "multi-production" ? "multi-production" : "single-production";
}

function workspacePaths(root: ObjectNode, mode: Mode): string[][] {
  const production = memberOf(root, "production");
  const productions =
    mode === "single-production" ? [["production"]] : production?.kind === "object" ? [...production.members.keys()].map((name) => ["production", name]) : [];
  return [["staging"], ...productions].filter((path) => nodeAt(root, path)?.kind === "object");
}

function nameOf(path: readonly string[]): string {
  return path.at(-1) ?? "";
}

function reportUnknownKeys({ root, mode }: { readonly root: ObjectNode; readonly mode: Mode }, sink: ProblemSink): void {
  const check = (node: JsonNode | undefined, known: readonly string[], hints: Readonly<Record<string, string>> = {}): void => {
    if (node?.kind !== "object") return;
    for (const [key, { key: at }] of node.members) {
      if (known.includes(key)) continue;
      const near = suggest(key, known);
      sink.warn({
        code: "unknown-key",
        at,
        message: `${quoted(key)} means nothing here and is ignored.`,
        hint: hints[key] ?? (near === undefined ? `Known are ${known.join(", ")}.` : `Did you mean ${quoted(near)}?`),
      });
    }
  };
  check(root, WORKSPACES_KEYS.file);
  check(memberOf(root, "branches"), WORKSPACES_KEYS.branches);
  for (const path of workspacePaths(root, mode)) check(nodeAt(root, path), [...WORKSPACES_KEYS.workspace, "api_key"]);
}

function reportShape(
  issue: { readonly root: ObjectNode; readonly path: readonly (string | number)[]; readonly code: string; readonly message: string },
  sink: ProblemSink,
): void {
  const { root, path } = issue;
  const where = path.length === 0 ? "The file" : quoted(path.join("."));
  const node = nodeAt(root, path);
  const missing = node === undefined;
  const nested = path[0] === "production" && path.length === 2 && path[1] === "api_key_env";
  sink.error({
    code: missing ? "missing-field" : "wrong-type",
    at: originAt(root, path),
    message: missing ? `${where} is missing.` : `${where} is not what it has to be: ${issue.message.replace(/^Invalid input: /, "")}.`,
    hint: hintFor({ path, missing, nested, root }),
  });
}

function hintFor({ path, nested, root }: { readonly path: readonly (string | number)[]; readonly missing: boolean; readonly nested: boolean; readonly root: ObjectNode }): string {
  const production = memberOf(root, "production");
  const holdsMap = production?.kind === "object" && [...production.members.values()].some(({ value }) => value.kind === "object");
  if (nested && holdsMap) return 'Several production workspaces need "mode": "multi-production" at the top of the file.';
  if (path[0] === "production" && typeof path[1] === "string" && !holdsMap && modeOf(root) === "multi-production") {
    return 'With "mode": "multi-production", "production" is a map of workspaces by name.';
  }
  if (path[0] === "moved") return 'Write {"agent": "old", "to": "new"}, {"workspace": "old", "to": "new"}, or "to": null for one that is given up.';
  if (path.at(-1) === "api_key_env") return 'Name the environment variable that holds the key, such as "RETELL_STAGING_API_KEY".';
  if (path.at(-1) === "mode") return 'Write "single-production" or "multi-production".';
  return 'A workspace is written {"api_key_env": "RETELL_STAGING_API_KEY", "name": "Staging"}.';
}

function checkWorkspace({ root, path }: { readonly root: ObjectNode; readonly path: readonly string[] }, sink: ProblemSink): void {
  const entry = nodeAt(root, path);
  if (entry?.kind !== "object") return;
  const literal = entry.members.get("api_key");
  if (literal !== undefined) {
    sink.error({
      code: "literal-credential",
      at: literal.key,
      message: 'A key must not stand in this file: "api_key" is refused.',
      hint: 'Revoke the key, since it is in Git\'s history; write "api_key_env" with the name of the environment variable that holds it.',
    });
  }
  for (const key of ["api_key_env", "read_key_env"]) {
    const node = memberOf(entry, key);
    const fault = textOf(node) === undefined ? undefined : keyVariableFault(textOf(node) ?? "");
    if (node !== undefined && fault !== undefined) sink.error({ at: node.origin, ...fault });
  }
  const url = memberOf(entry, "base_url");
  if (url !== undefined && textOf(url) !== undefined && !isRetellHost(textOf(url) ?? "")) {
    sink.error({
      code: "invalid-base-url",
      at: url.origin,
      message: "base_url has to be an https host of retellai.com, without path, port or user: the key is sent there.",
      hint: "For another host, such as a test server, set RETELL_BASE_URL in the job's environment.",
    });
  }
}

function readBranches(root: ObjectNode, sink: ProblemSink): WorkspacesFile["branches"] {
  const node = memberOf(root, "branches");
  const branches = { develop: "develop", staging: "staging", production: "production" };
  const taken = new Map<string, string>();
  for (const role of WORKSPACES_KEYS.branches) {
    const written = memberOf(node, role);
    const name = textOf(written);
    if (written !== undefined && name !== undefined) {
      branches[role] = name;
      if (!isBranchName(name)) {
        sink.error({ code: "invalid-branch", at: written.origin, message: `${quoted(name)} cannot name a branch.`, hint: 'Write the branch\'s short name, such as "main" or "release/staging".' });
      }
      if (name.startsWith("retell/")) {
        sink.error({ code: "invalid-branch", at: written.origin, message: `${quoted(name)} belongs to these actions, which keep their own branches below "retell/".`, hint: "Choose another branch." });
      }
    }
    const earlier = taken.get(branches[role].toLowerCase());
    if (earlier !== undefined) {
      sink.error({
        code: "branches-equal",
        at: (written ?? node ?? root).origin,
        message: `The branch ${quoted(branches[role])} stands for ${earlier} and for ${role}.`,
        hint: "Give each of develop, staging and production a branch of its own.",
      });
    }
    taken.set(branches[role].toLowerCase(), role);
  }
  return branches;
}

interface Entries {
  readonly root: ObjectNode;
  readonly entries: readonly { readonly path: readonly string[]; readonly name: string }[];
}

function checkNames({ root, entries }: Entries, sink: ProblemSink): void {
  const production = memberOf(root, "production");
  if (modeOf(root) === "multi-production" && production?.kind === "object" && production.members.size === 0) {
    sink.error({ code: "missing-field", at: production.origin, message: "There is no production workspace.", hint: 'Add one, such as "prod-eu": {"api_key_env": "RETELL_PROD_EU_API_KEY"}.' });
  }
  for (const { path, name } of entries) {
    const fault = nameFault("workspace", name);
    if (fault !== undefined) sink.error({ code: "invalid-workspace-name", at: originAt(root, path), ...fault });
  }
  for (const group of caseCollisions(entries.map(({ name }) => name))) {
    const last = entries.findLast(({ name }) => group.includes(name));
    sink.error({
      code: "workspace-names-collide",
      at: originAt(root, last?.path ?? []),
      message: `The workspace names ${group.map(quoted).join(" and ")} are the same without regard to case.`,
      hint: "Rename one of them.",
    });
  }
}

function checkKeysDiffer({ root, entries }: Entries, sink: ProblemSink): void {
  const taken = new Map<string, string>();
  for (const { path, name } of entries) {
    for (const key of ["api_key_env", "read_key_env"]) {
      const node = nodeAt(root, [...path, key]);
      const variable = textOf(node);
      if (node === undefined || variable === undefined) continue;
      const owner = taken.get(variable.toUpperCase());
      if (owner !== undefined) {
        sink.error({
          code: "key-shared",
          at: node.origin,
          message: `${variable} is the key of ${owner} already, so both would be the same Retell organisation with the same rights.`,
          hint: "Give every workspace, and every read_key_env, a variable of its own.",
        });
      }
      taken.set(variable.toUpperCase(), `${quoted(name)} (${key})`);
    }
  }
}

function toWorkspace(from: { readonly name: string; readonly entry: WorkspaceEntry; readonly branches: WorkspacesFile["branches"] }): Workspace {
  const { name, entry, branches } = from;
  const kind = name === "staging" ? "staging" : "production";
  return { name, kind, title: entry.name ?? name, branch: branches[kind], apiKeyEnv: entry.api_key_env, readKeyEnv: entry.read_key_env, baseUrl: entry.base_url };
}
