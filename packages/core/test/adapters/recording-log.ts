import type { Log } from "../../src/ports/runner.ts";

/** A log that keeps its lines. */
export function recordingLog(): Log & { lines: string[]; masked: string[] } {
  const lines: string[] = [];
  const masked: string[] = [];
  const keep = (message: string): void => void lines.push(message);
  return {
    lines,
    masked,
    info: keep,
    debug: keep,
    notice: keep,
    warning: keep,
    error: keep,
    group: (_title, body) => body(),
    mask: (value) => void masked.push(value),
  };
}
