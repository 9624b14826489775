import { forkVersion, deleteVersion, publishVersion } from "../model/agent-versions.ts";
import { createAgent, deleteAgent, touch, updateAgent } from "../model/agents.ts";
import { createLlm, deleteLlm, updateLlm } from "../model/llms.ts";
import { findAgent, findAgentVersion } from "../model/lookups.ts";
import { nextNumber } from "../model/world.ts";
import type { World } from "../model/world.ts";
import type { PhoneNumberSeed } from "../options.ts";
import type { Organization } from "../organization.ts";
import type { Fields } from "../schema/schema.ts";
import { migrate } from "./migrate.ts";

/**
 * The dashboard. Every call takes effect at once and synchronously, so that a fault plan can put it between any two
 * requests. Values pass the same validation and normalisation as through the API, but not the invented side effect.
 */
export interface Console {
  /** Edits agent fields of the latest version, in a new draft if that is published. Returns the version edited. */
  editAgent(agentId: string, fields: Fields): number;
  /** The same for fields of the LLM. */
  editLlm(agentId: string, fields: Fields): number;
  /** Makes a draft from `base` (default: the latest version) and returns its number. */
  createDraft(agentId: string, base?: number): number;
  publish(agentId: string, version: number, titles?: Fields): void;
  deleteAgent(agentId: string): void;
  /** With `force`, also while an agent uses it. */
  deleteLlm(llmId: string, force?: boolean): void;
  deleteVersion(agentId: string, version: number): void;
  /** Makes an agent on a new LLM, with a voice unless `fields` names one. */
  createAgent(fields: Fields, llmFields?: Fields): { agentId: string; llmId: string };
  /** Points an environment tag at a version, or at none; makes the tag if need be. */
  assignTag(agentId: string, tag: string, version: number | null): void;
  /** Adds a phone number, or replaces what it holds. */
  putPhoneNumber(number: PhoneNumberSeed): void;
  /**
   * What Retell does when it retires a model: the value is replaced in every version, published ones too, without a new
   * version and without a time stamp (the latter is inferred). Returns how many versions changed.
   */
  migrateValue(from: unknown, to: unknown): number;
}

/** The console of one organisation. */
export function createConsole(organization: Organization): Console {
  const change = <Result>(run: (world: World) => Result) => organization.change(run);
  return {
    editAgent: (agentId, fields) =>
      change((world) => {
        const version = editable(world, agentId);
        updateAgent(world, { id: agentId, version, body: fields, writer: "console" });
        return version;
      }),
    editLlm: (agentId, fields) =>
      change((world) => {
        const version = editable(world, agentId);
        const { engine } = findAgentVersion(world, findAgent(world, agentId), version);
        if (engine.type === "custom-llm") throw new Error(`Agent ${agentId} has a custom LLM, which the console cannot edit.`);
        updateLlm(world, { id: engine.id, version, body: fields, writer: "console" });
        return version;
      }),
    createDraft: (agentId, base) =>
      change((world) => {
        const from = base ?? findAgentVersion(world, findAgent(world, agentId), "latest").version;
        return forkVersion(world, agentId, from).version.version;
      }),
    publish: (agentId, version, titles = {}) => change((world) => publishVersion(world, { id: agentId, version, titles })),
    deleteAgent: (agentId) => change((world) => deleteAgent(world, agentId)),
    deleteLlm: (llmId, force = false) => change((world) => deleteLlm(world, llmId, force)),
    deleteVersion: (agentId, version) => change((world) => deleteVersion(world, agentId, version)),
    createAgent: (fields, llmFields = {}) =>
      change((world) => {
        const { engine } = createLlm(world, llmFields, "console");
        const body = { voice_id: "retell-Cimo", ...fields, response_engine: { type: "retell-llm", llm_id: engine.id } };
        return { agentId: createAgent(world, body, "console").agent.id, llmId: engine.id };
      }),
    assignTag: (agentId, tag, version) =>
      change((world) => {
        const agent = findAgent(world, agentId);
        if (version !== null) touch(world, agent, findAgentVersion(world, agent, version));
        agent.tags[tag] = { version, assigned: nextNumber(world) };
      }),
    putPhoneNumber: (number) => change(() => organization.putPhoneNumber(number)),
    migrateValue: (from, to) => change((world) => migrate(world.data, from, to)),
  };
}

/** The version that the dashboard shows for editing: the latest, or a new draft of it. */
function editable(world: World, agentId: string): number {
  const version = findAgentVersion(world, findAgent(world, agentId), "latest");
  return version.publication === null ? version.version : forkVersion(world, agentId, version.version).version.version;
}
