import { statedChannel } from "../canonical/canonical-form.ts";
import { ActionError } from "../errors.ts";
import type { RecordedDraft, VersionReading } from "../plan/plan-publish.ts";
import type { RetellReader } from "../ports/retell.ts";
import { contentOf, NO_ENGINES, readEngineOf } from "./read-live.ts";

/**
 * Reads the version that is recorded, whole, and what stands beside it. The engine and the published version come first:
 * the agent's version itself is to be the last request before it is published.
 */
export async function readVersion(input: { reader: RetellReader; draft: RecordedDraft; isProduction: boolean }): Promise<VersionReading> {
  const { reader, draft, isProduction } = input;
  try {
    const address = { agentId: draft.agent_id, channel: statedChannel(draft.sent.agent) };
    const highest = await reader.readAgent(address);
    if (highest === null) return { kind: "missing-agent" };
    if (highest.version < draft.version) return { kind: "missing-version" };
    const [published, engine] = await Promise.all([
      isProduction ? reader.readAgent(address, "latest_published") : Promise.resolve(undefined),
      readEngineOf(reader, { ...highest.engine, version: highest.engine.id === null ? null : draft.version }, await NO_ENGINES),
    ]);
    const agent = await reader.readAgent(address, draft.version);
    if (agent === null) return { kind: "missing-version" };
    if (engine === null) {
      return { kind: "unreadable", reason: "unreadable", problem: `Retell has version ${draft.version} of the agent ${draft.agent_id}, but not its engine ${agent.engine.id ?? ""}.` };
    }
    return {
      kind: "present",
      agent,
      content: contentOf(agent, engine),
      highest: highest.version,
      publishedVersion: published === undefined ? undefined : (published?.version ?? null),
    };
  } catch (error) {
    if (error instanceof ActionError) return { kind: "unreadable", reason: error.reason, problem: error.message };
    throw error;
  }
}
