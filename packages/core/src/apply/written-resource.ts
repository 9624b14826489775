import type { Content } from "../canonical/content.ts";
import type { ReasonCode } from "../outcome.ts";
import type { RecordedSettings, RecordedSource } from "../state/knowledge-state.ts";
import type { Written } from "./written.ts";

/** What the state of a knowledge base must say. */
export interface RecordedKnowledge {
  readonly kind: "knowledge";
  readonly id: string;
  readonly sent: RecordedSettings;
  readonly seen: RecordedSettings;
  readonly sources: readonly RecordedSource[];
  /** Only a part could be written. */
  readonly incomplete: boolean;
}

/** What the state of a component must say. */
export interface RecordedComponent {
  readonly kind: "component";
  readonly id: string;
  readonly sent: Content;
  readonly seen: Content;
  readonly secrets: Readonly<Record<string, string>>;
}

/** What became of one shared resource's write; see {@link Written}. */
export interface WrittenResource {
  readonly status: Written["status"];
  readonly reason: ReasonCode;
  readonly message?: string;
  readonly recorded?: RecordedKnowledge | RecordedComponent;
  /** The journal stays: the next run finds out what Retell has. `id` is what is known already. */
  readonly uncertain?: { readonly id: string | null };
}
