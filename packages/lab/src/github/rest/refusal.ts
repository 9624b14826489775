import type { Refusal } from "../model/protection.ts";

/** The sentence that REST and GraphQL give for a refused update: rulesets are introduced, branch protection is not. */
export function refusalMessage(refusal: Refusal): string {
  const text = refusal.messages.join(" ");
  return refusal.kind === "ruleset" ? `Repository rule violations found\n\n${refusal.messages.join("\n")}\n\n` : text;
}

/** Lines on the pusher's terminal and the reason in git's report. */
export function pushRefusal(refusal: Refusal, rulesUrl: string): { lines: string[]; reason: string } {
  const items = refusal.messages.map((message) => `- ${message}`);
  if (refusal.kind === "workflow-file") return { lines: [], reason: refusal.messages.join(" ") };
  if (refusal.kind === "branch-protection") {
    return { lines: [`error: GH006: Protected branch update failed for ${refusal.ref}.`, "", ...items], reason: "protected branch hook declined" };
  }
  return {
    lines: [`error: GH013: Repository rule violations found for ${refusal.ref}.`, `Review all repository rules at ${rulesUrl}`, "", ...items, ""],
    reason: "push declined due to repository rule violations",
  };
}
