import type { AgentPicture } from "../retell/console/picture.ts";
import type { OrganizationHandle } from "../retell/server.ts";
import type { RunResult, Scene } from "./scene.ts";

/** Everything that a run showed to people, masked as they see it: log, summary, annotations, outputs. */
export function shownBy(run: RunResult): string {
  return [run.log, run.summary, JSON.stringify(run.annotations), ...Object.entries(run.outputs).map(([name, value]) => `${name}=${value}`)].join("\n");
}

/** Texts of all comments on pull requests. */
export function commentsIn(scene: Scene): string {
  return scene.repository.comments.map(({ body }) => body).join("\n");
}

/** A comment as a person sees it in the conversation. */
export interface SeenComment {
  readonly id: number;
  readonly author: string;
  readonly body: string;
  /** Contents of the reactions, such as `eyes`, in the order in which they were given. */
  readonly reactions: readonly string[];
}

/** The conversation of a pull request, oldest first. */
export function conversationOf({ repository }: Pick<Scene, "repository">, pullRequest: number): SeenComment[] {
  return repository.commentsOf(pullRequest).map(({ id, user, body, reactions }) => ({ id, author: user.login, body, reactions: reactions.map(({ content }) => content) }));
}

/** The agents of a run's `result` output, by name. */
export function agentResults(run: RunResult): Map<string, Readonly<Record<string, unknown>>> {
  const result = JSON.parse(run.outputs["result"] ?? "{}") as { agents?: { agent: string }[] };
  return new Map((result.agents ?? []).map((agent) => [agent.agent, agent]));
}

/** A list output, such as `updated`. */
export function listOf(run: RunResult, output: string): string[] {
  return JSON.parse(run.outputs[output] ?? "[]") as string[];
}

/** The agent of that display name in Retell; throws unless there is exactly one. */
export function agentNamed(organization: OrganizationHandle, name: string): AgentPicture {
  const found = organization.agents().filter(({ latest }) => latest.agent["agent_name"] === name);
  const [agent] = found;
  if (agent === undefined || found.length > 1) throw new Error(`${found.length} agents are called "${name}".`);
  return agent;
}
