import { PARTS, type Content } from "../canonical/content.ts";
import { objectFrom, own, type Json, type JsonObject } from "../canonical/json.ts";
import { resolveReferences, secretsIn, type ReferenceValues } from "../canonical/symbols.ts";
import { ActionError, PlatformError } from "../errors.ts";
import type { AgentPlan } from "../plan/plan.ts";
import type { AgentAddress, EngineKind, RemoteAgent, RemoteEngine, RetellReader } from "../ports/retell.ts";
import { MAIN_PROMPT } from "../project/prompt-texts.ts";
import { lastChangeOf } from "../state/last-change.ts";
import { engineShell } from "../state/engine-shell.ts";
import { markFolder, parseMark } from "../state/ownership-mark.ts";
import { markOf } from "./planned-writes.ts";
import { contentOf, ENGINE_PART } from "./read-live.ts";
import { symbolize } from "./symbolize.ts";
import type { WriteContext } from "./write-context.ts";
import type { Written } from "./written.ts";

const CANCELLED = "The run was cancelled before the agent was complete; the next run goes on.";

type HeldKind = Exclude<EngineKind, "custom-llm">;

/** An agent that exists, with its engine still holding nothing but our mark. */
export interface Shell {
  readonly agent: RemoteAgent;
}

/**
 * First half of a create: the engine with our mark as its prompt, then the agent with the mark as its title. Each of the
 * two can be found again by the mark when its answer gets lost, so no run ever makes a second one. The id is known from
 * here on, so that other agents can refer to it.
 */
export async function createShell(plan: AgentPlan, context: WriteContext): Promise<Shell | Written> {
  const desired = plan.material.desired;
  if (desired === undefined) throw new TypeError(`${plan.name} has no content to create`);
  const mark = markOf(plan, context);
  try {
    const engine = desired.engine === "custom-llm" ? (own(desired.content.agent, "response_engine") ?? null) : await createdEngine(plan, desired.engine, context);
    if (context.signal.aborted) return { status: "cancelled", reason: "cancelled", message: CANCELLED, observed: [] };
    const fields = resolve({ ...withoutEngine(desired.content.agent), response_engine: engine }, context, { tolerateAgents: true }) as JsonObject;
    const agent = await createOrFind(
      () => context.writer.createAgent(desired.channel, { ...fields, version_title: mark }),
      () => findAgent(plan, context),
    );
    context.agentIds.set(plan.name, agent.agentId);
    return { agent };
  } catch (error) {
    return failedCreate(error);
  }
}

/** Second half: the engine's content, and agent fields whose references only exist now. */
export async function fillShell(plan: AgentPlan, shell: Shell, context: WriteContext): Promise<Written> {
  const desired = plan.material.desired;
  if (desired === undefined) throw new TypeError(`${plan.name} has no content to create`);
  const references: ReferenceValues = context;
  let { agent } = shell;
  let engine: RemoteEngine | undefined;
  const late = lateFields(desired.content.agent);
  let sent = objectFrom(Object.entries(desired.content.agent).filter(([key]) => !Object.hasOwn(late, key)));
  try {
    if (context.signal.aborted) throw new ActionError("cancelled", CANCELLED);
    if (Object.keys(late).length > 0) agent = await context.writer.updateAgent(agent, agent.version, resolve(late, context) as JsonObject);
    sent = desired.content.agent;
    if (agent.engine.kind !== desired.engine) throw new ActionError("retell-unavailable", `Retell gave the new agent ${agent.agentId} an engine that was not asked for.`);
    const part = ENGINE_PART[agent.engine.kind];
    if (part !== undefined) {
      const content = resolve({ [MAIN_PROMPT[part]]: null, ...desired.content[part] }, context) as JsonObject;
      engine = await context.writer.updateEngine(agent.engine, content);
    }
  } catch (error) {
    return { ...failedCreate(error), ...(await partOf(plan, { agent, sent }, context)) };
  }
  const seen = symbolize(plan, contentOf(agent, engine), references);
  return {
    status: plan.operation === "replace" ? "replaced" : "created",
    reason: "ok",
    observed: [],
    recorded: {
      agentId: agent.agentId,
      engineId: agent.engine.id,
      version: agent.version,
      isPublished: agent.isPublished,
      baseline: { sent: desired.content, seen },
      secrets: fingerprints(desired.content, references),
      incomplete: false,
      lastChange: lastChangeOf(agent, engine),
    },
  };
}

/** The statement of an engine that exists from now on, or that a dead run has left. */
async function createdEngine(plan: AgentPlan, kind: HeldKind, context: WriteContext): Promise<JsonObject> {
  const key = kind === "retell-llm" ? "llm_id" : "conversation_flow_id";
  if (plan.material.lostEngineId !== undefined) return { type: kind, [key]: plan.material.lostEngineId };
  const part = ENGINE_PART[kind];
  const main = MAIN_PROMPT[part];
  const content = plan.material.desired?.content[part] ?? {};
  const engine = await createOrFind(
    () => context.writer.createEngine(kind, engineShell(part, content, markOf(plan, context))),
    async () => (await context.reader.listEngines(kind)).find((candidate) => isOurs(plan, context, own(candidate.raw, main))),
  );
  return { type: kind, [key]: engine.id };
}

/** Creates; when the answer got lost, looks whether it happened, and throws the first error if it did not. */
async function createOrFind<T>(create: () => Promise<T>, find: () => Promise<T | undefined>): Promise<T> {
  try {
    return await create();
  } catch (error) {
    if (!(error instanceof PlatformError) || !error.ambiguous) throw error;
    const found = await find();
    if (found === undefined) throw error;
    return found;
  }
}

async function findAgent(plan: AgentPlan, context: WriteContext): Promise<RemoteAgent | undefined> {
  const name = own(plan.material.desired?.content.agent, "agent_name");
  const listed = await context.reader.listAgents();
  const known = new Set([...context.agentIds.values(), ...(context.formerIds.get(plan.name) ?? [])]);
  const candidates = listed.filter((item) => !known.has(item.agentId) && (typeof name !== "string" || item.name === name));
  return firstMarked(context.reader, candidates, (agent) => isOurs(plan, context, agent.title));
}

async function firstMarked(reader: RetellReader, addresses: readonly AgentAddress[], isOurAgent: (agent: RemoteAgent) => boolean): Promise<RemoteAgent | undefined> {
  for (const address of addresses) {
    const agent = await reader.readAgent(address);
    if (agent !== null && isOurAgent(agent)) return agent;
  }
  return undefined;
}

function isOurs(plan: AgentPlan, context: WriteContext, text: Json | undefined): boolean {
  const mark = parseMark(typeof text === "string" ? text : undefined);
  return mark?.repositoryId === context.repositoryId && mark.folder === markFolder(context.workingDirectory, plan.name);
}

function withoutEngine(agent: JsonObject): JsonObject {
  const late = lateFields(agent);
  return objectFrom(Object.entries(agent).filter(([key]) => key !== "response_engine" && key !== "channel" && !Object.hasOwn(late, key)));
}

/** Agent fields with `agent://` references: those agents may be created in the same run. */
function lateFields(agent: JsonObject): JsonObject {
  return objectFrom(Object.entries(agent).filter(([, value]) => JSON.stringify(value).includes('"agent://')));
}

function resolve(value: JsonObject, context: WriteContext, options: { tolerateAgents?: boolean } = {}): Json {
  const resolved = resolveReferences(value, context);
  const missing = resolved.unresolved.find((reference) => reference.kind === "secret" || options.tolerateAgents !== true);
  if (missing === undefined) return resolved.value;
  throw new ActionError(
    missing.kind === "secret" ? "missing-secret" : "blocked-reference",
    missing.kind === "secret" ? `RETELL_SECRET_${missing.name} is not set in this job.` : `It refers to ${missing.kind}://${missing.name}, which could not be created.`,
  );
}

/** A create that broke off. Without an answer the journal stays, and the next run finds by the mark what there is. */
function failedCreate(error: unknown): Written {
  if (!(error instanceof ActionError)) throw error;
  const uncertain = error instanceof PlatformError && error.ambiguous;
  return {
    status: error.reason === "cancelled" ? "cancelled" : "failed",
    reason: error instanceof PlatformError ? "write-failed" : error.reason,
    message: error.message,
    observed: [],
    ...(uncertain ? { uncertain } : {}),
  };
}

/** What exists already is recorded as Retell holds it, so that neither its id is lost nor our own half is taken for an edit. */
async function partOf(plan: AgentPlan, made: { agent: RemoteAgent; sent: JsonObject }, context: WriteContext): Promise<Pick<Written, "recorded" | "uncertain">> {
  const { agent } = made;
  const references: ReferenceValues = context;
  const engine = agent.engine.id === null ? undefined : await context.reader.readEngine(agent.engine).catch(() => null);
  const part = ENGINE_PART[agent.engine.kind];
  const seen = symbolize(plan, contentOf(agent, engine ?? undefined), references);
  const sent: Content = { agent: made.sent, ...(part === undefined ? {} : { [part]: {} }) };
  return {
    ...(engine === null ? { uncertain: true } : {}),
    recorded: {
      agentId: agent.agentId,
      engineId: agent.engine.id,
      version: agent.version,
      isPublished: agent.isPublished,
      baseline: { sent, seen },
      secrets: fingerprints(sent, references),
      incomplete: true,
    },
  };
}

/** Fingerprints of all secrets in a content whose values are known. */
function fingerprints(content: Content, references: ReferenceValues): Record<string, string> {
  return Object.fromEntries(
    PARTS.flatMap((part) => secretsIn(content[part] ?? {})).flatMap((name) => {
      const value = references.secrets.get(name);
      return value === undefined ? [] : [[name, references.fingerprint(value)] as const];
    }),
  );
}
