import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import fc from "fast-check";
import { readInputs as branchSync } from "../../../actions/branch-sync/src/inputs.ts";
import { readInputs as deploy } from "../../../actions/deploy/src/inputs.ts";
import { readInputs as driftDetect } from "../../../actions/drift-detect/src/inputs.ts";
import { readInputs as importAgents } from "../../../actions/import-agents/src/inputs.ts";
import { readInputs as listWorkspaces } from "../../../actions/list-workspaces/src/inputs.ts";
import { readInputs as publishVersion } from "../../../actions/publish-version/src/inputs.ts";
import { readInputs as releasePackage } from "../../../actions/release-package/src/inputs.ts";
import { readInputs as resolveConflicts } from "../../../actions/resolve-conflicts/src/inputs.ts";
import { readInputs as scaffoldAgents } from "../../../actions/scaffold-agents/src/inputs.ts";
import { readInputs as validate } from "../../../actions/validate-and-conflict-check/src/inputs.ts";
import { InputReader } from "../../../packages/core/src/adapters/runner/input-reader.ts";
import { readJobContext } from "../../../packages/core/src/adapters/runner/job-context.ts";
import { ActionError } from "../../../packages/core/src/errors.ts";
import { matchAgents, patternFault, splitPatterns } from "../../../packages/core/src/plan/match-agents.ts";
import { selectAgents } from "../../../packages/core/src/plan/select-agents.ts";
import { projectPrefix } from "../../../packages/core/src/project/project-paths.ts";
import { anyText, jsonText, objectText, oneOf, stringText } from "../grammar.ts";
import { outcomeUnlessRefused, promise, type Target } from "../target.ts";

const isActionError = (error: unknown): boolean => error instanceof ActionError;

/** Lines `NAME=value` as an environment. */
function environmentOf(lines: string): Record<string, string> {
  return Object.fromEntries(lines.split("\n").flatMap((line) => (line.includes("=") ? [[line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)] as const] : [])));
}

let payloadFile: string | undefined;

/** A file of this process, as the runner has one for the event. */
function eventFile(payload: string): string {
  if (payloadFile === undefined) {
    const folder = mkdtempSync(join(tmpdir(), "event-"));
    process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
    payloadFile = join(folder, "event.json");
  }
  writeFileSync(payloadFile, payload);
  return payloadFile;
}

const EVENT_WORDS = ["GITHUB_EVENT_NAME=", "GITHUB_REF=", "refs/heads/staging", "refs/tags/v1", "GITHUB_REPOSITORY_ID=", "pull_request", "push", "merge_group", "issue_comment", "issues", "release", "schedule", "workflow_dispatch", "number", "base", "head", "ref", "sha", "repo", "full_name", "user", "login", "type", "Bot", "ghost", "action", "before", "after", "0".repeat(40), "a".repeat(40), "base_ref", "base_sha", "head_sha", "comment", "body", "created_at", "2026-01-01T00:00:00Z", "id", "issue", "tag_name", "repository", "created", "edited"];
const sha = oneOf("a".repeat(40), "0".repeat(40), "short");
const side = objectText({ ref: oneOf("staging"), sha, repo: objectText({ full_name: oneOf("o/r", "other/r"), id: oneOf(7) }) });
const user = objectText({ login: oneOf("ada", "ghost", "dependabot[bot]"), type: oneOf("User", "Bot") });
const payload = objectText(
  {
    action: oneOf("opened", "created", "edited", "published"),
    number: oneOf(1, 1.5),
    repository: objectText({ full_name: oneOf("o/r"), id: oneOf(7, "7") }),
    pull_request: objectText({ number: oneOf(1), user, base: side, head: side }),
    merge_group: objectText({ base_ref: oneOf("refs/heads/main"), base_sha: sha, head_sha: sha }),
    before: sha,
    after: sha,
    release: objectText({ tag_name: stringText(EVENT_WORDS) }),
    issue: objectText({ number: oneOf(3), body: stringText(EVENT_WORDS), user, pull_request: jsonText(EVENT_WORDS) }),
    comment: objectText({ id: oneOf(4), body: stringText(EVENT_WORDS), created_at: oneOf("2026-01-01T00:00:00Z", "never", ""), user }),
  },
  EVENT_WORDS,
);

const EVENT: Target = {
  name: "event",
  what: "the job's environment and the event's file",
  share: 6,
  words: EVENT_WORDS,
  grammar: fc.tuple(fc.constantFrom("pull_request", "push", "merge_group", "issue_comment", "issues", "release", "schedule", "workflow_dispatch", "pull_request_target"), fc.constantFrom("o/r", "", "a/b/c"), fc.constantFrom("refs/heads/staging", "refs/tags/v1", ""), payload).map(([name, repository, ref, event]) => `GITHUB_EVENT_NAME=${name}\nGITHUB_REPOSITORY=${repository}\nGITHUB_REF=${ref}\nGITHUB_SHA=${"b".repeat(40)}\nGITHUB_REPOSITORY_ID=7\n\n${event}`),
  run: (text) => {
    const end = text.indexOf("\n\n");
    const [lines, event] = end === -1 ? [text, ""] : [text.slice(0, end), text.slice(end + 2)];
    const path = eventFile(event);
    const outcome = outcomeUnlessRefused(() => readJobContext({ ...environmentOf(lines), GITHUB_EVENT_PATH: path }), isActionError);
    const read = outcome.value as ReturnType<typeof readJobContext>;
    if (!outcome.accepted) return outcome;
    promise(read.repositoryId === undefined || (Number.isSafeInteger(read.repositoryId) && read.repositoryId > 0), "the repository's id is no whole number");
    if (read.event.name === "issue_comment") promise(Number.isFinite(read.event.comment.createdAt), "a comment's time is no number");
    return { ...outcome, accepted: read.event.name !== "other", traits: [read.event.name] };
  },
};

const ACTIONS = { branchSync, deploy, driftDetect, importAgents, listWorkspaces, publishVersion, releasePackage, resolveConflicts, scaffoldAgents, validate };
const INPUTS = ["AGENTS", "WORKING-DIRECTORY", "WORKSPACE", "WORKSPACES", "DRY-RUN", "PLAN-FINGERPRINT", "CONFIRM", "CONCURRENCY", "ON-CONSOLE-EDIT", "REQUIRE-STAGING", "PRUNE", "MAX-DELETES", "SOURCE", "TARGETS", "STRATEGY", "DEPLOY-WORKFLOW", "STATUS-CONTEXT", "LABELS", "BASE", "MODE", "COMMAND", "NAMES", "TEMPLATE", "TAG", "KIND", "SCOPE", "COMMENT"];
const INPUT_WORDS = [...INPUTS.map((name) => `\nINPUT_${name}=`), "true", "false", "none", "all", "staging", "fail", "keep", "overwrite", "8", "-1", "1e3", "0x10", "safe", "force", "*,!test-*", "production", "develop", "a,b", "release/x"];

const INPUT: Target = {
  name: "inputs",
  what: "the inputs of every action",
  share: 7,
  words: INPUT_WORDS,
  grammar: fc.array(fc.tuple(fc.constantFrom(...INPUTS), fc.oneof(fc.constantFrom("true", "all", "8", "staging", "none", "", "production"), anyText(INPUT_WORDS))), { maxLength: 8 }).map((lines) => lines.map(([name, value]) => `INPUT_${name}=${value.replaceAll("\n", " ")}`).join("\n")),
  run: (text) => {
    const environment = environmentOf(text);
    const read = Object.values(ACTIONS).map((readInputs) =>
      outcomeUnlessRefused(() => {
        const reader = new InputReader(environment);
        const inputs: unknown = readInputs(reader);
        reader.finish();
        return inputs;
      }, isActionError),
    );
    const prefix = projectPrefix(environment["INPUT_WORKING-DIRECTORY"] ?? "");
    promise(prefix === undefined || !`/${prefix}`.includes("/../"), "a working directory leaves the repository");
    return { accepted: read.every(({ accepted }) => accepted), value: [read, prefix], traits: read.flatMap(({ traits }) => traits) };
  },
};

const NAMES = ["sales", "support-eu", "test-1", "a.b_c", "a".repeat(63), "ab".repeat(31), "a-".repeat(31) + "a"];
const GLOB_WORDS = ["*", "**", "?", "!", "[a-z]", "[!a]", "{a,b}", "{1..9}", "+(a)", "@(a|b)", "!(a)", "*(a|aa)", "?(a)", "(a|b)", "\\", "sales", "support-*", "test-", ",", "\n", "/", ".", "[[:alpha:]]", "a*"];

const GLOBS: Target = {
  name: "globs",
  what: "patterns of agents' names",
  share: 5,
  words: GLOB_WORDS,
  grammar: fc.array(fc.constantFrom(...GLOB_WORDS), { maxLength: 10 }).map((parts) => parts.join("")),
  run: (text) => {
    const patterns = splitPatterns(text);
    const faults = patterns.map(patternFault).filter((fault) => fault !== undefined);
    if (faults.length > 0) return { accepted: false, value: faults, traits: faults };
    const matched = matchAgents(patterns, NAMES);
    promise(matched.every((name) => NAMES.includes(name)), "a pattern matches a name that is not there");
    const chosen = outcomeUnlessRefused(() => [...selectAgents(patterns, NAMES)], isActionError);
    return { ...chosen, value: [patterns, matched, chosen.value], traits: [String(matched.length), ...chosen.traits] };
  },
};

export const JOB_TARGETS: readonly Target[] = [EVENT, INPUT, GLOBS];
