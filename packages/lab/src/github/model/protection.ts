import { isAncestor } from "../git/commits.ts";
import type { BareGit } from "../git/bare-git.ts";
import { nullSha } from "../git/objects.ts";
import type { RefChange } from "../git/refs.ts";
import type { Protection } from "./records.ts";
import type { Repository } from "./repository.ts";
import type { Actor } from "./users.ts";
import { enforces } from "./world.ts";

/** A ref update that rules forbid. */
export interface Refusal {
  kind: "branch-protection" | "ruleset" | "workflow-file";
  ref: string;
  /** The broken rules in GitHub's words. */
  messages: string[];
}

/** Which update is judged: `git` may be a quarantine that already knows the new objects. */
export interface UpdateRequest {
  repository: Repository;
  change: RefChange;
  actor: Actor;
  git: BareGit;
  /** Head of the pull request that the update merges: its checks count, and the update is one "by pull request". */
  mergedHead?: string;
}

/** Whether a branch name matches a pattern of GitHub's settings: `*` within a segment, `**` across (docs "Managing a branch protection rule": fnmatch). */
export function matchesPattern(pattern: string, branch: string): boolean {
  const source = pattern
    .split(/(\*\*\/|\*\*|\*|\?)/)
    .map((part) => ({ "**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]" })[part] ?? part.replace(/[.+^${}()|[\]\\]/g, "\\$&"))
    .join("");
  return new RegExp(`^${source}$`).test(branch);
}

/** The first set of rules that an update breaks, or undefined. Rules bind everybody who is not on their bypass list. */
export async function protectionRefusal(request: UpdateRequest): Promise<Refusal | undefined> {
  const { repository, change, actor } = request;
  if (!change.ref.startsWith("refs/heads/") || !enforces(repository.world, "protection")) return undefined;
  const branch = change.ref.slice("refs/heads/".length);
  for (const rule of repository.protections) {
    if (!matchesPattern(rule.pattern, branch)) continue;
    // GitHub refuses to put the Actions app on a bypass list, so listing it has no effect here.
    if (actor.kind !== "actions" && rule.bypass.includes(actor.user.login)) continue;
    const messages = await brokenRules(request, rule);
    if (messages.length > 0) return { kind: rule.kind, ref: change.ref, messages };
  }
  return undefined;
}

async function brokenRules({ repository, change, git, mergedHead }: UpdateRequest, rule: Protection): Promise<string[]> {
  if (change.new === nullSha) return rule.allowDeletions ? [] : ["Cannot delete this branch"];
  if (change.old === nullSha) return rule.kind === "ruleset" && rule.restrictCreations ? ["Cannot create ref due to creations being restricted."] : [];
  const messages: string[] = [];
  if (!rule.allowForcePushes && !(await isAncestor(git, change.old, change.new))) messages.push("Cannot force-push to this branch");
  if (rule.requirePullRequest && mergedHead === undefined) messages.push("Changes must be made through a pull request.");
  return [...messages, ...missingChecks(repository, rule.requiredStatusChecks, mergedHead ?? change.new)];
}

/** GitHub's sentence about required checks that are not green. Source: field reports; the words for several checks are unproven. */
function missingChecks(repository: Repository, required: readonly string[], sha: string): string[] {
  const states = required.map((context) => ({ context, state: repository.contextState(sha, context) })).filter(({ state }) => state !== "green");
  const [first] = states;
  if (first === undefined) return [];
  const failing = states.filter(({ state }) => state === "failing").length;
  const expected = states.length - failing;
  if (states.length === 1) return [`Required status check "${first.context}" is ${failing === 1 ? "failing" : "expected"}.`];
  const counted = `${states.length} of ${required.length} required status checks`;
  if (failing === 0) return [`${counted} are expected.`];
  return [`${counted} have not succeeded: ${expected === 0 ? "" : `${expected} expected and `}${failing} failing.`];
}
