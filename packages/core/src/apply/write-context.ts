import type { Fingerprint } from "../canonical/fingerprint.ts";
import type { RetellReader, RetellWriter } from "../ports/retell.ts";

/** What writing agents needs beside their plans. `agentIds` grows while agents are created. */
export interface WriteContext {
  readonly reader: RetellReader;
  readonly writer: RetellWriter;
  readonly secrets: ReadonlyMap<string, string>;
  readonly agentIds: Map<string, string>;
  readonly fingerprint: Fingerprint;
  readonly formerIds: ReadonlyMap<string, ReadonlySet<string>>;
  readonly repositoryId: number;
  readonly workingDirectory: string;
  readonly commit: string;
  readonly signal: AbortSignal;
}
