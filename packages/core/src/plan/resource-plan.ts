import type { ResourceKind, ResourceSymbol } from "../canonical/resource-symbols.ts";
import type { Content } from "../canonical/content.ts";
import type { Baseline, FieldChange } from "../diff/classify.ts";
import type { RemoteKnowledgeBase } from "../ports/knowledge-bases.ts";
import type { DesiredComponent, DesiredKnowledge, DesiredSource } from "../project/desired-resources.ts";
import type { ComponentState } from "../state/component-state.ts";
import type { KnowledgeBaseline } from "../state/explain-knowledge.ts";
import type { KnowledgeState, RecordedSource } from "../state/knowledge-state.ts";
import type { AgentClass, Block, Operation } from "./plan.ts";

/** A source or field of a resource that is not in sync. */
export interface ResourceChange {
  /** `text Opening hours`, `max_chunk_size`, `component.nodes[start].instruction.text`. */
  readonly name: string;
  readonly class: FieldChange["class"];
}

interface DecidedResource {
  readonly name: string;
  readonly symbol: ResourceSymbol;
  /** As for agents; `version-deleted` does not occur. */
  readonly class: AgentClass;
  /** `replace` makes another one beside it, since what differs cannot be changed. */
  readonly operation: Operation;
  readonly wanted: boolean;
  readonly changes: readonly ResourceChange[];
  /** Non-empty: it is left alone, with the agents that refer to it. */
  readonly blocks: readonly Block[];
  readonly skipsStaging?: true;
  readonly notes: readonly string[];
  readonly id: string | null;
  readonly hashes: { readonly seen: string | null; readonly desired: string | null; readonly live: string | null };
}

/** What is to be done with the sources of a knowledge base. */
export interface SourceSteps {
  readonly add: readonly DesiredSource[];
  /** Ids. They go after the others were added and indexed. */
  readonly remove: readonly string[];
  /** What is there and ours. */
  readonly keep: readonly RecordedSource[];
}

export interface KnowledgePlan extends DecidedResource {
  readonly kind: "knowledge";
  /** What apply works with; never rendered. */
  readonly material: {
    readonly desired: DesiredKnowledge | undefined;
    readonly state: KnowledgeState | undefined;
    readonly baseline: KnowledgeBaseline | null;
    readonly live: RemoteKnowledgeBase | undefined;
    readonly steps: SourceSteps;
    /** True if what it holds could not be compared, since Retell is still indexing it. */
    readonly unsettled: boolean;
    /** Ids of the knowledge bases of the name that a create would use. */
    readonly namesakes: readonly string[];
  };
}

export interface ComponentPlan extends DecidedResource {
  readonly kind: "component";
  readonly material: {
    readonly desired: DesiredComponent | undefined;
    readonly state: ComponentState | undefined;
    readonly baseline: Baseline | null;
    /** Live in symbols. */
    readonly live: Content | undefined;
    readonly fields: readonly FieldChange[];
    readonly namesakes: readonly string[];
    /** Conversation flows with a node for it. */
    readonly linkedFlows: number;
  };
}

/** The one decision about a shared resource, like {@link AgentPlan} for an agent. Resources come sorted by symbol. */
export type ResourcePlan = KnowledgePlan | ComponentPlan;

/** What a resource is called in reports. */
export const RESOURCE_WORDS: Record<ResourceKind, string> = { knowledge: "knowledge base", component: "component" };

/** True if agents that refer to the resource may be written. */
export function isUsable(resource: ResourcePlan): boolean {
  if (resource.class === "unreadable" || (resource.wanted && resource.blocks.length > 0)) return false;
  return resource.class === "missing-remote" || resource.id === null ? resource.operation === "create" : true;
}
