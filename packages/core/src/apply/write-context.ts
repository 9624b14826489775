import type { Fingerprint } from "../canonical/fingerprint.ts";
import type { ComponentReader, ComponentWriter } from "../ports/components.ts";
import type { KnowledgeReader, KnowledgeWriter } from "../ports/knowledge-bases.ts";
import type { Log, Sleep } from "../ports/runner.ts";
import type { RetellReader, RetellWriter } from "../ports/retell.ts";

/** What writing agents needs beside their plans. `agentIds` grows while agents are created. */
export interface WriteContext {
  readonly reader: RetellReader;
  readonly writer: RetellWriter;
  readonly secrets: ReadonlyMap<string, string>;
  readonly agentIds: Map<string, string>;
  readonly fingerprint: Fingerprint;
  readonly formerIds: ReadonlyMap<string, ReadonlySet<string>>;
  readonly goneIds: ReadonlyMap<string, string>;
  readonly repositoryId: number;
  readonly workingDirectory: string;
  readonly commit: string;
  readonly signal: AbortSignal;
  /** Ids of shared resources by symbol; grows while they are made. */
  readonly resourceIds?: Map<string, string>;
  readonly formerResourceIds?: ReadonlyMap<string, ReadonlySet<string>>;
  /** Needed only where the plan has shared resources to write. */
  readonly shared?: SharedContext;
}

/** What writing shared resources needs besides. */
export interface SharedContext {
  readonly knowledge: { readonly reader: KnowledgeReader; readonly writer: KnowledgeWriter };
  readonly components: { readonly reader: ComponentReader; readonly writer: ComponentWriter };
  readonly sleep: Sleep;
  readonly log: Log;
}
