import { toCanonical } from "../canonical/canonical-form.ts";
import { canonicalJson, contentHash } from "../canonical/content-hash.ts";
import { withoutLayout } from "../canonical/without-layout.ts";
import { PARTS, type Content, type Part } from "../canonical/content.ts";
import type { Json } from "../canonical/json.ts";
import { resolveReferences, secretsIn, type ReferenceValues } from "../canonical/symbols.ts";
import type { Writes } from "../diff/apply-changes.ts";
import { ActionError, PlatformError } from "../errors.ts";
import type { AgentPlan } from "../plan/plan.ts";
import type { RemoteAgent, RemoteEngine } from "../ports/retell.ts";
import { lastChangeOf, type LastChange } from "../state/last-change.ts";
import type { ObservedChange } from "../report/report-input.ts";
import { markOf, plannedWrites } from "./planned-writes.ts";
import { agentFields, contentOf, ENGINE_PART } from "./read-live.ts";
import { seenAfterWrite, withoutKeptEdits } from "./seen-after.ts";
import { isAsPlanned, symbolize } from "./symbolize.ts";
import type { WriteContext } from "./write-context.ts";
import type { Written } from "./written.ts";

const CHANGED_MEANWHILE = "The agent changed in Retell after the plan was made. Nothing was written over it; run again to see the new difference.";

/**
 * Brings an existing agent to what Git says. Live is re-read before each write; if it is not what the plan was made from,
 * nothing (more) is written. The agent goes first, because its title carries our mark, then the engine.
 */
export async function updateAgent(plan: AgentPlan, context: WriteContext): Promise<Written> {
  const references: ReferenceValues = context;
  const progress = new UpdateProgress(plan, references);
  try {
    const now = await readNow(plan, context);
    if (now === undefined || !isAsPlanned(plan, now, references)) return leftAlone(progress);
    if (context.signal.aborted) return cancelled(progress);
    // Whatever cannot be resolved is found out before a version is made for it.
    resolvedWrites(plan, now, references);
    // A published version never changes, except for its title, which is where the mark stands.
    const target = now.agent.isPublished && plan.onlyMark !== true ? await fork(plan, context, now) : now;
    if (target === undefined) return leftAlone(progress);
    if (context.signal.aborted) return cancelled(progress);
    progress.start(target);

    const writes = resolvedWrites(plan, target, references);
    const mark = markOf(plan, context);
    if (writes.agent !== undefined || target.agent.title !== mark) {
      progress.sending("agent");
      const answer = await context.writer.updateAgent(target.agent, target.agent.version, { ...writes.agent, version_title: mark });
      progress.answered("agent", { agent: answer }, Object.keys(writes.agent ?? {}));
    }
    const part = ENGINE_PART[target.agent.engine.kind];
    const engineWrites = part === undefined ? undefined : writes[part];
    if (part !== undefined && engineWrites !== undefined && target.engine !== undefined) {
      if (context.signal.aborted) return cancelled(progress);
      const again = await context.reader.readEngine(target.agent.engine);
      if (again === null || !sameEngine(part, again, target.engine)) return leftAlone(progress);
      progress.sending(part);
      const answer = await context.writer.updateEngine(target.agent.engine, engineWrites);
      progress.answered(part, { engine: answer }, Object.keys(engineWrites));
    }
    const recorded = progress.recorded(true);
    return { status: "updated", reason: "ok", observed: progress.observed, ...(recorded === undefined ? {} : { recorded }) };
  } catch (error) {
    return failed(progress, error);
  }
}

interface Target {
  readonly agent: RemoteAgent;
  readonly engine: RemoteEngine | undefined;
}

/** The engine first, since the agent is written first: its own read is to be the last request before that write. */
async function readNow(plan: AgentPlan, context: WriteContext): Promise<Target | undefined> {
  const kind = plan.material.desired?.engine ?? "custom-llm";
  const address = { agentId: plan.agentId ?? "", channel: plan.channel };
  const engine = plan.engineId === null ? undefined : await context.reader.readEngine({ kind, id: plan.engineId, version: plan.version });
  if (engine === null) return undefined;
  const agent = await context.reader.readAgent(address);
  if (agent === null || agent.engine.id !== plan.engineId) return undefined;
  return { agent, engine };
}

/** Published versions are immutable: a new draft of agent and engine, cloned from the live version. */
async function fork(plan: AgentPlan, context: WriteContext, from: Target): Promise<Target | undefined> {
  const created = await createVersion(context, from.agent);
  const engine = created.engine.id === null ? undefined : await context.reader.readEngine(created.engine);
  if (engine === null) return undefined;
  const target = { agent: created, engine };
  const references: ReferenceValues = context;
  const clone = contentHash(withoutLayout(symbolize(plan, contentOf(created, engine), references)) as Json);
  return clone === plan.hashes.live ? target : undefined;
}

/** A version that was created although its answer got lost is found again, so that no second one is made. */
async function createVersion(context: WriteContext, from: RemoteAgent): Promise<RemoteAgent> {
  try {
    return await context.writer.createVersion(from, from.version);
  } catch (error) {
    if (!(error instanceof PlatformError) || !error.ambiguous) throw error;
    const now = await context.reader.readAgent(from);
    if (now !== null && now.version > from.version && !now.isPublished && now.baseVersion === from.version) return now;
    throw error;
  }
}

function resolvedWrites(plan: AgentPlan, target: Target, references: ReferenceValues): Writes {
  const part = ENGINE_PART[target.agent.engine.kind];
  // Built upon the whole answers, not their canonical form: ids that Retell gave to items must survive the write.
  const raw = { agent: target.agent.raw, ...(part === undefined || target.engine === undefined ? {} : { [part]: target.engine.raw }) } as Content;
  const resolve = (target: Json): Json => {
    const { value, unresolved } = resolveReferences(target, references);
    const [missing] = unresolved;
    if (missing === undefined) return value;
    throw new ActionError(missing.kind === "secret" ? "missing-secret" : "blocked-reference", `${missing.kind}://${missing.name} could not be resolved.`);
  };
  return plannedWrites(plan, { live: raw, resolve });
}

function sameEngine(part: "llm" | "flow", a: RemoteEngine, b: RemoteEngine): boolean {
  const text = ({ raw }: RemoteEngine): string => canonicalJson(withoutLayout({ agent: {}, [part]: toCanonical(part, raw) }) as Json);
  return text(a) === text(b);
}

/** Follows an update, so that at any point it can be said what the state must record. */
class UpdateProgress {
  readonly plan: AgentPlan;
  readonly references: ReferenceValues;
  readonly observed: ObservedChange[] = [];
  #target: Target | undefined;
  /** The target as the answers to our writes show it. */
  #now: Target | undefined;
  #seen: Content | undefined;
  readonly #written = new Set<Part>();
  /** The part whose write is under way; while it is set, nobody knows whether Retell has it. */
  unanswered: string | undefined;

  constructor(plan: AgentPlan, references: ReferenceValues) {
    this.plan = plan;
    this.references = references;
  }

  start(target: Target): void {
    this.#target = target;
    this.#now = target;
    this.#seen = symbolize(this.plan, contentOf(target.agent, target.engine), this.references);
  }

  sending(part: string): void {
    this.unanswered = part;
  }

  answered(part: "agent" | "llm" | "flow", answered: Partial<Target>, sentKeys: readonly string[]): void {
    this.unanswered = undefined;
    const seen = this.#seen;
    if (seen === undefined || this.#now === undefined) return;
    this.#now = { ...this.#now, ...answered };
    const raw = (part === "agent" ? agentFields(this.#now.agent) : this.#now.engine?.raw) ?? {};
    this.#written.add(part);
    const before = seen[part] ?? {};
    const answer = symbolize(this.plan, { ...seen, [part]: toCanonical(part, raw) }, this.references)[part] ?? {};
    const mentioned = this.plan.material.desired?.content[part] ?? {};
    const after = seenAfterWrite({ part, before, answer, sentKeys: new Set(sentKeys), mentioned });
    this.observed.push(...after.observed);
    this.#seen = { ...seen, [part]: after.seen };
  }

  /** What the state must say now; undefined if nothing was written. Parts that were not written keep their baseline. */
  recorded(complete: boolean): Written["recorded"] {
    const target = this.#target;
    const seen = this.#seen;
    const desired = this.plan.material.desired;
    if (target === undefined || seen === undefined || desired === undefined) return undefined;
    if (!complete && this.#written.size === 0) return undefined;
    const base = this.plan.material.baseline;
    const sent = { ...base?.sent, ...desired.content } as Content;
    const sides = { sent, seen: withoutKeptEdits(seen, this.plan.changes) };
    if (!complete) {
      for (const part of ["agent", "llm", "flow"] as const) {
        if (this.#written.has(part)) continue;
        keepPart(sides.sent, base?.sent, part);
        keepPart(sides.seen, base?.seen, part);
      }
    }
    const isWritten = (part: Part): boolean => complete || this.#written.has(part);
    // A secret that an unwritten part uses too keeps its old fingerprint, since that part still holds the old value.
    const waiting = new Set(PARTS.filter((part) => !isWritten(part)).flatMap((part) => secretsIn(desired.content[part] ?? {})));
    const secrets = PARTS.filter(isWritten).flatMap((part) => secretsIn(desired.content[part] ?? {})).filter((name) => !waiting.has(name));
    return {
      agentId: target.agent.agentId,
      engineId: target.agent.engine.id,
      version: target.agent.version,
      isPublished: target.agent.isPublished,
      // What was published when the plan was made is known from now on: publishing over it is what was decided.
      publishedVersion: this.plan.material.publishedVersion,
      baseline: sides,
      secrets: Object.fromEntries(secrets.flatMap((name) => {
        const value = this.references.secrets.get(name);
        return value === undefined ? [] : [[name, this.references.fingerprint(value)] as const];
      })),
      incomplete: !complete,
      lastChange: this.#lastChange(sides.seen),
    };
  }

  /** Only where the record holds all that the agent shows: edits that were kept, or that came in between, are not in it. */
  #lastChange(seen: Content): LastChange | undefined {
    if (this.#now === undefined) return undefined;
    const shown = symbolize(this.plan, { agent: contentOf(this.#now.agent, undefined).agent }, this.references);
    return canonicalJson(shown.agent as Json) === canonicalJson(seen.agent as Json) ? lastChangeOf(this.#now.agent, this.#now.engine) : undefined;
  }
}

function keepPart(content: Content, from: Content | undefined, part: "agent" | "llm" | "flow"): void {
  const before = from?.[part];
  if (before !== undefined) content[part] = before;
  else if (part !== "agent") Reflect.deleteProperty(content, part);
  else content.agent = {};
}

function leftAlone(progress: UpdateProgress): Written {
  return withPart(progress, { status: "left-alone", reason: "changed-while-deploying", message: CHANGED_MEANWHILE, observed: progress.observed });
}

function cancelled(progress: UpdateProgress): Written {
  return withPart(progress, { status: "cancelled", reason: "cancelled", message: "The run was cancelled before this agent was finished; the next run finishes it.", observed: progress.observed });
}

function failed(progress: UpdateProgress, error: unknown): Written {
  if (!(error instanceof ActionError)) throw error;
  const uncertain = progress.unanswered !== undefined && error instanceof PlatformError && error.ambiguous;
  return withPart(progress, {
    status: "failed",
    reason: error instanceof PlatformError && progress.unanswered !== undefined ? "write-failed" : error.reason,
    message: error.message,
    observed: progress.observed,
    ...(uncertain ? { uncertain } : {}),
  });
}

function withPart(progress: UpdateProgress, written: Written): Written {
  const recorded = progress.recorded(false);
  return recorded === undefined ? written : { ...written, recorded };
}
