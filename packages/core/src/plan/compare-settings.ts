import type { StatedSettings } from "../project/desired-resources.ts";
import type { RecordedSettings } from "../state/knowledge-state.ts";
import type { ResourceChange } from "./resource-plan.ts";

const KEYS = ["name", "enable_auto_refresh", "max_chunk_size", "min_chunk_size"] as const;

/** Compares what is fixed in a knowledge base, by the same table as fields of agents. What Retell does not tell is unchanged. */
export function compareSettings(sides: {
  readonly desired: StatedSettings;
  readonly sent: RecordedSettings | undefined;
  readonly seen: RecordedSettings | undefined;
  readonly live: RecordedSettings;
  readonly overwrite: boolean;
}): ResourceChange[] {
  return KEYS.flatMap((name): ResourceChange[] => {
    const found = classOf(name, sides);
    if (found === undefined) return [];
    return [{ name, class: sides.overwrite && sides.desired[name] !== undefined && (found === "console-edit" || found === "conflict") ? "local-change" : found }];
  });
}

function classOf(key: (typeof KEYS)[number], sides: Parameters<typeof compareSettings>[0]): ResourceChange["class"] | undefined {
  const wanted = sides.desired[key];
  const told = sides.live[key] ?? undefined;
  const before = sides.seen?.[key] ?? undefined;
  const consoleChanged = sides.seen !== undefined && told !== undefined && before !== undefined && told !== before;
  const gitChanged = sides.seen === undefined || wanted !== sides.sent?.[key];
  if (wanted === undefined) return consoleChanged ? "console-edit" : sides.seen !== undefined && gitChanged ? "converged" : undefined;
  if (!gitChanged && !consoleChanged) return undefined;
  if (told === wanted) return "converged";
  if (sides.seen === undefined) return told === undefined ? "converged" : "conflict";
  if (gitChanged && consoleChanged) return "conflict";
  return gitChanged ? "local-change" : "console-edit";
}
