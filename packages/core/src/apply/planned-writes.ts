import { PARTS, type Content } from "../canonical/content.ts";
import { objectFrom, own, type Json } from "../canonical/json.ts";
import { buildWrites, holdsConsoleEdit, removedNodes, withWholeNewNodes, type RemovedNode, type Writes } from "../diff/apply-changes.ts";
import { fieldFacts } from "../plan/field-facts.ts";
import type { AgentPlan } from "../plan/plan.ts";
import type { PendingWrite } from "../state/agent-state.ts";
import { markFolder, renderMark } from "../state/ownership-mark.ts";

/** The mark that a run leaves on what it writes for an agent. */
export function markOf(plan: AgentPlan, context: { repositoryId: number; workingDirectory: string; commit: string }): string {
  return renderMark({ repositoryId: context.repositoryId, folder: markFolder(context.workingDirectory, plan.name), shortSha: context.commit.slice(0, 7) });
}

/** What of a plan says which fields are written. */
export interface WritablePlan {
  readonly changes: AgentPlan["changes"];
  readonly material: { readonly desired: { readonly content: Content } | undefined } & Pick<AgentPlan["material"], "baseline" | "live">;
}

/**
 * The keys that an update sends, with their values built upon `live`: in symbols for the journal, in clear for Retell.
 * `resolve` turns what Git says into what is sent; what live holds beside it is sent back as it is.
 */
export function plannedWrites(plan: WritablePlan, { live, resolve = (value) => value }: { live: Content; resolve?: (value: Json) => Json }): Writes {
  const { desired, baseline } = plan.material;
  if (desired === undefined) return {};
  const facts = fieldFacts([plan.material.live, desired.content]);
  const removed: RemovedNode[] = removedNodes(baseline?.sent, desired.content)
    .filter((path) => !holdsConsoleEdit(path, plan.changes))
    .map((path) => (path.length > 2 ? { path } : { path, reset: facts.isNullable(path) ? null : facts.defaultOf(path) }));
  const local = plan.changes.filter((change) => change.class === "local-change");
  const changes = withWholeNewNodes(local, { live, desired: desired.content })
    .map((change) => (change.target === undefined ? change : { ...change, target: resolve(change.target) }));
  return buildWrites({ live, desired: desired.content, changes, removed });
}

/** The journal's entry for an agent that is about to be written. */
export function pendingWrite(plan: AgentPlan, mark: string): PendingWrite {
  const { desired, live } = plan.material;
  if (plan.operation === "delete") {
    return { operation: "delete", mark, sent: { agent: {} }, over: live ?? { agent: {} }, keys: [] };
  }
  const sent = desired?.content ?? { agent: {} };
  if (plan.operation === "create" || plan.operation === "replace") {
    return { operation: "create", mark, sent, over: { agent: {} }, keys: PARTS.flatMap((part) => Object.keys(sent[part] ?? {}).map((key) => `${part}.${key}`)) };
  }
  const writes = plannedWrites(plan, { live: live ?? { agent: {} } });
  const keys = PARTS.flatMap((part) => Object.keys(writes[part] ?? {}).map((key) => [part, key] as const));
  const over = Object.fromEntries(
    PARTS.filter((part) => part === "agent" || writes[part] !== undefined).map((part) => [
      part,
      objectFrom(Object.keys(writes[part] ?? {}).map((key) => [key, own(live?.[part] ?? {}, key)] as const)),
    ]),
  ) as Content;
  const kept = plan.changes.filter((change) => change.class === "console-edit").map((change) => change.name);
  return { operation: "update", mark, sent, over, keys: keys.map(([part, key]) => `${part}.${key}`), ...(kept.length === 0 ? {} : { kept }) };
}
