import { ActionError } from "@retell-actions/core/errors";
import type { Log } from "@retell-actions/core/ports/runner";

/** What comes after the commit must not make it look as if there were none. */
export async function unlessItFails(what: string, log: Log, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    log.warning(`${what} could not be written: ${error.message}`);
  }
}
