/**
 * Puts agents into the Retell lab as deploys would have left them, with the state that those would have recorded: through
 * Retell's own routes and the product's own functions, so that the product finds nothing to do.
 */
import { contentOf } from "@retell-actions/core/apply/read-live";
import { readAgentAnswer, readEngineAnswer } from "@retell-actions/core/adapters/retell/answers";
import { objectFrom, type JsonObject } from "@retell-actions/core/canonical/json";
import type { DesiredAgent } from "@retell-actions/core/project/desired";
import { emptyAgentState, renderAgentState } from "@retell-actions/core/state/agent-state";
import { afterDeployment } from "@retell-actions/core/state/next-state";
import { renderMark } from "@retell-actions/core/state/ownership-mark";
import { agentStatePath, renderWorkspaceState, WORKSPACE_STATE_PATH } from "@retell-actions/core/state/workspace-state";

const AT_ONCE = 16;

export interface Place {
  readonly url: string;
  readonly key: string;
}

/** Whose mark the agents bear. */
export interface Owner {
  readonly repositoryId: number;
  readonly commit: string;
}

/** Makes the agents and returns the files of the state branch. Without an owner the agents are nobody's, and there is no state. */
export async function seedAgents(place: Place, request: { readonly workspace: string; readonly organization: { readonly id: string; readonly name: string }; readonly desired: readonly DesiredAgent[]; readonly owner?: Owner }): Promise<Map<string, string>> {
  const { owner, workspace } = request;
  const files = new Map<string, string>();
  const waiting = [...request.desired];
  const work = async (): Promise<void> => {
    for (let desired = waiting.pop(); desired !== undefined; desired = waiting.pop()) {
      const title = owner === undefined ? {} : { version_title: renderMark({ repositoryId: owner.repositoryId, folder: desired.name, shortSha: owner.commit.slice(0, 7) }) };
      const engine = readEngineAnswer("retell-llm", await post(place, "/create-retell-llm", desired.content.llm ?? {}));
      const own = objectFrom(Object.entries(desired.content.agent).filter(([key]) => key !== "channel" && key !== "response_engine"));
      const agent = readAgentAnswer("voice", await post(place, "/create-agent", { ...own, ...title, response_engine: { type: "retell-llm", llm_id: engine.id } }));
      if (owner === undefined) continue;
      const recorded = {
        agentId: agent.agentId,
        engineId: engine.id,
        version: agent.version,
        isPublished: agent.isPublished,
        baseline: { sent: desired.content, seen: contentOf(agent, engine) },
        secrets: {},
        incomplete: false,
      };
      const note = { commit: owner.commit, branch: workspace, actor: "octocat", runId: "1", at: "2026-11-01T00:00:00Z" };
      files.set(agentStatePath(desired.name, workspace), renderAgentState(afterDeployment(emptyAgentState(workspace), recorded, note)));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  if (owner !== undefined) files.set(WORKSPACE_STATE_PATH, renderWorkspaceState({ format: 1, organization: request.organization, salt: "0123456789abcdef0123456789abcdef", pending: null }));
  return files;
}

async function post({ url, key }: Place, path: string, body: JsonObject): Promise<unknown> {
  const response = await fetch(`${url}${path}`, { method: "POST", headers: { authorization: `Bearer ${key}`, "content-type": "application/json" }, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.json();
}
