import { ActionError } from "../errors.ts";
import type { Candidate } from "../import/candidates.ts";
import type { LiveMember } from "../import/live-member.ts";
import type { ReasonCode } from "../outcome.ts";
import type { RemoteEngine, RetellReader } from "../ports/retell.ts";
import type { Log } from "../ports/runner.ts";
import type { Workspace } from "../project/workspace.ts";
import { contentOf, readEngineOf, type EngineIndex } from "./read-live.ts";

/** An agent of a candidate: read, or the reason why not. */
export type MemberReading =
  | { readonly kind: "read"; readonly member: LiveMember }
  /** It was deleted since it was listed. */
  | { readonly kind: "gone" }
  | { readonly kind: "unreadable"; readonly reason: ReasonCode; readonly problem: string };

/** Reads the chosen agents of one workspace with their engines, whole; by agent id. Engines are listed once and used where they are the version that the agent names. */
export async function readMembers(input: { readonly reader: RetellReader; readonly log: Log; readonly workspace: Workspace; readonly chosen: readonly Candidate[] }): Promise<Map<string, MemberReading>> {
  const { reader, log, workspace } = input;
  const listings = input.chosen.flatMap(({ members }) => members.filter((member) => member.workspace.name === workspace.name).map(({ listing }) => listing));
  const readings = new Map<string, MemberReading>();
  if (listings.length === 0) return readings;
  const lists = Promise.all([reader.listEngines("retell-llm"), reader.listEngines("conversation-flow")]).then((found): EngineIndex => new Map(found.flat().map((engine): [string, RemoteEngine] => [engine.id, engine])));
  // Awaited once an agent was read; a list that fails earlier must be reported like any other failure.
  lists.catch(() => undefined);
  const read = async (address: (typeof listings)[number]): Promise<MemberReading> => {
    try {
      const [agent, published] = await Promise.all([reader.readAgent(address), workspace.kind === "production" ? reader.readAgent(address, "latest_published") : undefined]);
      if (agent === null) return { kind: "gone" };
      const engine = await readEngineOf(reader, agent.engine, await lists);
      if (engine === null) return { kind: "unreadable", reason: "unreadable", problem: `Retell has the agent ${agent.agentId}, but not its engine ${agent.engine.id ?? ""} (version ${String(agent.engine.version)}).` };
      return { kind: "read", member: { workspace, agent, engine, content: contentOf(agent, engine), publishedVersion: published === undefined ? undefined : (published?.version ?? null) } };
    } catch (error) {
      if (error instanceof ActionError) return { kind: "unreadable", reason: error.reason, problem: error.message };
      throw error;
    }
  };
  await Promise.all(
    listings.map(async (listing) => {
      readings.set(listing.agentId, await read(listing));
      if (readings.size % 20 === 0 || readings.size === listings.length) log.info(`${readings.size}/${listings.length} agents read`);
    }),
  );
  return readings;
}
