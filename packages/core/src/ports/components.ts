import type { JsonObject } from "../canonical/json.ts";

/** A shared flow component as Retell returned it. It has no versions: a change shows in every linked flow at once. */
export interface RemoteComponent {
  readonly id: string;
  /** Not unique in a workspace. */
  readonly name: string;
  /** Epoch milliseconds; 0 where the answer has none. */
  readonly modifiedAt: number;
  /** Conversation flows with a node for this component. */
  readonly linkedFlowIds: readonly string[];
  /** The whole answer, untouched. */
  readonly raw: JsonObject;
}

/** Reading shared components; errors and `null` as in `RetellReader`. */
export interface ComponentReader {
  /** All components with whole content, all pages. */
  listComponents(): Promise<RemoteComponent[]>;
  readComponent(id: string): Promise<RemoteComponent | null>;
}

/** Writing shared components. A create is never repeated by the adapter; `ambiguous` errors as in `RetellWriter`. */
export interface ComponentWriter {
  createComponent(content: JsonObject): Promise<RemoteComponent>;
  /** Sends only the given top-level keys. */
  updateComponent(id: string, changes: JsonObject): Promise<RemoteComponent>;
  /** True if it was there. Retell gives each linked flow a local copy. */
  deleteComponent(id: string): Promise<boolean>;
}
