import { holdsFingerprint } from "../canonical/fingerprint.ts";
import type { FieldChange } from "../diff/classify.ts";
import type { FieldFacts } from "../diff/equality.ts";
import type { AgentState } from "../state/agent-state.ts";
import { parseMark } from "../state/ownership-mark.ts";
import type { LiveAgent } from "./live.ts";
import type { PlanContext } from "./options.ts";
import { bearsOurMark } from "./ownership.ts";
import type { AgentSides } from "./agent-sides.ts";
import type { AgentClass, Block } from "./plan.ts";

export interface BlockInput {
  readonly sides: AgentSides;
  readonly changes: readonly FieldChange[];
  readonly agentClass: AgentClass;
  readonly needsReplace: boolean;
  readonly live: LiveAgent | undefined;
  readonly state: AgentState | undefined;
  readonly context: PlanContext;
  readonly facts: FieldFacts;
}

/** Everything that keeps an agent from being written although Git wants to; each block says what resolves it. */
export function planBlocks(input: BlockInput): Block[] {
  const identity = identityBlocks(input);
  // Of somebody else's agent the differences are none of ours.
  if (identity.some((block) => block.reason === "name-taken" || block.reason === "unclear-identity")) return identity;
  return [...identity, ...consoleBlocks(input), ...fieldBlocks(input)];
}

function identityBlocks({ sides, agentClass, needsReplace, live, state, context }: BlockInput): Block[] {
  const { options } = context;
  const blocks: Block[] = [];
  if (agentClass === "missing-remote" && !options.recreate) {
    blocks.push({ reason: "missing-remote", message: "The agent was deleted in Retell. Run deploy with recreate: true to make it again (with a new id), or remove its folder." });
  }
  const { sameName = [] } = sides.live.kind === "missing" ? sides.live : {};
  if (agentClass === "missing-remote" && options.recreate && sameName.length > 0) {
    blocks.push({ reason: "name-taken", message: `Retell has an unmanaged agent of the same name (${sameName.join(", ")}), so no other one is made beside it. Rename or delete that one in the Retell console, or give this one another agent_name.` });
  }
  if (live === undefined) return blocks;
  const mark = parseMark(live.agent.title);
  const ours = bearsOurMark(live, { repositoryId: context.repositoryId, ownFolders: sides.ownFolders });
  const deleting = agentClass === "removed-from-git";
  if (live.found === "named" && live.unclear !== undefined) {
    blocks.push({ reason: "name-taken", message: live.unclear });
  } else if (live.found === "recorded" && live.unclear !== undefined) {
    blocks.push({ reason: "unclear-identity", message: live.unclear });
  } else if (live.found === "named" && !options.adopt) {
    blocks.push({ reason: "name-taken", message: `Retell has an unmanaged agent of the same name (${live.agent.agentId}). Run deploy with adopt: true to take it over, or rename one of the two.` });
  } else if (deleting && !ours) {
    blocks.push({ reason: "not-ours", message: `The version in Retell ${mark === undefined ? "bears no mark of this repository" : `is marked by repository ${mark.repositoryId}, folder ${mark.folder}`}, so it is not deleted. Delete the agent in the Retell console if it is to go.` });
  } else if (mark !== undefined && !ours && !options.adopt) {
    blocks.push({ reason: "not-ours", message: `The version in Retell is marked by repository ${mark.repositoryId}, folder ${mark.folder}. Run deploy with adopt: true to take it over.` });
  } else if (mark === undefined && !options.adopt && state?.agent_id == null && live.found !== "recorded") {
    blocks.push({ reason: "not-ours", message: "The version in Retell bears no mark of this repository. Run deploy with adopt: true to take it over." });
  }
  if (needsReplace && !options.allowReplace) {
    blocks.push({ reason: "needs-replace", message: `Git asks for another ${live.agent.channel === sides.desired?.channel ? "kind of engine" : "channel"}, which Retell cannot change on an existing agent. Run deploy with allow-replace: true to make a new agent beside the old one.` });
  }
  return blocks;
}

function consoleBlocks({ changes, agentClass, context }: BlockInput): Block[] {
  const conflicts = changes.filter((change) => change.class === "conflict");
  if (conflicts.length > 0) {
    return [{ reason: "conflict", message: `Git and the Retell console changed ${list(conflicts)} differently.` }];
  }
  if (context.options.onConsoleEdit !== "fail") return [];
  const edits = changes.filter((change) => change.class === "console-edit");
  if (edits.length > 0) return [{ reason: "console-edit", message: `Somebody changed ${list(edits)} in the Retell console.` }];
  if (agentClass === "version-deleted") return [{ reason: "version-deleted", message: "The version that was deployed last was deleted in Retell." }];
  if (agentClass === "console-edit") return [{ reason: "console-edit", message: "Another version was published in the Retell console." }];
  return [];
}

/** Fields that no write can bring to where they shall be. */
function fieldBlocks(input: BlockInput): Block[] {
  // A new agent is written whole; the old one is left as it is.
  if (input.needsReplace) return [];
  return [...forgottenCredentials(input), ...stuckFields(input)];
}

/** Overwriting goes back to what was seen, but of a credential that was typed into the console only a fingerprint was kept. */
function forgottenCredentials({ changes, sides }: BlockInput): Block[] {
  const forgotten = changes.filter((change) => change.class === "local-change" && change.desired === undefined && change.target !== undefined && holdsFingerprint(change.target));
  return forgotten.map((change) => ({
    reason: "cannot-reset" as const,
    message: `${change.name} held a credential before that was typed into the Retell console, so it was never stored. Write the value that it shall have into ${fileOf(sides)} as secret://…, or set it in the console.`,
  }));
}

/** Top-level fields that Git has taken out and that nothing in Retell's documentation tells how to unset. */
function stuckFields({ changes, sides, facts }: BlockInput): Block[] {
  const stuck = changes.filter(
    (change) =>
      change.class === "local-change" &&
      change.target === undefined &&
      change.path.length === 2 &&
      change.desired === undefined &&
      !facts.isNullable(change.path) &&
      typeof change.live !== "object",
  );
  return stuck.map((change) => ({
    reason: "cannot-reset" as const,
    message: `${change.name} was removed from ${fileOf(sides)}, but Retell has neither null nor a documented default for it. Write the value that it shall have.`,
  }));
}

function fileOf(sides: AgentSides): string {
  return sides.desired?.sources[0] ?? `agents/${sides.name}/agent.json`;
}

function list(changes: readonly FieldChange[]): string {
  const names = changes.slice(0, 5).map((change) => change.name);
  return changes.length > 5 ? `${names.join(", ")} and ${changes.length - 5} more fields` : names.join(", ");
}

