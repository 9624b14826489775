import type { Content } from "../canonical/content.ts";
import type { ResourceSymbol } from "../canonical/resource-symbols.ts";
import type { KnowledgeSourceListing, NewSources } from "../ports/knowledge-bases.ts";
import type { Reference } from "./desired.ts";
import type { Problem } from "./problem.ts";

/** What stays as it was made: Retell cannot change it. Keys as the files name them; absent where Git does not say it. */
export interface StatedSettings {
  readonly name: string;
  readonly enable_auto_refresh?: boolean;
  readonly max_chunk_size?: number;
  readonly min_chunk_size?: number;
}

/** One source that Git says. Kind and title tell it from the others. */
export interface DesiredSource {
  readonly kind: KnowledgeSourceListing["kind"];
  readonly title: string;
  /** `sha256:…` over what is uploaded; over the address for a URL, since what stands there is not Git's. */
  readonly hash: string;
  /** Just this source, as it is uploaded. */
  readonly upload: NewSources;
}

/** What Git says of a knowledge base; the same in every workspace. With errors among `problems` it is not to be used. */
export interface DesiredKnowledge {
  readonly kind: "knowledge";
  readonly name: string;
  readonly settings: StatedSettings;
  /** Sorted by kind and title. */
  readonly sources: readonly DesiredSource[];
  readonly file: string;
  readonly problems: readonly Problem[];
}

/** What Git says of a shared flow component in one workspace; see {@link DesiredKnowledge}. */
export interface DesiredComponent {
  readonly kind: "component";
  readonly name: string;
  /** A content of the one part `component`. */
  readonly content: Content;
  readonly references: readonly Reference[];
  readonly file: string;
  readonly problems: readonly Problem[];
}

export type DesiredResource = DesiredKnowledge | DesiredComponent;

/** The shared resources of a project by symbol. */
export type DesiredResources = ReadonlyMap<ResourceSymbol, DesiredResource>;
