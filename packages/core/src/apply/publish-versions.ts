import { statedChannel } from "../canonical/canonical-form.ts";
import PQueue from "p-queue";
import type { ReferenceValues } from "../canonical/symbols.ts";
import { ActionError, PlatformError } from "../errors.ts";
import { compareDraft, draftOf, planPublication, type PublishPlan, type PublishSides, type RecordedDraft } from "../plan/plan-publish.ts";
import type { RetellReader, RetellWriter } from "../ports/retell.ts";
import type { Log } from "../ports/runner.ts";
import { publishLine } from "../report/log-lines.ts";
import { isPublished, type PublishResult } from "../report/publish-report.ts";
import { renderAgentState } from "../state/agent-state.ts";
import { afterPublishing } from "../state/next-state.ts";
import { parseMark, renderMark } from "../state/ownership-mark.ts";
import { agentStatePath, renderWorkspaceState, WORKSPACE_STATE_PATH, type PendingRun, type WorkspaceState } from "../state/workspace-state.ts";
import { contentOf, NO_ENGINES, readEngineOf } from "./read-live.ts";
import { readVersion } from "./read-version.ts";
import { lastChangeOf } from "../state/last-change.ts";
import type { StateBranch } from "./state-branch.ts";

/** One agent that was decided about, with what the decision was made from. */
export interface PlannedPublication {
  readonly plan: PublishPlan;
  readonly sides: Omit<PublishSides, "reading">;
  /** Name of its state file's folder: the former one while a move is not recorded yet. */
  readonly recordName: string;
}

export interface PublishInput {
  readonly workspace: string;
  readonly isProduction: boolean;
  readonly agents: readonly PlannedPublication[];
  readonly reader: RetellReader;
  readonly writer: RetellWriter;
  readonly references: ReferenceValues;
  readonly branch: StateBranch;
  /** The workspace's state as it was read; undefined where nothing was ever deployed. */
  readonly state: WorkspaceState | undefined;
  /** What the record says of a run that is over, if it says anything. */
  readonly leftover: PendingRun | undefined;
  /** What is left of that once this run is through: a dead deploy whose journals nobody has explained yet. */
  readonly remaining: PendingRun | undefined;
  readonly run: PendingRun;
  /** `version_description` of an agent's version; asked before the version is read for the last time. */
  readonly describe: (draft: RecordedDraft) => Promise<string>;
  readonly concurrency: number;
  readonly log: Log;
  readonly signal: AbortSignal;
}

export type Published =
  /** Somebody else changed the state meanwhile: nothing was published, read and decide again. */
  | { readonly kind: "stale" }
  | { readonly kind: "done"; readonly results: readonly PublishResult[]; readonly recordError: Error | undefined; readonly stateCommit: string | undefined };

/**
 * Publishes what was decided: takes the workspace, publishes version by version, records what is published. Nothing is
 * published before the workspace is taken; a run that dies in between publishes nothing twice, since its successor finds
 * the version published and only records it.
 */
export async function publishVersions(input: PublishInput): Promise<Published> {
  const { agents, branch, state, workspace } = input;
  const settled = new Map(agents.map((agent) => [agent.plan.name, resultOf(agent.plan)]));
  const done = (end: { recordError?: Error; stateCommit?: string | undefined } = {}): Published => ({ kind: "done", results: [...settled.values()], recordError: end.recordError, stateCommit: end.stateCommit });
  const toPublish = agents.filter(({ plan }) => plan.step === "publish");
  const isClear = state === undefined || (input.leftover ?? null) === (input.remaining ?? null);
  if (state === undefined || (isClear && toPublish.length === 0 && agents.every(({ plan }) => plan.step !== "record"))) return done();
  if (input.signal.aborted) {
    for (const { plan } of toPublish) settled.set(plan.name, cancelled(plan));
    return done();
  }
  if (toPublish.length > 0) {
    const pending: PendingRun = { ...input.run, kind: "publish", agents: toPublish.map(({ plan }) => plan.name), ...(input.remaining === undefined ? {} : { interrupted: input.remaining }) };
    const files = new Map([[WORKSPACE_STATE_PATH, renderWorkspaceState({ ...state, pending })]]);
    if ((await branch.commit(files, `${workspace}: publishing`)) === "stale") return { kind: "stale" };
    for (const [name, result] of await publishAll(toPublish, input)) settled.set(name, result);
  }
  const files = recordFiles(input, { state, settled, free: toPublish.length > 0 || !isClear });
  const message = recordMessage(workspace, [...settled.values()].filter(isPublished));
  try {
    if (toPublish.length > 0) await branch.record(files, message);
    else if ((await branch.commit(files, message)) === "stale") return { kind: "stale" };
    return done({ stateCommit: branch.head });
  } catch (error) {
    return done({ recordError: error as Error });
  }
}

function recordFiles(input: PublishInput, { state, settled, free }: { state: WorkspaceState; settled: ReadonlyMap<string, PublishResult>; free: boolean }): Map<string, string> {
  const files = new Map<string, string>();
  for (const { plan, sides, recordName } of input.agents) {
    const result = settled.get(plan.name);
    if (result === undefined || !isPublished(result) || sides.record?.kind !== "state") continue;
    files.set(agentStatePath(recordName, input.workspace), renderAgentState(afterPublishing(sides.record.state, result.lastChange)));
  }
  if (free) files.set(WORKSPACE_STATE_PATH, renderWorkspaceState({ ...state, pending: input.remaining ?? null }));
  return files;
}

function recordMessage(workspace: string, recorded: readonly PublishResult[]): string {
  const names = recorded.map(({ name, version }) => `${name} ${String(version)}`).sort();
  return `${workspace}: ${names.length === 0 ? "nothing" : names.length <= 3 ? names.join(", ") : `${names.length} agents`} published`;
}

async function publishAll(agents: readonly PlannedPublication[], input: PublishInput): Promise<Map<string, PublishResult>> {
  const results = new Map<string, PublishResult>();
  const queue = new PQueue({ concurrency: input.concurrency });
  await queue.addAll(
    agents.map((agent) => async () => {
      const result = await publishOne(agent, input);
      results.set(agent.plan.name, result);
      input.log.info(`${results.size}/${agents.length} ${publishLine(result)}`);
    }),
  );
  return results;
}

async function publishOne({ plan, sides }: PlannedPublication, input: PublishInput): Promise<PublishResult> {
  const draft = draftOf(sides.record);
  if (draft === undefined) throw new TypeError(`${plan.name} has no draft to publish`);
  if (input.signal.aborted) return cancelled(plan);
  const description = await input.describe(draft);
  const reading = await readVersion({ ...input, draft });
  const now = planPublication({ ...sides, reading });
  if (now.step !== "publish" || reading.kind !== "present") return resultOf(now);
  if (input.signal.aborted) return cancelled(plan);
  let refusal: ActionError | undefined;
  try {
    await input.writer.publishVersion(draft.agent_id, draft.version, { title: titleFor(reading.agent.title, { draft, sides }), description });
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    refusal = error;
  }
  // Never sent: a request that was sent ends with an answer or with a platform's error.
  if (refusal !== undefined && !(refusal instanceof PlatformError)) return { ...resultOf(plan), status: refusal.reason === "cancelled" ? "cancelled" : "failed", reason: refusal.reason, message: refusal.message };
  return confirm({ plan: now, draft, refusal }, input);
}

/** The answer to a publication has no body, or got lost: the version itself tells what became of it. */
async function confirm({ plan, draft, refusal }: { plan: PublishPlan; draft: RecordedDraft; refusal: PlatformError | undefined }, input: PublishInput): Promise<PublishResult> {
  const failed = (message: string): PublishResult => ({ ...resultOf(plan), status: "failed", reason: "publish-failed", message });
  try {
    const agent = await input.reader.readAgent({ agentId: draft.agent_id, channel: statedChannel(draft.sent.agent) }, draft.version);
    if (agent?.isPublished !== true) {
      return failed(refusal?.message ?? `Retell accepted the publication, but does not show version ${draft.version} as published. Run again: a version that is published by then is only recorded.`);
    }
    const engine = await readEngineOf(input.reader, agent.engine, await NO_ENGINES);
    if (engine === null) return failed(`Version ${draft.version} is published, but its engine could not be read.`);
    const { changed } = compareDraft(draft, contentOf(agent, engine), input.references);
    if (changed.length === 0) return { ...resultOf(plan), status: "published", reason: "ok", lastChange: lastChangeOf(agent, engine) };
    return {
      ...resultOf(plan),
      status: "failed",
      reason: "changed-while-publishing",
      changedFields: changed,
      message: `Version ${draft.version} is published, but somebody changed ${changed.join(", ")} in that moment. Callers get the change; the next deploy shows it.`,
    };
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    if (error.reason === "cancelled") return { ...cancelled(plan), message: `The run was cancelled before it was seen whether version ${draft.version} is published; the next run finds out and records it.` };
    return failed(`It is not known whether version ${draft.version} is published: ${refusal?.message ?? error.message} Run again: a version that is published by then is only recorded.`);
  }
}

/** The mark as it stands there; where somebody wrote another title over it, it is restored. */
function titleFor(title: string | null, { draft, sides }: { draft: RecordedDraft; sides: PlannedPublication["sides"] }): string {
  if (title !== null && parseMark(title) !== undefined) return title;
  return renderMark({ repositoryId: sides.repositoryId, folder: sides.ownFolders[0] ?? sides.name, shortSha: (draft.source_commit ?? "0000000").slice(0, 7) });
}

function cancelled(plan: PublishPlan): PublishResult {
  return { ...resultOf(plan), status: "cancelled", reason: "cancelled", message: "The run was cancelled before this agent's turn." };
}

const STATUS_BY_STEP = { publish: "cancelled", record: "recorded", none: "unchanged", refuse: "left-alone", fail: "failed" } as const;

function resultOf(plan: PublishPlan): PublishResult {
  return {
    name: plan.name,
    status: STATUS_BY_STEP[plan.step],
    reason: plan.reason,
    message: plan.message,
    class: plan.class,
    changedFields: plan.changedFields,
    notes: plan.notes,
    agentId: plan.agentId,
    engineId: plan.engineId,
    version: plan.version,
  };
}
