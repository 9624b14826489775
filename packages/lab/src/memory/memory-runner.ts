import type { Position } from "@retell-actions/core/errors";
import type { Cancellation, Clock, JobContext, Log } from "@retell-actions/core/ports/runner";

export interface LogLine {
  readonly level: "info" | "debug" | "notice" | "warning" | "error" | "group";
  readonly message: string;
  readonly position: Position | undefined;
}

/** A log that keeps its lines and shows masked values as `***`, as the runner does. */
export interface MemoryLog extends Log {
  readonly lines: LogLine[];
  readonly masked: string[];
  /** All lines, one below the other. */
  text(): string;
}

export function createMemoryLog(): MemoryLog {
  const lines: LogLine[] = [];
  const masked: string[] = [];
  const hide = (text: string): string => masked.reduce((shown, secret) => (secret === "" ? shown : shown.replaceAll(secret, "***")), text);
  const keep = (level: LogLine["level"]) => (message: string, position?: Position): void => void lines.push({ level, message: hide(message), position });
  return {
    lines,
    masked,
    text: () => lines.map((line) => line.message).join("\n"),
    info: keep("info"),
    debug: keep("debug"),
    notice: keep("notice"),
    warning: keep("warning"),
    error: keep("error"),
    group: (title, body) => {
      keep("group")(title);
      return body();
    },
    mask: (value) => void masked.push(value),
  };
}

/** A clock that stands still until it is moved. */
export function createMemoryClock(start = Date.parse("2026-11-24T02:30:00Z")): Clock & { advance(milliseconds: number): void } {
  let time = start;
  return { now: () => time, advance: (milliseconds) => void (time += milliseconds) };
}

/** A cancellation that a test pulls. */
export function createMemoryCancellation(): Cancellation & { cancel(): void } {
  const controller = new AbortController();
  return { signal: controller.signal, cancel: () => controller.abort() };
}

/** A push to `staging` of `octo/agents`, with changes. */
export function memoryJob(changes: Partial<JobContext> = {}): JobContext {
  return {
    repository: "octo/agents",
    repositoryId: 1,
    serverUrl: "https://github.com",
    runId: "12345678",
    runAttempt: 1,
    job: "deploy",
    actor: "github-actions[bot]",
    event: { name: "push", branch: "staging", before: undefined, after: "0".repeat(39) + "1" },
    ref: "refs/heads/staging",
    ...changes,
  };
}
