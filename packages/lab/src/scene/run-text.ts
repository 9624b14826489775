import type { RunResult, Scene } from "./scene.ts";

/** Everything that a run showed to people, masked as they see it: log, summary, annotations, outputs. */
export function shownBy(run: RunResult): string {
  return [run.log, run.summary, JSON.stringify(run.annotations), ...Object.entries(run.outputs).map(([name, value]) => `${name}=${value}`)].join("\n");
}

/** Texts of all comments on pull requests. */
export function commentsIn(scene: Scene): string {
  return scene.repository.comments.map(({ body }) => body).join("\n");
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
