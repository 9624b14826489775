import type { StatedSettings } from "../project/desired-resources.ts";
import { USUAL_SETTINGS } from "../project/knowledge-shape.ts";
import type { RecordedSettings } from "../state/knowledge-state.ts";
import type { ResourceChange } from "./resource-plan.ts";

const KEYS = ["name", "enable_auto_refresh", "max_chunk_size", "min_chunk_size"] as const;

interface SettingSides {
  readonly desired: StatedSettings;
  readonly sent: RecordedSettings | undefined;
  readonly seen: RecordedSettings | undefined;
  readonly live: RecordedSettings;
  readonly overwrite: boolean;
}

/**
 * Compares what is fixed in a knowledge base, by the same table as fields of agents. What Retell does not tell is unchanged. A
 * setting that Git says no more shall be what a new knowledge base gets without it.
 */
export function compareSettings(sides: SettingSides): ResourceChange[] {
  return KEYS.flatMap((name): ResourceChange[] => {
    const found = classOf(name, sides);
    if (found === undefined) return [];
    return [{ name, class: sides.overwrite && wantedOf(name, sides) !== undefined && (found === "console-edit" || found === "conflict") ? "local-change" : found }];
  });
}

/** Settings that Git says no more and that Retell does not tell, so that nobody knows whether they are the usual ones. */
export function untoldSettings(sides: Pick<SettingSides, "desired" | "sent" | "live">): string[] {
  return KEYS.filter((key) => isTakenOut(key, sides) && (sides.live[key] ?? undefined) === undefined);
}

function isTakenOut(key: (typeof KEYS)[number], { desired, sent }: Pick<SettingSides, "desired" | "sent">): boolean {
  return desired[key] === undefined && (sent?.[key] ?? undefined) !== undefined;
}

function wantedOf(key: (typeof KEYS)[number], sides: Pick<SettingSides, "desired" | "sent">): string | number | boolean | undefined {
  return isTakenOut(key, sides) && key !== "name" ? USUAL_SETTINGS[key] : sides.desired[key];
}

function classOf(key: (typeof KEYS)[number], sides: SettingSides): ResourceChange["class"] | undefined {
  const wanted = wantedOf(key, sides);
  // Where Retell is silent, what was sent last is the best that is known.
  const told = sides.live[key] ?? (isTakenOut(key, sides) ? sides.sent?.[key] : undefined) ?? undefined;
  const before = sides.seen?.[key] ?? undefined;
  const consoleChanged = sides.seen !== undefined && told !== undefined && before !== undefined && told !== before;
  const gitChanged = sides.seen === undefined || sides.desired[key] !== (sides.sent?.[key] ?? undefined);
  if (wanted === undefined) return consoleChanged ? "console-edit" : undefined;
  if (!gitChanged && !consoleChanged) return undefined;
  if (told === wanted) return "converged";
  if (sides.seen === undefined) return told === undefined ? "converged" : "conflict";
  if (gitChanged && consoleChanged) return "conflict";
  return gitChanged ? "local-change" : "console-edit";
}
