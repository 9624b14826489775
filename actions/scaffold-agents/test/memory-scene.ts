import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { createWorkingTree } from "@retell-actions/core/adapters/files/working-tree";
import type { ActionReport } from "@retell-actions/core/adapters/runner/action-report";
import type { JobContext } from "@retell-actions/core/ports/runner";
import type { MemoryPullRequest } from "@retell-actions/lab/memory/memory-github";
import { createMemoryWorld, type MemoryWorld } from "@retell-actions/lab/memory/memory-ports";
import { smallProject } from "@retell-actions/lab/memory/small-project";
import type { ScaffoldInputs } from "../src/inputs.ts";
import { run } from "../src/run.ts";

/** The repository of the suite, whose `templates/` stands where it stands beside the built actions. */
export const ROOT = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));

/** A template of a user: two sections of its own, one that is shared. */
export const DESK = {
  "templates/desk/agent.json": `{
    "agent_name": "Desk",
    "voice_id": "11labs-Adrian",
    "llm_config": { "start_speaker": "agent", "prompt_config": { "sections": ["who", "deep/how", "shared/tone"], "overrides": { "who": "You are a test." } } }
}
`,
  "templates/desk/agent.production.json": '{"agent_name":"Desk (live)","llm_config":{"prompt_config":{"sections":["deep/how"]}}}\n',
  "templates/desk/agent.elsewhere.json": "{}\n",
  "templates/desk/overwrite.staging.json": "{}\n",
  "templates/desk/README.md": "# About\n",
  "templates/desk/prompts/who.md": "You are the desk.\r\n",
  "templates/desk/prompts/deep/how.txt": "Be brief.",
  "prompts/shared/tone.txt": "Be kind.\n",
} as const;

/** The inputs as action.yml has them. */
export const INPUTS: ScaffoldInputs = { names: "", template: "", base: undefined, statusContext: "Validate & Check Conflicts", workingDirectory: "", token: "" };

/** A small project with the template `desk`. */
export function startWorld(files: Readonly<Record<string, string>> = {}): MemoryWorld {
  return createMemoryWorld({ ...smallProject(), ...DESK, ...files });
}

/** A run by hand on the default branch. */
export function byHand(world: MemoryWorld, inputs: Partial<ScaffoldInputs>, job: Partial<JobContext> = {}): Promise<ActionReport> {
  world.git.checkout(world.git.branches.get("develop") ?? "");
  return run({ ...INPUTS, ...inputs }, world.ports({ event: { name: "workflow_dispatch", branch: "develop" }, ref: "refs/heads/develop", actor: "octocat", ...job }), createWorkingTree(ROOT));
}

/** An issue as GitHub writes it from the form. */
export function formBody(names: string, template = "desk"): string {
  return `### Names of the agents\n\n${names}\n\n### Starting point\n\n${template}\n`;
}

export interface IssueChanges {
  readonly number?: number;
  readonly action?: string;
  readonly author?: string;
  readonly actor?: string;
  readonly inputs?: Partial<ScaffoldInputs>;
  readonly job?: Partial<JobContext>;
  /** What the issue says when the run looks; null where it was deleted. */
  readonly now?: string | null;
}

/** The run that an issue starts. */
export function byIssue(world: MemoryWorld, body: string, changes: IssueChanges = {}): Promise<ActionReport> {
  const { number = 12, action = "opened", author = "octocat", actor = author, inputs = {}, job = {}, now = body } = changes;
  if (now === null) world.github.issues.delete(number);
  else world.github.issues.set(number, { number, state: "open", title: "New agents", body: now, authorIsBot: false, url: `https://github.com/octo/agents/issues/${number}`, labels: [] });
  world.git.checkout(world.git.branches.get("develop") ?? "");
  const event = { name: "issues", action, issue: { number, body, author, authorIsBot: author.endsWith("[bot]") } } as const;
  return run({ ...INPUTS, ...inputs }, world.ports({ event, ref: "refs/heads/develop", actor, ...job }), createWorkingTree(ROOT));
}

/** What the job has written, without reading. */
export const writesOf = (world: MemoryWorld): string[] => world.github.writes.map(({ method }) => method);

/** The only pull request. */
export function onlyPull(world: MemoryWorld): MemoryPullRequest {
  const [pull, ...more] = [...world.github.pulls.values()];
  if (pull === undefined || more.length > 0) throw new Error(`There are ${more.length + (pull === undefined ? 0 : 1)} pull requests.`);
  return pull;
}

/** Files that a branch has and develop has not, or has otherwise. */
export function changesOf(world: MemoryWorld, branch: string): Record<string, string> {
  const files = (name: string): ReadonlyMap<string, string> => world.git.commits.get(world.git.branches.get(name) ?? "")?.files ?? new Map<string, string>();
  return Object.fromEntries([...files(branch)].filter(([path, text]) => files("develop").get(path) !== text));
}

/** The job's comments on an issue. */
export const answersOf = (world: MemoryWorld, number = 12): string[] => (world.github.threads.get(number) ?? []).filter(({ authorIsBot }) => authorIsBot).map(({ body }) => body);
