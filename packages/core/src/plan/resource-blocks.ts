import type { PlanOptions } from "./options.ts";
import type { AgentClass, Block } from "./plan.ts";
import type { ResourceChange } from "./resource-plan.ts";

const WORST_FIRST = ["conflict", "console-edit", "local-change", "converged"] as const;

/** A resource's class is the worst of its changes. */
export function worstOf(changes: readonly ResourceChange[]): AgentClass {
  return WORST_FIRST.find((candidate) => changes.some((change) => change.class === candidate)) ?? "in-sync";
}

/** What the console's changes keep from being written; there are no commands on resources, so the ways out are told whole. */
export function changeBlocks(changes: readonly ResourceChange[], { onConsoleEdit }: Pick<PlanOptions, "onConsoleEdit">): Block[] {
  const conflicts = changes.filter((change) => change.class === "conflict");
  if (conflicts.length > 0) {
    return [{ reason: "conflict", message: `Git and the Retell console changed ${list(conflicts)} differently. Make one like the other by hand, or run deploy with on-console-edit: overwrite to let Git win.` }];
  }
  const edits = changes.filter((change) => change.class === "console-edit");
  if (edits.length === 0 || onConsoleEdit !== "fail") return [];
  return [{ reason: "console-edit", message: `Somebody changed ${list(edits)} in the Retell console. Take the change over into Git, undo it there, or run deploy with on-console-edit: overwrite to let Git win.` }];
}

/** A resource that only bears the name is somebody else's. */
export function takenBlock(what: string, id: string): Block {
  return { reason: "name-taken", message: `Retell has a ${what} of the same name (${id}) that was not made from this repository. Run deploy with adopt: true to take it over, or rename one of the two.` };
}

/** Several that could be the one that is looked for. */
export const SEVERAL = (ids: readonly string[]): string => `Retell has several of this name that are not recorded (${ids.join(", ")}). Delete those that are not needed in the Retell console, or rename one of them.`;

/** The first few names. */
export function list(changes: readonly ResourceChange[]): string {
  const names = changes.slice(0, 5).map((change) => change.name);
  return changes.length > 5 ? `${names.join(", ")} and ${changes.length - 5} more` : names.join(", ");
}
