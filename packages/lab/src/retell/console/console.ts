import type { KnowledgeBaseRecord } from "../data.ts";
import { forkVersion, deleteVersion, publishVersion } from "../model/agent-versions.ts";
import { createAgent, deleteAgent, touch, updateAgent } from "../model/agents.ts";
import { createEngine, deleteEngine, updateEngine } from "../model/engines.ts";
import { addSources, createKnowledgeBase, deleteKnowledgeBase, deleteSource, findKnowledgeBase, finishIndexing, stateOf } from "../model/knowledge-bases.ts";
import type { NewKnowledge } from "../model/knowledge-bases.ts";
import { llmRules } from "../model/llms.ts";
import { findAgent, findAgentVersion } from "../model/lookups.ts";
import { nextNumber } from "../model/world.ts";
import type { World } from "../model/world.ts";
import type { PhoneNumberSeed } from "../options.ts";
import type { Organization } from "../organization.ts";
import type { Fields } from "../schema/schema.ts";
import { editable } from "./editable.ts";
import { createFlowConsole } from "./flow-console.ts";
import type { FlowConsole } from "./flow-console.ts";
import { migrate } from "./migrate.ts";
import { makeAgent } from "./new-agent.ts";
import type { NewAgent } from "./new-agent.ts";
import { putNewer } from "./newer-retell.ts";
import type { NewerValue } from "./newer-retell.ts";

/**
 * The dashboard. Every call takes effect at once and synchronously, so that a fault plan can put it between any two
 * requests. Values pass the same validation and normalisation as through the API, but not the invented side effect.
 */
export interface Console extends FlowConsole {
  /** Edits agent fields of the latest version, in a new draft if that is published. Returns the version edited. */
  editAgent(agentId: string, fields: Fields): number;
  /** The same for fields of the LLM. */
  editLlm(agentId: string, fields: Fields): number;
  /** Makes a draft from `base` (default: the latest version) and returns its number. */
  createDraft(agentId: string, base?: number): number;
  publish(agentId: string, version: number, titles?: Fields): void;
  deleteAgent(agentId: string): void;
  /** With `force`, also while an agent uses it. */
  deleteLlm(engineId: string, force?: boolean): void;
  deleteVersion(agentId: string, version: number): void;
  /** Makes an agent on a new LLM, with a voice unless `fields` names one. */
  createAgent(fields: Fields, llmFields?: Fields): { agentId: string; engineId: string };
  /** Makes an agent of any kind; `engineId` is undefined for a custom LLM. */
  createAgentOn(agent: NewAgent): { agentId: string; engineId: string | undefined };
  /** Points an environment tag at a version, or at none; makes the tag if need be. */
  assignTag(agentId: string, tag: string, version: number | null): void;
  /** Adds a phone number, or replaces what it holds. */
  putPhoneNumber(number: PhoneNumberSeed): void;
  /** Makes a knowledge base that is indexed at once, and returns its id. */
  createKnowledgeBase(name: string, sources: Partial<NewKnowledge>, settings?: Partial<KnowledgeBaseRecord["settings"]>): string;
  /** Adds sources and has them indexed at once, together with what is being indexed. */
  addKnowledgeSources(id: string, sources: Partial<NewKnowledge>): void;
  removeKnowledgeSource(id: string, sourceId: string): void;
  deleteKnowledgeBase(id: string): void;
  /** Ends the indexing under way: `error` fails all that is not indexed yet. Throws where nothing is being indexed. */
  finishIndexing(id: string, outcome: "complete" | "error"): void;
  /**
   * What Retell does when it retires a model: the value is replaced in every version, published ones too, without a new
   * version and without a time stamp (the latter is inferred). Returns how many versions changed.
   */
  migrateValue(from: unknown, to: unknown): number;
  /** What a newer Retell holds: values that no table knows, put into the latest version past validation. */
  putNewer(agentId: string, values: readonly NewerValue[]): void;
}

/** The console of one organisation. */
export function createConsole(organization: Organization): Console {
  const change = <Result>(run: (world: World) => Result) => organization.change(run);
  return {
    ...createFlowConsole(change),
    editAgent: (agentId, fields) =>
      change((world) => {
        const version = editable(world, agentId);
        updateAgent(world, { agent: findAgent(world, agentId), version, body: fields, writer: "console" });
        return version;
      }),
    editLlm: (agentId, fields) =>
      change((world) => {
        const version = editable(world, agentId);
        const { engine } = findAgentVersion(world, findAgent(world, agentId), version);
        if (engine.type !== "retell-llm") throw new Error(`Agent ${agentId} has no Retell LLM.`);
        updateEngine(world, llmRules, { id: engine.id, version, body: fields, writer: "console" });
        return version;
      }),
    createDraft: (agentId, base) =>
      change((world) => {
        const from = base ?? findAgentVersion(world, findAgent(world, agentId), "latest").version;
        return forkVersion(world, agentId, from).version.version;
      }),
    publish: (agentId, version, titles = {}) => change((world) => publishVersion(world, { id: agentId, version, titles })),
    deleteAgent: (agentId) => change((world) => deleteAgent(world, findAgent(world, agentId))),
    deleteLlm: (engineId, force = false) => change((world) => deleteEngine(world, "retell-llm", { id: engineId, force })),
    deleteVersion: (agentId, version) => change((world) => deleteVersion(world, agentId, version)),
    createAgent: (fields, llmFields = {}) =>
      change((world) => {
        const { engine } = createEngine(world, llmRules, { body: llmFields, writer: "console" });
        const body = { voice_id: "retell-Cimo", ...fields, response_engine: { type: "retell-llm", llm_id: engine.id } };
        return { agentId: createAgent(world, { channel: "voice", body, writer: "console" }).agent.id, engineId: engine.id };
      }),
    createAgentOn: (agent) => change((world) => makeAgent(world, agent)),
    assignTag: (agentId, tag, version) =>
      change((world) => {
        const agent = findAgent(world, agentId);
        if (version !== null) touch(world, agent, findAgentVersion(world, agent, version));
        agent.tags[tag] = { version, assigned: nextNumber(world) };
      }),
    putPhoneNumber: (number) => change(() => organization.putPhoneNumber(number)),
    createKnowledgeBase: (name, sources, settings = {}) =>
      change((world) => {
        const { id } = createKnowledgeBase(world, { name, settings: { autoRefresh: false, ...settings }, added: { ...nothing, ...sources } });
        endIndexing(world, id);
        return id;
      }),
    addKnowledgeSources: (id, sources) =>
      change((world) => {
        addSources(world, id, { ...nothing, ...sources });
        endIndexing(world, id);
      }),
    removeKnowledgeSource: (id, sourceId) => change((world) => void deleteSource(world, id, sourceId)),
    deleteKnowledgeBase: (id) => change((world) => deleteKnowledgeBase(world, id)),
    finishIndexing: (id, outcome) => change((world) => finishIndexing(world, id, outcome)),
    migrateValue: (from, to) => change((world) => migrate(world.data, from, to)),
    putNewer: (agentId, values) => change((world) => putNewer(world, agentId, values)),
  };
}

const nothing: NewKnowledge = { texts: [], urls: [], files: [] };

/** With `{ reads: 0 }` the indexing has ended by itself. */
function endIndexing(world: World, id: string): void {
  if (stateOf(world, findKnowledgeBase(world, id)).status.endsWith("in_progress")) finishIndexing(world, id, "complete");
}
