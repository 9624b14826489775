import type { AgentFiles } from "./agent-files.ts";
import type { Fork } from "./write-sections.ts";

/** An agent's files while edits are written into them. */
export interface Draft {
  readonly files: AgentFiles;
  /** New texts of other files by path: section files, overlays of other workspaces. */
  readonly others: ReadonlyMap<string, string>;
  readonly forked: readonly Fork[];
}

/** The draft after a write, or why there is no such write; `isFinal`: nor in another way. */
export type Drafted = Draft | { readonly fault: string; readonly isFinal?: true };
