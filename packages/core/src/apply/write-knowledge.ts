import { ActionError, PlatformError } from "../errors.ts";
import { liveHash } from "../plan/plan-knowledge.ts";
import type { KnowledgePlan } from "../plan/resource-plan.ts";
import type { KnowledgeSettings, NewSources, RemoteKnowledgeBase } from "../ports/knowledge-bases.ts";
import type { DesiredKnowledge, DesiredSource } from "../project/desired-resources.ts";
import { sourceKey } from "../project/knowledge-sources.ts";
import { settingsOf } from "../state/explain-knowledge.ts";
import type { RecordedSettings, RecordedSource } from "../state/knowledge-state.ts";
import { awaitIndexing, type Indexed } from "./await-indexing.ts";
import type { SharedContext } from "./write-context.ts";
import type { RecordedKnowledge, WrittenResource } from "./written-resource.ts";

/** What writing one knowledge base needs. */
export interface KnowledgeContext extends SharedContext {
  readonly signal: AbortSignal;
}

const CHANGED: WrittenResource = { status: "left-alone", reason: "changed-while-deploying", message: "It changed in Retell after the plan was made. Nothing was written over it; run again to see the new difference." };

/** Makes a knowledge base with all of its sources, and waits until it can be used. */
export async function createKnowledge(plan: KnowledgePlan, context: KnowledgeContext): Promise<WrittenResource> {
  const desired = desiredOf(plan);
  let id: string | null = null;
  try {
    const base = await createOrFind(plan, desired, context);
    id = base.id;
    const indexed = await awaitIndexing(id, { ...context, name: plan.name, reader: context.knowledge.reader });
    if (indexed.kind !== "complete") return unfinished(indexed.kind, { id, sent: desired.settings, seen: settingsOf(base), sources: [] });
    const added = addedSources(desired.sources, { now: indexed.base, before: new Set() });
    return finished(plan.operation === "replace" ? "replaced" : "created", desired, { base: indexed.base, sources: added, wanted: desired.sources });
  } catch (error) {
    return failed(error, id);
  }
}

/** Adds what is new, waits until it is indexed, then removes what gave way. Live is re-read first. */
export async function updateKnowledge(plan: KnowledgePlan, context: KnowledgeContext): Promise<WrittenResource> {
  const update = new KnowledgeUpdate(plan, context);
  try {
    return await update.run();
  } catch (error) {
    const { uncertain: _uncertain, ...result } = failed(error, plan.id);
    return { ...result, ...update.outcome() };
  }
}

/** Follows an update, so that at any point it can be said what the state must record. */
class KnowledgeUpdate {
  readonly #plan: KnowledgePlan;
  readonly #context: KnowledgeContext;
  readonly #id: string;
  #base: RemoteKnowledgeBase | undefined;
  #sources: readonly RecordedSource[];
  #hasWritten = false;
  /** True while nobody knows whether Retell has what was sent. */
  #isOpen = false;

  constructor(plan: KnowledgePlan, context: KnowledgeContext) {
    this.#plan = plan;
    this.#context = context;
    this.#id = plan.id ?? "";
    this.#sources = [...plan.material.steps.keep, ...toRemove(plan)];
  }

  async run(): Promise<WrittenResource> {
    const { add, remove } = this.#plan.material.steps;
    const start = await this.#wait();
    if (start.kind === "cancelled") return cancelled({});
    if (start.kind !== "complete" || this.#plan.material.unsettled || liveHash(start.base) !== this.#plan.hashes.live) return CHANGED;
    this.#base = start.base;
    if (this.#context.signal.aborted) return cancelled({});
    const end = add.length === 0 ? undefined : await this.#add(add, start.base);
    if (end !== undefined) return end;
    for (const gone of remove) {
      if (this.#context.signal.aborted) return cancelled(this.outcome());
      await this.#context.knowledge.writer.deleteSource(this.#id, gone);
      this.#hasWritten = true;
      this.#sources = this.#sources.filter((source) => source.source_id !== gone);
    }
    return { status: "updated", reason: "ok", recorded: { ...this.#recorded(this.#base), sent: desiredOf(this.#plan).settings, incomplete: false } };
  }

  /** What the state must say after all that has been done so far. */
  outcome(): Pick<WrittenResource, "recorded" | "uncertain"> {
    if (this.#isOpen) return { uncertain: { id: this.#id } };
    return this.#hasWritten && this.#base !== undefined ? { recorded: this.#recorded(this.#base) } : {};
  }

  /** The end of the update, if it ends here. */
  async #add(add: readonly DesiredSource[], start: RemoteKnowledgeBase): Promise<WrittenResource | undefined> {
    const before = new Set(start.sources.map((source) => source.id));
    const indexed = await this.#addAndWait(add, before);
    if (indexed.kind !== "complete") return { ...ENDS[indexed.kind], uncertain: { id: this.#id } };
    this.#isOpen = false;
    this.#hasWritten = true;
    this.#base = indexed.base;
    const added = addedSources(add, { now: indexed.base, before });
    this.#sources = [...this.#sources, ...added];
    return added.length < add.length ? { ...missingSources(add, added), ...this.outcome() } : undefined;
  }

  /** When the answer got lost, what is there once everything is indexed tells whether it happened. */
  async #addAndWait(add: readonly DesiredSource[], before: ReadonlySet<string>): Promise<Indexed> {
    try {
      await this.#context.knowledge.writer.addSources(this.#id, together(add));
      this.#isOpen = true;
    } catch (error) {
      if (!(error instanceof PlatformError) || !error.ambiguous) throw error;
      this.#isOpen = true;
      const indexed = await this.#wait();
      if (indexed.kind === "complete" && addedSources(add, { now: indexed.base, before }).length === 0) {
        this.#isOpen = false;
        throw error;
      }
      return indexed;
    }
    return this.#wait();
  }

  #wait(): Promise<Indexed> {
    return awaitIndexing(this.#id, { ...this.#context, name: this.#plan.name, reader: this.#context.knowledge.reader });
  }

  #recorded(base: RemoteKnowledgeBase): RecordedKnowledge {
    const { baseline } = this.#plan.material;
    return { kind: "knowledge", id: this.#id, sent: baseline?.sent ?? desiredOf(this.#plan).settings, seen: seenSettings(this.#plan, base), sources: this.#sources, incomplete: true };
  }
}

/** Deletes a knowledge base that is still what the plan was made from. */
export async function deleteKnowledge(plan: KnowledgePlan, context: KnowledgeContext): Promise<WrittenResource> {
  const { id } = plan;
  try {
    const base = id === null ? null : await context.knowledge.reader.readKnowledgeBase(id);
    if (base === null || id === null) return { status: "deleted", reason: "ok" };
    if (plan.hashes.live !== liveHash(base)) return CHANGED;
    if (context.signal.aborted) return { status: "cancelled", reason: "cancelled", message: "The run was cancelled before its turn." };
    await context.knowledge.writer.deleteKnowledgeBase(id);
    return { status: "deleted", reason: "ok" };
  } catch (error) {
    return failed(error, id);
  }
}

function desiredOf(plan: KnowledgePlan): DesiredKnowledge {
  const { desired } = plan.material;
  if (desired === undefined) throw new TypeError(`${plan.symbol} has no content to write`);
  return desired;
}

/** A create whose answer got lost is found by its name, as the only one that was not there before. */
async function createOrFind(plan: KnowledgePlan, desired: DesiredKnowledge, { knowledge }: KnowledgeContext): Promise<RemoteKnowledgeBase> {
  try {
    return await knowledge.writer.createKnowledgeBase(desired.settings.name, createSettings(desired), together(desired.sources));
  } catch (error) {
    if (!(error instanceof PlatformError) || !error.ambiguous) throw error;
    const all = await knowledge.reader.listKnowledgeBases();
    const found = all.filter((base) => base.name === desired.settings.name && !plan.material.namesakes.includes(base.id));
    const [only] = found;
    if (only === undefined || found.length > 1) throw error;
    return only;
  }
}

function createSettings({ settings }: DesiredKnowledge): KnowledgeSettings {
  return { autoRefresh: settings.enable_auto_refresh ?? false, maxChunkSize: settings.max_chunk_size ?? null, minChunkSize: settings.min_chunk_size ?? null };
}

function together(sources: readonly DesiredSource[]): NewSources {
  return {
    texts: sources.flatMap(({ upload }) => upload.texts),
    urls: sources.flatMap(({ upload }) => upload.urls),
    files: sources.flatMap(({ upload }) => upload.files),
  };
}

/** The sources that were just added, by the ids that they got. */
function addedSources(wanted: readonly DesiredSource[], { now, before }: { now: RemoteKnowledgeBase; before: ReadonlySet<string> }): RecordedSource[] {
  const taken = new Set<string>();
  return wanted.flatMap((source) => {
    const found = now.sources.find((other) => sourceKey(other) === sourceKey(source) && !before.has(other.id) && !taken.has(other.id));
    if (found === undefined) return [];
    taken.add(found.id);
    return [{ kind: source.kind, title: source.title, hash: source.hash, source_id: found.id }];
  });
}

/** Recorded sources that are to go, and are on record until they have gone. */
function toRemove({ material }: KnowledgePlan): RecordedSource[] {
  const { baseline, steps } = material;
  return (baseline?.sources ?? []).filter((source) => steps.remove.includes(source.source_id));
}

/** Settings as they are now, except those that only the console changed: they are still to be found next time. */
function seenSettings({ changes, material }: KnowledgePlan, base: RemoteKnowledgeBase): RecordedSettings {
  const now = settingsOf(base);
  const kept = changes.filter((change) => change.class === "console-edit" && Object.hasOwn(now, change.name)).map((change) => [change.name, material.baseline?.seen[change.name as keyof RecordedSettings]] as const);
  return { ...now, ...Object.fromEntries(kept) };
}

function finished(status: "created" | "updated" | "replaced", desired: DesiredKnowledge, made: { base: RemoteKnowledgeBase; sources: readonly RecordedSource[]; wanted: readonly DesiredSource[] }): WrittenResource {
  const { base, sources, wanted } = made;
  const incomplete = sources.length < wanted.length;
  const recorded: RecordedKnowledge = { kind: "knowledge", id: base.id, sent: desired.settings, seen: settingsOf(base), sources, incomplete };
  return incomplete ? { ...missingSources(wanted, sources), recorded } : { status, reason: "ok", recorded };
}

function missingSources(wanted: readonly DesiredSource[], added: readonly RecordedSource[]): WrittenResource {
  const there = new Set(added.map(sourceKey));
  const missing = wanted.filter((source) => !there.has(sourceKey(source))).map(sourceKey);
  return { status: "failed", reason: "write-failed", message: `Retell took the sources but does not list ${missing.join(", ")}. Look at it in the Retell console; the next run tries again.` };
}

const ENDS: Record<Exclude<Indexed["kind"], "complete">, Pick<WrittenResource, "status" | "reason"> & { readonly message: string }> = {
  error: { status: "failed", reason: "write-failed", message: "Retell could not index its sources. Look at it in the Retell console." },
  slow: { status: "failed", reason: "write-failed", message: "Retell was still indexing it after ten minutes. The next run goes on from there." },
  gone: { status: "failed", reason: "write-failed", message: "It disappeared from Retell while it was being indexed." },
  cancelled: { status: "cancelled", reason: "cancelled", message: "The run was cancelled while Retell was indexing it; the next run goes on." },
};

function unfinished(kind: Exclude<Indexed["kind"], "complete">, known: Omit<RecordedKnowledge, "kind" | "incomplete">): WrittenResource {
  const end = ENDS[kind];
  // What was sent may still come in, so the journal stays.
  if (kind === "slow" || kind === "cancelled") return { ...end, uncertain: { id: known.id } };
  return { ...end, recorded: { kind: "knowledge", ...known, incomplete: true } };
}

function cancelled(state: Pick<WrittenResource, "recorded" | "uncertain">): WrittenResource {
  return { status: "cancelled", reason: "cancelled", message: "The run was cancelled before it was finished; the next run finishes it.", ...state };
}

function failed(error: unknown, id: string | null): WrittenResource {
  if (!(error instanceof ActionError)) throw error;
  const uncertain = id !== null || (error instanceof PlatformError && error.ambiguous);
  return {
    status: error.reason === "cancelled" ? "cancelled" : "failed",
    reason: error instanceof PlatformError ? "write-failed" : error.reason,
    message: error.message,
    ...(uncertain ? { uncertain: { id } } : {}),
  };
}
