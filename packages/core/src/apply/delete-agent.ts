import { statedEngine } from "../canonical/canonical-form.ts";
import { ActionError, PlatformError } from "../errors.ts";
import type { AgentPlan } from "../plan/plan.ts";
import type { EngineReference } from "../ports/retell.ts";
import { isAsPlanned } from "./symbolize.ts";
import type { WriteContext } from "./write-context.ts";
import type { Written } from "./written.ts";

/** Deletes an agent and its engine. What it held stands in the journal's commit before this is called. */
export async function deleteAgent(plan: AgentPlan, context: WriteContext): Promise<Written> {
  let isGone = false;
  try {
    const agent = plan.agentId === null ? null : await context.reader.readAgent({ agentId: plan.agentId, channel: plan.channel });
    if (agent === null) {
      return { ...DELETED, ...(await deleteLeftEngine(plan, context)) };
    }
    const engine = agent.engine.id === null ? undefined : await context.reader.readEngine(agent.engine);
    if (engine === null || !isAsPlanned(plan, { agent, engine }, context)) {
      return { status: "left-alone", reason: "changed-while-deploying", message: "The agent changed in Retell after the plan was made; it was not deleted.", observed: [] };
    }
    await context.writer.deleteAgent(agent);
    isGone = true;
    // The journal stays, so that the next run deletes the engine.
    if (context.signal.aborted) return { status: "cancelled", reason: "cancelled", message: "The run was cancelled before the agent's engine was deleted; the next run does it.", observed: [], uncertain: true };
    return { ...DELETED, ...(engine === undefined ? {} : await deleteEngine(agent.engine, context)) };
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    return { status: "failed", reason: "write-failed", message: error.message, observed: [], ...(isGone || (error instanceof PlatformError && error.ambiguous) ? { uncertain: true } : {}) };
  }
}

const DELETED = { status: "deleted", reason: "ok", observed: [] } as const;

/** A run that died between the two deletes left the engine behind; its journal says that it was about to delete both. */
async function deleteLeftEngine(plan: AgentPlan, context: WriteContext): Promise<Pick<Written, "message">> {
  const pending = plan.material.state?.pending;
  const kind = pending?.operation === "delete" ? statedEngine(pending.over.agent) : undefined;
  if (plan.engineId === null || (kind !== "retell-llm" && kind !== "conversation-flow")) return {};
  return deleteEngine({ kind, id: plan.engineId, version: null }, context);
}

/** The engine goes with its agent; Retell itself refuses where another agent still uses it, and then it stays, which is said. */
async function deleteEngine(engine: EngineReference, context: WriteContext): Promise<Pick<Written, "message">> {
  try {
    await context.writer.deleteEngine(engine);
    return {};
  } catch (error) {
    if (!(error instanceof PlatformError) || error.reason !== "retell-rejected") throw error;
    return { message: `Its engine ${engine.id ?? ""} stays in Retell, which would not delete it. Delete it there unless something else uses it. ${error.message}` };
  }
}
