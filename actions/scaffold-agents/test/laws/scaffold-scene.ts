import type { PullRequest } from "@retell-actions/lab/github/model/records";
import type { Permissions } from "@retell-actions/lab/github/model/tokens";
import { Person } from "@retell-actions/lab/scene/person";
import { sampleFiles } from "@retell-actions/lab/scene/sample-files";
import { startScene, type RunOptions, type RunResult, type Scene } from "@retell-actions/lab/scene/scene";

/** Permissions of the job in retell-new-agent.yml. */
const PERMISSIONS: Permissions = { contents: "write", "pull-requests": "write", issues: "write", statuses: "write" };

/** A project, and an issue of somebody who may write. */
export interface ScaffoldScene extends Scene {
  readonly dana: Person;
  readonly issue: number;
}

/** An issue as GitHub writes it from the form. */
export function formBody(names: string, template = "customer-service"): string {
  return `### Names of the agents\n\n${names}\n\n### Starting point\n\n${template}\n`;
}

/** A project with one agent, and an issue that asks for two more. */
export async function startScaffoldScene(names = "sales-eu\nsales-us"): Promise<ScaffoldScene> {
  const scene = await startScene({ files: sampleFiles({ support: {} }) });
  try {
    scene.repository.settings.allowActionsToCreatePullRequests = true;
    // The actor of the scene's runs, who counts as having edited the issue.
    scene.repository.collaborators.set("octocat", "write");
    const dana = new Person(scene.repository, "dana");
    const issue = await dana.openIssue("New agents", formBody(names));
    scene.faults.reset();
    return { ...scene, dana, issue };
  } catch (error) {
    await scene.stop();
    throw error;
  }
}

/** The run that the issue starts, in the state in which the issue was last. */
export function scaffold(scene: ScaffoldScene, options: RunOptions = {}): Promise<RunResult> {
  const found = scene.repository.events.findLast(({ name, payload }) => name === "issues" && (payload["issue"] as { number?: number }).number === scene.issue);
  if (found === undefined) throw new Error("There was no event of the issue.");
  return scene.action("scaffold-agents", { branch: "develop", eventName: "issues", event: found.payload, permissions: PERMISSIONS, ...options });
}

/** The pull requests from the issue's branch, oldest first. */
export function pullsOf(scene: ScaffoldScene): PullRequest[] {
  return [...scene.repository.pulls.values()].filter(({ head }) => head.ref === `retell/scaffold/issue-${scene.issue}`).sort((a, b) => a.number - b.number);
}

/** Files that the branch adds to develop. */
export async function addedFiles(scene: ScaffoldScene): Promise<Record<string, string>> {
  const { repository } = scene;
  const branch = `retell/scaffold/issue-${scene.issue}`;
  const base = new Set(await repository.files("develop"));
  const added: Record<string, string> = {};
  for (const path of await repository.files(branch)) if (!base.has(path)) added[path] = (await repository.readFile(branch, path)) ?? "";
  return added;
}
