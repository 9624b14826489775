import { createHash } from "node:crypto";

/** How drift-detect reads agents; `auto` reads all of them in a workspace of up to {@link AUTO_FULL_UP_TO} and else as `incremental`. */
export type ReadMode = "auto" | "full" | "incremental";

/** So many agents are read within one of Retell's windows of ten seconds (100 requests per route), without any waiting. */
export const AUTO_FULL_UP_TO = 100;

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** Clocks of runners and of GitHub differ; what lies so near to the last look is looked at again. */
const OVERLAP = 10 * MINUTE;

/** True if every agent is read at every look. */
export function wantsFullRead(mode: ReadMode, agents: number): boolean {
  return mode === "full" || (mode === "auto" && agents <= AUTO_FULL_UP_TO);
}

/**
 * Which agents a look need not read whole, with the moment of their last full read: a moment at or after which they were read.
 * Every agent has a minute of each UTC day, by a hash of name and date, and the first look after it reads the agent whatever
 * Retell's lists say; so each one is read at least once a day, and looks share the work. `lastLook` is the start of the last look
 * that was complete; without one, or with one of more than a day ago, everything is read. All times are epoch milliseconds.
 */
export function agentsToRemember(input: { readonly names: readonly string[]; readonly now: number; readonly lastLook: number | undefined }): Map<string, number> {
  const { names, now, lastLook } = input;
  const from = lastLook === undefined ? undefined : lastLook - OVERLAP;
  if (from === undefined || now - from >= DAY || from > now) return new Map();
  return new Map(names.flatMap((name) => {
    const last = lastFullRead(name, now);
    return last > from ? [] : [[name, last] as const];
  }));
}

/** The agent's latest minute of full reading that is not after `now`. */
function lastFullRead(name: string, now: number): number {
  const today = Math.floor(now / DAY) * DAY;
  const at = momentOn(name, today);
  return at <= now ? at : momentOn(name, today - DAY);
}

function momentOn(name: string, day: number): number {
  const hash = createHash("sha256").update(JSON.stringify([name, new Date(day).toISOString().slice(0, 10)]), "utf8").digest();
  return day + (hash.readUInt32BE(0) % (24 * 60)) * MINUTE;
}
