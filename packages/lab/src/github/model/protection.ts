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

async function brokenRules({ repository, change, git }: UpdateRequest, rule: Protection): Promise<string[]> {
  if (change.new === nullSha) return rule.allowDeletions ? [] : ["Cannot delete this branch"];
  if (change.old === nullSha) return rule.kind === "ruleset" && rule.restrictCreations ? ["Cannot create ref due to creations being restricted."] : [];
  const messages: string[] = [];
  if (!rule.allowForcePushes && !(await isAncestor(git, change.old, change.new))) messages.push("Cannot force-push to this branch");
  if (rule.requirePullRequest) messages.push("Changes must be made through a pull request.");
  const missing = rule.requiredStatusChecks.filter((context) => !repository.isContextGreen(change.new, context));
  if (missing.length === 1) messages.push(`Required status check "${missing[0]}" is expected.`);
  if (missing.length > 1) messages.push(`${missing.length} of ${rule.requiredStatusChecks.length} required status checks are expected.`);
  return messages;
}
