import { PREVIOUS_KEPT } from "./agent-state.ts";
import type { ComponentState } from "./component-state.ts";
import type { KnowledgeState } from "./knowledge-state.ts";
import type { DeploymentNote } from "./next-state.ts";

type Annotations = Pick<KnowledgeState | ComponentState, "config_hash" | "source_commit" | "previous" | "incomplete" | "former_ids">;

/** The annotations after a deployment; the same rules as for an agent. */
export function deployedAnnotations(state: Annotations, made: { hash: string; incomplete: boolean; withoutStaging: boolean; note: DeploymentNote }) {
  const { hash, note } = made;
  const earlier = state.incomplete === true || state.config_hash === null || state.config_hash === hash ? [] : [{ config_hash: state.config_hash, source_commit: state.source_commit }];
  const previous = [...earlier, ...state.previous.filter((entry) => entry.config_hash !== hash && entry.config_hash !== earlier[0]?.config_hash)];
  return {
    config_hash: hash,
    source_commit: note.commit,
    source_branch: note.branch,
    deployed_by: note.actor,
    workflow_run_id: note.runId,
    deployed_at: note.at,
    previous: previous.slice(0, PREVIOUS_KEPT),
    ...(made.withoutStaging ? { without_staging: true } : {}),
    ...(made.incomplete ? { incomplete: true } : {}),
  };
}

/** An id that gives way to another one is remembered, since agents may still hold it. */
export function withFormerResourceId(before: string | null, after: string | null, state: Annotations): { former_ids?: string[] } {
  const known = state.former_ids ?? [];
  if (before === null || before === after || known.includes(before)) return known.length === 0 ? {} : { former_ids: known };
  return { former_ids: [...known, before] };
}
