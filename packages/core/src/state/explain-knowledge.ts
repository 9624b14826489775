import type { RemoteKnowledgeBase } from "../ports/knowledge-bases.ts";
import { sourceKey } from "../project/knowledge-sources.ts";
import type { KnowledgeState, RecordedSettings, RecordedSource } from "./knowledge-state.ts";

/** What is known to be ours in a knowledge base. */
export interface KnowledgeBaseline {
  readonly sent: RecordedSettings;
  readonly seen: RecordedSettings;
  /** A source that was replaced may stand here twice: with its old content and its new one. */
  readonly sources: readonly RecordedSource[];
}

/**
 * The baseline after a run that died: a source that was not there before and bears the kind and title of one that the run
 * was adding is ours. Null for a knowledge base that nothing is known of.
 */
export function explainKnowledge(state: KnowledgeState | undefined, live: RemoteKnowledgeBase): KnowledgeBaseline | null {
  const pending = state?.pending;
  if (state === undefined) return null;
  if (pending === undefined || pending.operation === "delete") return state.sent === null || state.seen === null ? null : { sent: state.sent, seen: state.seen, sources: state.sources };
  const isCreate = pending.operation === "create";
  const recorded = isCreate ? [] : state.sources;
  const before = new Set([...pending.over, ...recorded.map((source) => source.source_id)]);
  const taken = new Set<string>();
  const added = pending.sources.flatMap((source): RecordedSource[] => {
    if (recorded.some((other) => isSame(other, source) && other.hash === source.hash)) return [];
    const found = live.sources.find((other) => isSame(other, source) && !before.has(other.id) && !taken.has(other.id));
    if (found === undefined) return [];
    taken.add(found.id);
    return [{ ...source, source_id: found.id }];
  });
  const seen = settingsOf(live);
  return {
    sent: isCreate ? pending.settings : (state.sent ?? pending.settings),
    seen: isCreate ? seen : (state.seen ?? seen),
    sources: [...recorded, ...added],
  };
}

/** Retell's settings as the state keeps them. */
export function settingsOf({ name, settings }: Pick<RemoteKnowledgeBase, "name" | "settings">): RecordedSettings {
  return { name, enable_auto_refresh: settings.autoRefresh, max_chunk_size: settings.maxChunkSize, min_chunk_size: settings.minChunkSize };
}

function isSame(a: { readonly kind: string; readonly title: string }, b: { readonly kind: string; readonly title: string }): boolean {
  return sourceKey(a) === sourceKey(b);
}
