import Retell, { toFile } from "retell-sdk";
import type { Console } from "../retell/console/console.ts";
import type { Fields } from "../retell/schema/schema.ts";
import { isObject } from "../retell/schema/validate.ts";
import { referencesIn, withIds } from "./markers.ts";
import type { CorpusReference } from "./markers.ts";
import type { Corpus, CorpusAgent, CorpusComponent, CorpusKnowledge } from "./read-corpus.ts";

/** An agent of the corpus in an organisation. */
export interface SeededAgent {
  readonly agentId: string;
  /** Undefined for a custom LLM. */
  readonly engineId: string | undefined;
  readonly channel: "voice" | "chat";
}

/** The ids of what was made, by slug. */
export interface SeededCorpus {
  readonly agents: ReadonlyMap<string, SeededAgent>;
  readonly components: ReadonlyMap<string, string>;
  readonly knowledge: ReadonlyMap<string, string>;
}

/**
 * Makes the corpus in the organisation of the client's key, through the API, one request after the other. A reference
 * to something that is not there yet is first sent as another id and corrected in a second pass. With the organisation's
 * `console` also what no API can do: environment tags, values of a newer Retell, knowledge bases that are indexed at once.
 *
 * The lab counts requests: start it with `rateLimits: false`. Throws what the API refuses, with the slug.
 */
export async function seedCorpus(options: { client: Retell; corpus: Corpus; console?: Console }): Promise<SeededCorpus> {
  const { client, corpus } = options;
  const seeded = { agents: new Map<string, SeededAgent>(), components: new Map<string, string>(), knowledge: new Map<string, string>() };
  const idOf = (reference: CorpusReference): string | undefined =>
    reference.kind === "agent" ? seeded.agents.get(reference.slug)?.agentId : seeded[reference.kind === "component" ? "components" : "knowledge"].get(reference.slug);
  const corrections: (() => Promise<unknown>)[] = [];

  /** The fields with ids; `late` are the top-level keys in which one was a stand-in. */
  const prepare = (fields: Fields, standIn: string) => {
    const late = Object.entries(fields).filter(([, value]) => referencesIn(value).some((reference) => idOf(reference) === undefined));
    return { body: withIds(fields, (reference) => idOf(reference) ?? standIn) as Fields, late: Object.fromEntries(late) };
  };
  const correct = (late: Fields, send: (body: Fields) => Promise<unknown>) => {
    if (Object.keys(late).length > 0) corrections.push(() => send(withIds(late, (reference) => mustKnow(reference, idOf(reference))) as Fields));
  };
  const standIn = () => [...seeded.agents.values()][0]?.agentId ?? "agent_of_the_second_pass";

  const addComponent = async (component: CorpusComponent) => {
    const { body, late } = prepare(component.content, standIn());
    const { conversation_flow_component_id: id } = await client.conversationFlowComponent.create(as(body));
    seeded.components.set(component.slug, id);
    correct(late, (fields) => client.conversationFlowComponent.update(id, as(fields)));
  };
  const addAgent = async (entry: CorpusAgent) => {
    const { body, late } = prepare(entry.engine.content, standIn());
    const made = await makeEngine(client, entry, body);
    const agent = { ...(withIds(entry.agent, (reference) => mustKnow(reference, idOf(reference))) as Fields), response_engine: made.reference };
    const { agent_id: agentId } = entry.channel === "chat" ? await client.chatAgent.create(as(agent)) : await client.agent.create(as(agent));
    seeded.agents.set(entry.slug, { agentId, engineId: made.engineId, channel: entry.channel });
    correct(late, (fields) => updateEngine(client, entry, { id: made.engineId, body: fields }));
  };

  for (const entry of corpus.knowledge) await named(entry.slug, async () => void seeded.knowledge.set(entry.slug, await makeKnowledge(options, entry)));
  for (const entry of corpus.components) await named(entry.slug, () => addComponent(entry));
  for (const entry of corpus.agents) await named(entry.slug, () => addAgent(entry));
  for (const correction of corrections) await correction();
  for (const entry of corpus.agents) {
    const agent = seeded.agents.get(entry.slug);
    if (agent !== undefined) await named(entry.slug, () => finish(options, entry, agent));
  }
  return seeded;
}

async function makeKnowledge(options: { client: Retell; console?: Console }, entry: CorpusKnowledge): Promise<string> {
  const files = await Promise.all(entry.files.map(({ name, text }) => toFile(Buffer.from(text), name)));
  const body = { ...entry.content, ...(files.length > 0 ? { knowledge_base_files: files } : {}) };
  const { knowledge_base_id: id, status } = await options.client.knowledgeBase.create(as(body));
  if (status === "in_progress") options.console?.finishIndexing(id, "complete");
  return id;
}

async function makeEngine(client: Retell, { engine }: CorpusAgent, body: Fields): Promise<{ engineId: string | undefined; reference: Fields }> {
  switch (engine.kind) {
    case "retell-llm": {
      const { llm_id: id } = await client.llm.create(as(body));
      return { engineId: id, reference: { type: engine.kind, llm_id: id } };
    }
    case "conversation-flow": {
      const { conversation_flow_id: id } = await client.conversationFlow.create(as(body));
      return { engineId: id, reference: { type: engine.kind, conversation_flow_id: id } };
    }
    case "custom-llm":
      return { engineId: undefined, reference: { type: engine.kind, ...body } };
  }
}

async function updateEngine(client: Retell, { engine }: CorpusAgent, write: { id: string | undefined; body: Fields; version?: number | undefined }): Promise<void> {
  const { id, body, version = 0 } = write;
  if (id === undefined) return;
  if (engine.kind === "retell-llm") await client.llm.update(id, as({ version, ...body }));
  else await client.conversationFlow.update(id, as({ version, ...body }));
}

/** Publishes, drafts, tags, and puts in what only a newer Retell holds. */
async function finish(options: { client: Retell; console?: Console }, entry: CorpusAgent, made: SeededAgent): Promise<void> {
  const { client, console } = options;
  const { published, draft, tags = {}, future = [] } = entry.uses;
  if (published !== undefined) await client.agent.publish(made.agentId, as({ version: 0, ...published }));
  if (draft !== undefined) {
    const { version } = await client.agent.createVersion(made.agentId, { base_version: 0 });
    const body = { version, ...draft.agent };
    if (draft.engine !== undefined) await updateEngine(client, entry, { id: made.engineId, body: draft.engine, version });
    if (draft.agent !== undefined) await (entry.channel === "chat" ? client.chatAgent.update(made.agentId, as(body)) : client.agent.update(made.agentId, as(body)));
  }
  for (const [tag, version] of Object.entries(tags)) console?.assignTag(made.agentId, tag, version);
  if (future.length > 0) console?.putNewer(made.agentId, future);
}

/** Names the agent, component or knowledge base in whatever is thrown. */
async function named(slug: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const said = error instanceof Retell.APIError && isObject(error.error) ? ` ${JSON.stringify(error.error)}` : "";
    throw new Error(`The corpus could not be made at "${slug}": ${error instanceof Error ? error.message : String(error)}${said}`, { cause: error });
  }
}

function mustKnow(reference: CorpusReference, id: string | undefined): string {
  if (id === undefined) throw new Error(`The corpus has no ${reference.kind} "${reference.slug}".`);
  return id;
}

/** Data of the corpus is what Retell may hold, which is more than the types of the SDK allow to send. */
function as<Params>(body: Fields): Params {
  return body as Params;
}
