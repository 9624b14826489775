import { toCanonicalContent } from "../canonical/canonical-form.ts";
import { componentContent, type Content } from "../canonical/content.ts";
import type { Json, JsonObject } from "../canonical/json.ts";
import { resolveReferences, secretsIn, type ReferenceValues } from "../canonical/symbols.ts";
import { ActionError, PlatformError } from "../errors.ts";
import { heldHash, symbolicComponent } from "../plan/plan-component.ts";
import type { ComponentPlan } from "../plan/resource-plan.ts";
import type { RemoteComponent } from "../ports/components.ts";
import { componentTitle } from "../project/read-components.ts";
import type { DesiredComponent } from "../project/desired-resources.ts";
import { plannedWrites } from "./planned-writes.ts";
import { seenAfterWrite, withoutKeptEdits } from "./seen-after.ts";
import type { SharedContext } from "./write-context.ts";
import type { WrittenResource } from "./written-resource.ts";

/** What writing one component needs. */
export interface ComponentContext extends SharedContext, ReferenceValues {
  readonly signal: AbortSignal;
}

const CHANGED: WrittenResource = { status: "left-alone", reason: "changed-while-deploying", message: "It changed in Retell after the plan was made. Nothing was written over it; run again to see the new difference." };

/** Makes a component, whole. A lost answer is looked for by name. */
export async function createComponent(plan: ComponentPlan, context: ComponentContext): Promise<WrittenResource> {
  const desired = desiredOf(plan);
  try {
    const content = resolved((desired.content.component ?? {}) as Json, context) as JsonObject;
    const made = await createOrFind(plan, content, context);
    return recorded(plan, { status: "created", id: made.id, seen: symbolize(plan, made, context) }, context);
  } catch (error) {
    return failed(error);
  }
}

/** Brings a component to what Git says; only changed top-level keys are sent, and only if it still is what was planned upon. */
export async function updateComponent(plan: ComponentPlan, context: ComponentContext): Promise<WrittenResource> {
  const desired = desiredOf(plan);
  const { components, signal } = context;
  try {
    const now = plan.id === null ? null : await components.reader.readComponent(plan.id);
    if (now === null || heldHash(symbolize(plan, now, context)) !== plan.hashes.live) return CHANGED;
    if (signal.aborted) return { status: "cancelled", reason: "cancelled", message: "The run was cancelled before its turn." };
    const before = symbolize(plan, now, context).component ?? {};
    const writes = plannedWrites(writable(plan), { live: componentContent(now.raw), resolve: (target) => resolved(target, context) }).component ?? {};
    const answer = await components.writer.updateComponent(now.id, writes);
    const after = seenAfterWrite({ part: "component", before, answer: symbolize(plan, answer, context).component ?? {}, sentKeys: new Set(Object.keys(writes)), mentioned: desired.content.component ?? {} });
    return recorded(plan, { status: "updated", id: now.id, seen: withoutKeptEdits(componentContent(after.seen), plan.material.fields) }, context);
  } catch (error) {
    return failed(error);
  }
}

/** Deletes a component that is still what the plan was made from, and that no flow uses. */
export async function deleteComponent(plan: ComponentPlan, context: ComponentContext): Promise<WrittenResource> {
  const { components, signal } = context;
  try {
    const now = plan.id === null ? null : await components.reader.readComponent(plan.id);
    if (now === null) return { status: "deleted", reason: "ok" };
    if (now.linkedFlowIds.length > 0 || heldHash(symbolize(plan, now, context)) !== plan.hashes.live) return CHANGED;
    if (signal.aborted) return { status: "cancelled", reason: "cancelled", message: "The run was cancelled before its turn." };
    await components.writer.deleteComponent(now.id);
    return { status: "deleted", reason: "ok" };
  } catch (error) {
    return failed(error);
  }
}

/** A component's plan as the computation of writes asks for it. */
export function writable({ material }: ComponentPlan) {
  return { changes: material.fields, material };
}

function desiredOf(plan: ComponentPlan): DesiredComponent {
  const { desired } = plan.material;
  if (desired === undefined) throw new TypeError(`${plan.symbol} has no content to write`);
  return desired;
}

async function createOrFind(plan: ComponentPlan, content: JsonObject, { components }: ComponentContext): Promise<RemoteComponent> {
  try {
    return await components.writer.createComponent(content);
  } catch (error) {
    if (!(error instanceof PlatformError) || !error.ambiguous) throw error;
    const title = componentTitle(desiredOf(plan));
    const found = (await components.reader.listComponents()).filter((other) => other.name === title && !plan.material.namesakes.includes(other.id));
    const [only] = found;
    if (only === undefined || found.length > 1) throw error;
    return only;
  }
}

function symbolize(plan: ComponentPlan, remote: RemoteComponent, references: ReferenceValues): Content {
  const { state, desired } = plan.material;
  return symbolicComponent(remote, { state, desired: desired?.content, references }).live;
}

function resolved(value: Json, references: ReferenceValues): Json {
  const { value: sent, unresolved } = resolveReferences(value, references);
  const [missing] = unresolved;
  if (missing === undefined) return sent;
  throw new ActionError(
    missing.kind === "secret" ? "missing-secret" : "blocked-reference",
    missing.kind === "secret" ? `RETELL_SECRET_${missing.name} is not set in this job.` : `It refers to ${missing.kind}://${missing.name}, which could not be made.`,
  );
}

function recorded(plan: ComponentPlan, made: { status: "created" | "updated"; id: string; seen: Content }, references: ReferenceValues): WrittenResource {
  const sent = toCanonicalContent(desiredOf(plan).content);
  const secrets = secretsIn((sent.component ?? {}) as Json).flatMap((name) => {
    const value = references.secrets.get(name);
    return value === undefined ? [] : [[name, references.fingerprint(value)] as const];
  });
  return { status: made.status, reason: "ok", recorded: { kind: "component", id: made.id, sent, seen: made.seen, secrets: Object.fromEntries(secrets) } };
}

function failed(error: unknown): WrittenResource {
  if (!(error instanceof ActionError)) throw error;
  return {
    status: error.reason === "cancelled" ? "cancelled" : "failed",
    reason: error instanceof PlatformError ? "write-failed" : error.reason,
    message: error.message,
    ...(error instanceof PlatformError && error.ambiguous ? { uncertain: { id: null } } : {}),
  };
}
