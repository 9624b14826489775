import type { Content } from "../canonical/content.ts";
import type { RemoteAgent } from "../ports/retell.ts";
import type { ReasonCode } from "../outcome.ts";
import type { LastChange } from "../state/last-change.ts";

/** What one read of an agent found in Retell. */
export type LiveReading =
  /** Nothing recorded, nothing found. */
  | { readonly kind: "none" }
  /** A recorded id that Retell does not know (any more). */
  | { readonly kind: "missing"; readonly agentId: string; /** Unmanaged agents of the display name that Git says. */ readonly sameName?: readonly string[] }
  | { readonly kind: "unreadable"; readonly reason: ReasonCode; readonly problem: string }
  | LiveAgent;

/** An agent that Retell holds. `content` is canonical and in clear: it may hold credentials and is never rendered or stored. */
export interface LiveAgent {
  readonly kind: "present";
  /** `recorded`: by its id in the state; `marked`: by our ownership mark; `named`: by its display name only. */
  readonly found: "recorded" | "marked" | "named";
  readonly agent: RemoteAgent;
  readonly content: Content;
  /** The latest change of agent or engine, epoch milliseconds. */
  readonly modifiedAt: number;
  /** Undefined where Retell left a time out. */
  readonly lastChange?: LastChange | undefined;
  /**
   * Epoch milliseconds. Set where the agent was not read, since nothing says that it changed: its engine is that of the bulk read, and
   * the part `agent` of `content` is what is recorded, in symbols. The moment is one at or after which it was last read.
   */
  readonly notReadSince?: number;
  /** `latest_published`, where the workspace is a production; undefined elsewhere, null when nothing is published. */
  readonly publishedVersion: number | null | undefined;
  /** Why even an agent that may be adopted by its name, or that is recorded, is not taken: a sentence about which others it could be. */
  readonly unclear?: string;
}
