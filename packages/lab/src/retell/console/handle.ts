import type { EngineKind } from "../data.ts";
import { linkedFlows } from "../model/components.ts";
import { latest } from "../model/lookups.ts";
import { renderComponent, renderEngine, renderPhoneNumber } from "../model/render.ts";
import type { Organization, WriteCounters } from "../organization.ts";
import type { Fields } from "../schema/schema.ts";
import { createConsole } from "./console.ts";
import type { Console } from "./console.ts";
import { pictureOfKnowledge } from "./knowledge-picture.ts";
import type { KnowledgePicture } from "./knowledge-picture.ts";
import { pictureOf } from "./picture.ts";
import type { AgentPicture } from "./picture.ts";
import { snapshot } from "./snapshot.ts";
import type { Snapshot } from "./snapshot.ts";

/** What a test sees of an organisation, and can do to it, without the API: always the present, never lagging. */
export interface OrganizationHandle {
  readonly id: string;
  /** What a person does in the dashboard. */
  readonly console: Console;
  /** API writes that succeeded; console edits do not count. */
  readonly writes: WriteCounters;
  /** All agents in order of creation, with all their versions. */
  agents(): AgentPicture[];
  /** One agent; throws if there is none with this id. */
  agent(id: string): AgentPicture;
  /** All LLMs in order of creation: the latest version of each, as the API returns it. */
  llms(): Fields[];
  /** All conversation flows in order of creation: the latest version of each, as the API returns it. */
  flows(): Fields[];
  /** All shared components in order of creation, as the API returns them. */
  components(): Fields[];
  phoneNumbers(): Fields[];
  /** All knowledge bases in order of creation. */
  knowledgeBases(): KnowledgePicture[];
  /** See `snapshot`. */
  snapshot(): Snapshot;
}

/** The handle of an organisation. */
export function createHandle(organization: Organization): OrganizationHandle {
  const world = () => organization.present();
  const agents = () => [...world().data.agents.values()].map((agent) => pictureOf(world(), agent));
  const engines = (kind: EngineKind) =>
    [...world().data.engines.values()].flatMap((engine) => {
      const version = engine.kind === kind ? latest(engine.versions) : undefined;
      return version === undefined ? [] : [renderEngine(engine, version, organization.options)];
    });
  return {
    id: organization.seed.id,
    console: createConsole(organization),
    writes: organization.writes,
    agents,
    agent(id) {
      const agent = world().data.agents.get(id);
      if (agent === undefined) throw new Error(`The organization "${organization.seed.id}" has no agent "${id}".`);
      return pictureOf(world(), agent);
    },
    llms: () => engines("retell-llm"),
    flows: () => engines("conversation-flow"),
    components: () =>
      [...world().data.components.values()].map((one) => renderComponent(one, linkedFlows(world(), one.id), organization.options)),
    phoneNumbers: () =>
      [...world().data.phoneNumbers.values()].map((record) => renderPhoneNumber(record, organization.options)),
    knowledgeBases: () => [...world().data.knowledgeBases.values()].map((record) => pictureOfKnowledge(world(), record)),
    snapshot: () => snapshot(world().data),
  };
}
