/**
 * What a worker shows while it works, in memory that the main thread sees also while a call does not return: which call it
 * is at, with which text, and what it has counted so far.
 */
export interface Watched {
  /** Written before and after each call: odd while one is under way. */
  readonly calls: Int32Array;
  readonly counts: Int32Array;
  /** Milliseconds of the slowest call of the job. */
  readonly slowest: Float64Array;
  readonly text: Buffer;
}

/** Places in `counts`. */
export const COUNT = { inputs: 0, accepted: 1, length: 2 } as const;

const LONGEST_TEXT = 2_000_000;

/** Memory for one worker. */
export function createMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(64 + 2 * LONGEST_TEXT);
}

export function watch(memory: SharedArrayBuffer): Watched {
  return { calls: new Int32Array(memory, 0, 1), counts: new Int32Array(memory, 8, 4), slowest: new Float64Array(memory, 32, 1), text: Buffer.from(memory, 64) };
}

export function beginCall({ calls, counts, text }: Watched, given: string): void {
  counts[COUNT.length] = text.write(given, "utf16le");
  Atomics.add(calls, 0, 1);
}

export function endCall({ calls }: Watched): void {
  Atomics.add(calls, 0, 1);
}

/** The text of the call that is under way. */
export function textUnderWay({ counts, text }: Watched): string {
  return text.toString("utf16le", 0, counts[COUNT.length] ?? 0);
}
