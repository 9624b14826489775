import type { Content } from "../canonical/content.ts";
import type { RemoteAgent, RemoteEngine } from "../ports/retell.ts";
import type { Workspace } from "../project/workspace.ts";

/** One agent of one workspace as Retell holds it. Holds credentials in clear: never rendered or stored. */
export interface LiveMember {
  readonly workspace: Workspace;
  readonly agent: RemoteAgent;
  /** Undefined for a custom LLM. */
  readonly engine: RemoteEngine | undefined;
  /** The canonical content of both. */
  readonly content: Content;
  /** `latest_published` in productions (null: none); undefined elsewhere. */
  readonly publishedVersion: number | null | undefined;
}

/** The agents that become one folder: one of each workspace, of one channel and one kind of engine. */
export interface LiveGroup {
  readonly folder: string;
  readonly displayName: string;
  /** In the order of workspaces.json; the first one is what agent.json says. At least one. */
  readonly members: readonly LiveMember[];
}
