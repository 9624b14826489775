import type { FieldChange } from "../diff/classify.ts";
import { mergeFields } from "../merge/merge-fields.ts";
import { fieldFacts } from "../plan/field-facts.ts";
import { liveDigest } from "../plan/live-digest.ts";
import type { AgentPlan } from "../plan/plan.ts";
import { consoleChanges } from "../resolve/console-changes.ts";
import type { DecidingVerb } from "./command-lines.ts";
import type { ShownDigests } from "./comment-header.ts";

/** Fields that differ as long as nobody decides. Such that a person has decided about, or that Git holds alike, are none. */
export function openFields(agent: AgentPlan): FieldChange[] {
  return agent.changes.filter((change) => change.class === "conflict" || change.class === "console-edit");
}

/** Merging long texts is no small thing, and a report asks several times. */
const known = new WeakMap<AgentPlan, readonly DecidingVerb[]>();

/** The verbs that can settle something about an agent; none where no edit of a file can. */
export function verbsFor(agent: AgentPlan): readonly DecidingVerb[] {
  const verbs = known.get(agent) ?? findVerbs(agent);
  known.set(agent, verbs);
  return verbs;
}

function findVerbs(agent: AgentPlan): DecidingVerb[] {
  if (consoleChanges(agent).length === 0) return [];
  return ["use-git", "use-console", ...(mayMerge(agent) ? (["merge"] as const) : [])];
}

/** True if merging settles something that both sides changed, or everything that the console did. */
function mayMerge({ changes, material }: AgentPlan): boolean {
  // A text that UTF-8 cannot carry has no canonical form to be compared by.
  if (changes.some(({ sent, seen, desired, live }) => [sent, seen, desired, live].some((value) => typeof value === "string" && !value.isWellFormed()))) return false;
  // All changes at once: only so is seen where one side took out what the other one changed.
  const merged = mergeFields(changes, fieldFacts([material.live, material.desired?.content]));
  const open = changes.map((change, index) => ({ change, isMerged: merged[index]?.kind === "merged" })).filter(({ change }) => change.class === "conflict" || change.class === "console-edit");
  return open.length > 0 && (open.every(({ isMerged }) => isMerged) || open.some(({ change, isMerged }) => isMerged && change.class === "conflict"));
}

/** Digests in one comment at most; they take up room of the text. */
const MOST_SHOWN = 300;

/** The live states that a comment shows, for its header: of the first 300 agents in this order, of the others none. */
export function shownDigests(shown: readonly { readonly workspace: string; readonly agents: readonly AgentPlan[] }[]): ShownDigests {
  const digests: Record<string, Record<string, string>> = {};
  const first = shown.flatMap(({ workspace, agents }) => agents.map((agent) => ({ workspace, agent }))).slice(0, MOST_SHOWN);
  for (const { workspace, agent } of first) (digests[workspace] ??= {})[agent.name] = liveDigest(agent);
  return digests;
}
