import type { CommitComparison } from "@retell-actions/core/ports/github";

/** What brings a target to its source. */
export type Step = "none" | "fast-forward" | "merge" | "replace";

type Relation = CommitComparison["status"];

/**
 * Where the source stands seen from the target (`ahead`: the target is its ancestor), and what follows. `safe` only ever
 * adds to the target's history. `force` makes the target equal to the source, so commits of its own are in the way too.
 */
const STEPS: Record<"safe" | "force", Record<Relation, Step>> = {
  safe: { identical: "none", behind: "none", ahead: "fast-forward", diverged: "merge" },
  force: { identical: "none", behind: "replace", ahead: "fast-forward", diverged: "replace" },
};

export function decideStep(situation: { readonly relation: Relation; readonly strategy: "safe" | "force" }): Step {
  return STEPS[situation.strategy][situation.relation];
}

/** What to do with the branch of the pull request. */
export type BranchStep = "create" | "fast-forward" | "keep" | "leave";

/**
 * The branch points at the source, or is brought there by a fast-forward. One that contains the source (somebody resolved
 * conflicts on it) is kept; one with commits that the source lacks, and lacking some of the source's, is left to its people.
 */
const BRANCH_STEPS: Record<Relation | "absent", BranchStep> = {
  absent: "create",
  identical: "keep",
  ahead: "fast-forward",
  behind: "keep",
  diverged: "leave",
};

/** `relation`: where the source stands seen from the branch. */
export function decideBranch(relation: Relation | "absent"): BranchStep {
  return BRANCH_STEPS[relation];
}
