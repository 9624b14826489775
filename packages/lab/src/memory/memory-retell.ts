import type { JsonObject } from "@retell-actions/core/canonical/json";
import type { RetellReader, RetellWriter } from "@retell-actions/core/ports/retell";
import { createMemoryComponents, type MemoryComponents } from "./memory-components.ts";
import { createMemoryKnowledge, type MemoryKnowledge } from "./memory-knowledge.ts";
import { agentAnswer, engineAnswer, listingAnswer, type StoredAgent, type StoredEngine } from "./memory-retell-answers.ts";
import { createMemoryWorkspace, highestVersion } from "./memory-retell-workspace.ts";

/** One call of a port, for faults: `before` may throw instead of it, `after` may throw although it was applied. */
export interface MemoryCall {
  readonly method: string;
  readonly subject: string;
  readonly write: boolean;
}

export interface MemoryRetell {
  readonly reader: RetellReader;
  readonly writer: RetellWriter;
  readonly knowledge: MemoryKnowledge;
  readonly components: MemoryComponents;
  /** Every call so far, in order. */
  readonly calls: MemoryCall[];
  readonly agents: Map<string, StoredAgent>;
  readonly engines: Map<string, StoredEngine>;
  /** Top-level keys that this Retell drops without a word; for tests to fill. */
  readonly unknownKeys: Set<string>;
  /** Phone numbers by agent id, for tests to fill. */
  readonly phoneBindings: Map<string, string[]>;
  before: ((call: MemoryCall) => void | Promise<void>) | undefined;
  after: ((call: MemoryCall) => void | Promise<void>) | undefined;
  /** A console user edits the highest version, which must be a draft. */
  edit(agentId: string, changes: { agent?: JsonObject; engine?: JsonObject }): void;
  /** A console user publishes a version in place. */
  publish(agentId: string, version: number): void;
}

export interface MemoryRetellOptions {
  readonly organization?: { id: string | null; name: string };
  /** Fields that the server fills in at creation, which users do not send. */
  readonly defaults?: { agent?: JsonObject; engine?: JsonObject; component?: JsonObject };
  /** Epoch milliseconds; the default counts from 1 in steps of 1. */
  readonly now?: () => number;
}

/**
 * Retell's workspace in memory: versions, immutability of what is published, engine and agent versions in lockstep.
 * Answers are copies. For the API's own quirks use the Retell lab, which is a server.
 */
export function createMemoryRetell(options: MemoryRetellOptions = {}): MemoryRetell {
  let ticks = 0;
  const now = options.now ?? (() => (ticks += 1));
  const workspace = createMemoryWorkspace({ now, defaults: options.defaults });
  const { agents, engines, unknownKeys } = workspace;

  async function call<T>(about: MemoryCall, body: () => T): Promise<T> {
    memory.calls.push(about);
    await memory.before?.(about);
    const result = structuredClone(body());
    await memory.after?.(about);
    return result;
  }
  const read = <T>(method: string, subject: string, body: () => T): Promise<T> => call({ method, subject, write: false }, body);
  const write = <T>(method: string, subject: string, body: () => T): Promise<T> => call({ method, subject, write: true }, body);

  const memory: MemoryRetell = {
    knowledge: createMemoryKnowledge({ read, write }),
    components: createMemoryComponents({ read, write }, { engines, now, defaults: options.defaults?.component }),
    calls: [],
    phoneBindings: new Map(),
    agents,
    engines,
    unknownKeys,
    before: undefined,
    after: undefined,
    edit(agentId, changes) {
      const agent = agents.get(agentId);
      const version = highestVersion(agent);
      if (changes.agent !== undefined) workspace.changeAgent(agentId, version, changes.agent);
      if (changes.engine !== undefined && agent !== undefined) workspace.changeEngine({ kind: agent.engineKind, id: agent.engineId, version }, changes.engine);
    },
    publish: (agentId, version) => workspace.publish(agentId, version),
    reader: {
      readOrganization: () => read("readOrganization", "", () => options.organization ?? { id: "org_memory", name: "Memory" }),
      listAgents: () => read("listAgents", "", () => [...agents.values()].map((agent) => listingAnswer(agent, highestVersion(agent)))),
      listEngines: (kind) => read("listEngines", kind, () => [...engines.values()].filter((engine) => engine.kind === kind).map((engine) => engineAnswer(engine, highestVersion(engine)))),
      listPhoneBindings: () => read("listPhoneBindings", "", () => memory.phoneBindings),
      readAgent: ({ agentId, channel }, version) =>
        read("readAgent", agentId, () => {
          const found = agents.get(agentId);
          const agent = found?.channel === channel ? found : undefined;
          const number = version === "latest_published" ? latestPublished(agent) : (version ?? highestVersion(agent));
          return agent?.versions.has(number) === true ? agentAnswer(agent, number) : null;
        }),
      readEngine: ({ id, version }) =>
        read("readEngine", id ?? "", () => {
          const engine = engines.get(id ?? "");
          const number = version ?? highestVersion(engine);
          return engine?.versions.has(number) === true ? engineAnswer(engine, number) : null;
        }),
    },
    writer: {
      createEngine: (kind, content) => write("createEngine", kind, () => engineAnswer(workspace.createEngine(kind, content), 0)),
      createAgent: (channel, content) => write("createAgent", "", () => agentAnswer(workspace.createAgent(channel, content), 0)),
      createVersion: ({ agentId }, baseVersion) =>
        write("createVersion", agentId, () => {
          const version = workspace.createVersion(agentId, baseVersion);
          return agentAnswer(agents.get(agentId) as StoredAgent, version);
        }),
      updateAgent: ({ agentId }, version, changes) => write("updateAgent", agentId, () => agentAnswer(workspace.changeAgent(agentId, version, changes), version)),
      updateEngine: (reference, changes) =>
        write("updateEngine", reference.id ?? "", () => {
          const engine = workspace.changeEngine(reference, changes);
          return engineAnswer(engine, reference.version ?? highestVersion(engine));
        }),
      publishVersion: (agentId, version, { title, description }) =>
        write("publishVersion", agentId, () => {
          workspace.changeAgent(agentId, version, { version_title: title, version_description: description });
          workspace.publish(agentId, version);
        }),
      deleteAgent: ({ agentId }) => write("deleteAgent", agentId, () => agents.delete(agentId)),
      deleteEngine: ({ id }) => write("deleteEngine", id ?? "", () => workspace.deleteEngine(id ?? "")),
    },
  };
  return memory;
}

/** By time of publication, not by number; -1 if nothing is published. */
function latestPublished(agent: StoredAgent | undefined): number {
  const published = [...(agent?.versions ?? [])].filter(([, version]) => version.isPublished).sort(([, a], [, b]) => b.publishedAt - a.publishedAt);
  return published[0]?.[0] ?? -1;
}
