import { ActionError } from "@retell-actions/core/errors";
import type { ActionPorts } from "@retell-actions/core/ports/action-ports";

/** Throws `cancelled` once the run was asked to stop: no further write starts. */
export function assertGoing({ signal }: Pick<ActionPorts, "signal">): void {
  if (signal.aborted) throw new ActionError("cancelled", "The run was cancelled before the import was complete. Nothing in Retell was changed; another run goes on.");
}
