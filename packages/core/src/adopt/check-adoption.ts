import { canonicalJson } from "../canonical/content-hash.ts";
import type { Content } from "../canonical/content.ts";
import { isJsonObject, objectFrom, type Json, type JsonObject } from "../canonical/json.ts";
import type { DesiredAgent } from "../project/desired.ts";
import { toPointer } from "../project/json-node.ts";
import type { Problem } from "../project/problem.ts";
import type { Workspace } from "../project/workspace.ts";
import type { AdoptEdit } from "./edit.ts";
import { firstDifference, withEdits } from "./expected-content.ts";
import type { Build } from "./rebuild.ts";

/** A changed project, and what the change was for. */
export interface AdoptionCheck {
  readonly before: Build;
  readonly after: Build;
  readonly workspace: Workspace;
  /** Names of the other workspaces that must not change. */
  readonly siblings: readonly string[];
  readonly agent: string;
  readonly edits: readonly AdoptEdit[];
  /** Those of the edits that every other workspace of the branch shows too. */
  readonly shared: readonly AdoptEdit[];
  /** Which other agents' prompts may change through a section file that they share; none if absent. */
  readonly mayReach?: ((old: DesiredAgent, now: DesiredAgent) => boolean) | undefined;
}

/**
 * Why the changed files may not be proposed; undefined if they build the agent's desired content with exactly these
 * edits, and leave everything else that is deployed from the branch, and the validity of all files, as it was.
 */
export function objection(check: AdoptionCheck): string | undefined {
  const { before, after, workspace, siblings, agent } = check;
  const changed = changedAgents(before, after);
  for (const { old, now } of changed) {
    const [problem] = newErrors(old.problems, now.problems);
    if (problem !== undefined) return `the files would then be invalid: ${problem.message} (${problem.file})`;
  }
  for (const { old, now } of changed) {
    if (now.workspace !== workspace.name && !siblings.includes(now.workspace)) continue;
    const isTarget = now.workspace === workspace.name && now.name === agent;
    if (isTarget || now.name !== agent) {
      const expected = isTarget ? withEdits(old.content, check.edits) : old.content;
      if (!isTarget && check.mayReach?.(old, now) === true && isSameButPrompts(old, now)) continue;
      const difference = differs({ old, now, expected, edits: isTarget ? check.edits : [] });
      if (difference !== undefined) return isTarget ? difference : `it would also change the agent ${now.name}`;
      continue;
    }
    const expected = withEdits(old.content, check.shared);
    if (differs({ old, now, expected, edits: check.shared, orElse: old.content }) !== undefined) return `it would also change the workspace ${now.workspace}`;
  }
  const target = after.desired.get(workspace.name)?.get(agent);
  const isBuilt = target !== undefined && firstDifference({ expected: withEdits(contentBefore(check), check.edits), built: target.content, edits: check.edits }) === undefined;
  return isBuilt ? undefined : "the files cannot say it";
}

/** True if only texts that are put together from sections differ. */
function isSameButPrompts(old: DesiredAgent, now: DesiredAgent): boolean {
  const built = ({ prompts }: DesiredAgent): string[] => [...prompts].flatMap(([pointer, { sections }]) => (sections.length > 0 ? [pointer] : [])).sort();
  const pointers = new Set(built(old));
  const blank = (value: Json, pointer: string): Json => {
    if (pointers.has(pointer)) return null;
    if (Array.isArray(value)) return value.map((item, index) => blank(item, `${pointer}/${index}`));
    return isJsonObject(value) ? objectFrom(Object.entries(value).map(([key, item]) => [key, blank(item, pointer + toPointer([key]))] as const)) : value;
  };
  const rest = ({ content }: DesiredAgent): string => canonicalJson(blank(content as JsonObject, ""));
  return old.channel === now.channel && old.engine === now.engine && built(old).join() === built(now).join() && rest(old) === rest(now);
}

function contentBefore({ before, workspace, agent }: AdoptionCheck): Content {
  return before.desired.get(workspace.name)?.get(agent)?.content ?? { agent: {} };
}

function differs(sides: {
  readonly old: DesiredAgent;
  readonly now: DesiredAgent;
  readonly expected: Content;
  readonly edits: readonly AdoptEdit[];
  readonly orElse?: Content;
}): string | undefined {
  const { old, now, expected, edits, orElse } = sides;
  if (old.channel !== now.channel || old.engine !== now.engine) return "it would choose another engine or channel";
  if (edits.length === 0) return canonicalJson(old.content as Json) === canonicalJson(now.content as Json) ? undefined : "something else would change";
  const difference = firstDifference({ expected, built: now.content, edits, ...(orElse === undefined ? {} : { orElse }) });
  if (difference === undefined) return undefined;
  return difference.edited ? `the files cannot say it: ${difference.name} would be built differently` : `it would also change ${difference.name}`;
}

function changedAgents(before: Build, after: Build): { readonly old: DesiredAgent; readonly now: DesiredAgent }[] {
  return [...after.desired].flatMap(([workspace, agents]) =>
    [...agents.values()].flatMap((now) => {
      const old = before.desired.get(workspace)?.get(now.name);
      return old === undefined || old === now ? [] : [{ old, now }];
    }),
  );
}

/** Errors that were not there before, wherever they stood: lines move. */
export function newErrors(before: readonly Problem[], after: readonly Problem[]): Problem[] {
  const known = new Map<string, number>();
  const keyOf = ({ code, file, agent, message }: Problem): string => JSON.stringify([code, file, agent, message]);
  for (const problem of before) known.set(keyOf(problem), (known.get(keyOf(problem)) ?? 0) + 1);
  return after.filter((problem) => {
    if (problem.severity !== "error") return false;
    const count = known.get(keyOf(problem)) ?? 0;
    known.set(keyOf(problem), count - 1);
    return count <= 0;
  });
}
