import type { RecordedRequest } from "@retell-actions/lab/retell/server";
import type { OrganizationHandle } from "@retell-actions/lab/retell/server";
import { agentFile, sampleFiles } from "@retell-actions/lab/scene/sample-files";
import type { RunOptions, RunResult, Scene } from "@retell-actions/lab/scene/scene";

export type Place = "staging" | "production";

export const FILES = sampleFiles({ sales: { agent: { voice_speed: 1.1 }, llm: { begin_message: "Hi  there" } }, support: {} });
export const FASTER = { "agents/sales/agent.json": agentFile("sales", { agent: { voice_speed: 1.3 } }), "agents/support/agent.json": agentFile("support", { agent: { voice_speed: 1.3 } }) };

/** Runs `dist/deploy` without asking for staging first. */
export function deploy(scene: Scene, place: Place, options: RunOptions = {}): Promise<RunResult> {
  return scene.deploy({ branch: place, ...options, inputs: { workspace: place, "require-staging": "false", ...options.inputs } });
}

/** Runs `dist/publish-version`, one agent after the other. */
export function publish(scene: Scene, place: Place, options: RunOptions = {}): Promise<RunResult> {
  return scene.action("publish-version", { branch: place, ...options, inputs: { workspace: place, concurrency: "1", ...options.inputs } });
}

/** The organisation behind a workspace. */
export function organizationOf(scene: Scene, place: Place): OrganizationHandle {
  return place === "staging" ? scene.staging : scene.production;
}

/** Versions that are published, by display name. */
export function publishedVersions(organization: OrganizationHandle): Record<string, number[]> {
  return Object.fromEntries(organization.agents().map(({ latest, versions }) => [String(latest.agent["agent_name"]), versions.filter(({ isPublished }) => isPublished).map(({ version }) => version)]));
}

/** Publications that Retell obeyed, as agent and version. */
export function publications(scene: Scene): string[] {
  return scene.retell.requests.filter(isPublication).filter(({ status }) => status === 200).map(({ path, body }) => `${path.split("/").at(-1) ?? ""} ${String((body as { version?: number }).version)}`);
}

export function isPublication({ path }: Pick<RecordedRequest, "path">): boolean {
  return path.startsWith("/publish-agent-version/");
}

/** A file of the state, parsed. */
export async function stateFile(scene: Scene, place: Place, path: string): Promise<Record<string, unknown>> {
  return JSON.parse((await scene.repository.readFile(`retell/state/${place}`, path)) ?? "null") as Record<string, unknown>;
}

/** Everything that publishing leaves behind, comparable between scenes of the same seed. */
export async function finalPicture(scene: Scene, place: Place): Promise<unknown> {
  const commits = (await scene.repository.log(place)).map(({ sha }) => sha).reverse();
  const neutral = (text: string): string => {
    let result = text;
    commits.forEach((sha, index) => {
      result = result.replaceAll(sha, `<commit ${index}>`).replaceAll(sha.slice(0, 7), `<commit ${index}>`);
    });
    return result.replaceAll(String(scene.repository.id), "<repository>").replace(/actions\/runs\/\d+/g, "<run>").replaceAll(scene.github.url, "<github>").replace(/\b(agent|llm)_[0-9a-f]{28}\b/g, "<$1>");
  };
  const state: Record<string, unknown> = {};
  for (const path of await scene.repository.files(`retell/state/${place}`)) {
    const file = JSON.parse(neutral((await scene.repository.readFile(`retell/state/${place}`, path)) ?? "")) as Record<string, unknown>;
    for (const key of ["workflow_run_id", "deployed_at", "salt"]) if (key in file) file[key] = `<${key}>`;
    // Only saves reads, and holds times of Retell.
    delete file["last_change"];
    state[path] = file;
  }
  return { retell: JSON.parse(neutral(JSON.stringify(organizationOf(scene, place).snapshot()))) as unknown, state };
}
