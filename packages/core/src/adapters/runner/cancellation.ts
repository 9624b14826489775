import type { Cancellation } from "../../ports/runner.ts";

/** After the first signal a job has 7.5 s until SIGTERM and 2.5 s more until it is killed (runner source, `ProcessInvoker`). */
const PATIENCE = 7000;

/** The part of `process` that is used. */
export interface SignalSource {
  on(signal: "SIGINT" | "SIGTERM", listener: () => void): unknown;
}

/**
 * Aborts at the first SIGINT or SIGTERM, and calls `giveUp` if the run has not ended 7 s later. The listeners stay after
 * `stop`, so that the SIGTERM that follows a SIGINT does not kill the process while it writes its outputs.
 */
export function listenForCancellation({ source, onSignal, giveUp, patience = PATIENCE }: {
  source: SignalSource;
  onSignal: () => void;
  giveUp: () => void;
  patience?: number;
}): Cancellation & { stop(): void } {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const listener = (): void => {
    if (controller.signal.aborted) return;
    onSignal();
    controller.abort();
    timer = setTimeout(giveUp, patience);
  };
  source.on("SIGINT", listener);
  source.on("SIGTERM", listener);
  return {
    signal: controller.signal,
    stop: () => clearTimeout(timer),
  };
}
