import { createMemoryWorld, type MemoryWorld } from "@retell-actions/lab/memory/memory-ports";
import type { MemoryCall } from "@retell-actions/lab/memory/memory-retell";
import { smallProject } from "@retell-actions/lab/memory/small-project";
import type { ActionReport } from "@retell-actions/core/adapters/runner/action-report";
import type { JobContext } from "@retell-actions/core/ports/runner";
import type { AgentState } from "@retell-actions/core/state/agent-state";
import type { WorkspaceState } from "@retell-actions/core/state/workspace-state";
import type { DeployInputs } from "../../deploy/src/inputs.ts";
import { run as deployRun } from "../../deploy/src/run.ts";
import type { PublishInputs } from "../src/inputs.ts";
import { run as publishRun } from "../src/run.ts";

/** Thrown in place of what a killed process would have done next; nothing of the suite catches it. */
export class Killed extends Error {}

export type Workspace = "staging" | "production";

interface RunOptions {
  readonly job?: Partial<JobContext>;
  readonly branch?: string;
}

const DEPLOY: DeployInputs = {
  agents: ["*"],
  workingDirectory: "",
  token: "",
  workspace: "staging",
  dryRun: false,
  planFingerprint: undefined,
  confirm: "",
  concurrency: 8,
  options: { onConsoleEdit: "fail", requireStaging: false, prune: "report", maxDeletes: 1, allowReplace: false, recreate: false, adopt: false },
};
const PUBLISH: PublishInputs = { workspace: "staging", agents: ["*"], workingDirectory: "", token: "", concurrency: 1 };

/** One repository, one workspace: deploy and publish-version take turns in it, each as a run of its own. */
export class Story {
  readonly world: MemoryWorld;
  readonly workspace: Workspace;
  #runs = 100;

  constructor(workspace: Workspace = "staging", files: Record<string, string> = {}) {
    this.world = createMemoryWorld(smallProject(files));
    this.workspace = workspace;
  }

  get retell(): ReturnType<MemoryWorld["retell"]> {
    return this.world.retell(this.workspace);
  }

  deploy(options: Partial<DeployInputs["options"]> = {}, more: Partial<DeployInputs> & RunOptions = {}): Promise<ActionReport> {
    const { job, branch, ...inputs } = more;
    return this.#run({ job, branch }, (ports) => deployRun({ ...DEPLOY, workspace: this.workspace, ...inputs, options: { ...DEPLOY.options, ...options } }, ports));
  }

  publish(inputs: Partial<PublishInputs> = {}, options: RunOptions = {}): Promise<ActionReport> {
    return this.#run(options, (ports) => publishRun({ ...PUBLISH, workspace: this.workspace, ...inputs }, ports));
  }

  /** Id of the run that comes next. */
  get nextRun(): string {
    return String(this.#runs + 1);
  }

  async #run({ job, branch }: { job?: Partial<JobContext> | undefined; branch?: string | undefined }, body: (ports: ReturnType<MemoryWorld["ports"]>) => Promise<ActionReport>): Promise<ActionReport> {
    const { git, github } = this.world;
    git.checkout(git.branches.get(branch ?? this.workspace) ?? "");
    const runId = job?.runId ?? String((this.#runs += 1));
    const attempt = job?.runAttempt ?? 1;
    github.runs.set(`${runId}/${attempt}`, { kind: "in-progress" });
    try {
      return await body(this.world.ports({ runId, ...job }));
    } finally {
      github.runs.set(`${runId}/${attempt}`, { kind: "over", endedAt: Date.parse("2026-11-24T03:00:00Z") });
    }
  }

  /** Runs until the k-th write, of all writes to Retell and GitHub, and dies before or after it; false if it made fewer. */
  async killAt(at: { write: number; point: "before" | "after" }, body: () => Promise<unknown>): Promise<boolean> {
    let writes = 0;
    let dead = false;
    const hook = (point: "before" | "after") => (): void => {
      if (dead) throw new Killed();
      if (point === "before") writes += 1;
      if (writes - 1 !== at.write || point !== at.point) return;
      dead = true;
      throw new Killed();
    };
    const ofRetell = (run: () => void) => (call: MemoryCall): void => {
      if (dead) throw new Killed();
      if (call.write) run();
    };
    this.retell.before = ofRetell(hook("before"));
    this.retell.after = ofRetell(hook("after"));
    this.world.github.before = hook("before");
    this.world.github.after = hook("after");
    await body().catch((error: unknown) => {
      if (!(error instanceof Killed)) throw error;
    });
    this.retell.before = this.retell.after = this.world.github.before = this.world.github.after = undefined;
    return dead;
  }

  id(name: string): string {
    return [...this.retell.agents.values()].find((agent) => [...agent.versions.values()].some((version) => version.fields["agent_name"] === name))?.id ?? "";
  }

  /** A person edits the branch's files. */
  commit(files: Record<string, string | null>, message?: string): string {
    return this.world.git.commit(this.workspace, files, message);
  }

  /** Forgets all calls so far. */
  forget(): void {
    this.retell.calls.length = 0;
    this.world.github.writes.length = 0;
  }

  /** Writes to Retell, then writes to GitHub, since the last `forget`. */
  writes(): string[] {
    return [...this.retell.calls.filter((call) => call.write), ...this.world.github.writes].map(({ method }) => method);
  }

  publications(): number {
    return this.retell.calls.filter(({ method }) => method === "publishVersion").length;
  }

  state(name: string): AgentState {
    return JSON.parse(this.#stateFile(`agents/${name}/${this.workspace}.json`)) as AgentState;
  }

  workspaceState(): WorkspaceState {
    return JSON.parse(this.#stateFile("workspace.json")) as WorkspaceState;
  }

  /** Changes a file of the state by hand. */
  spoil(path: string, text: string): void {
    this.world.git.commit(`retell/state/${this.workspace}`, { [path]: text });
  }

  get stateTip(): string {
    return this.world.git.branches.get(`retell/state/${this.workspace}`) ?? "";
  }

  #stateFile(path: string): string {
    return this.world.git.commits.get(this.stateTip)?.files.get(path) ?? "null";
  }

  /** Everything that must be the same whatever happened on the way. */
  picture(): unknown {
    const agents = [...this.retell.agents.values()].map((agent) => ({
      id: agent.id,
      versions: [...agent.versions].map(([number, { fields, isPublished }]) => [number, isPublished, { ...fields, version_description: typeof fields["version_description"], version_title: String(fields["version_title"]).slice(0, -7) }]),
    }));
    const state = ["sales", "support"].map((name) => ({ ...this.state(name), workflow_run_id: "", deployed_at: "", last_change: undefined }));
    return { agents, state, pending: this.workspaceState().pending };
  }
}

/** What publish-version said of each agent. */
export function statuses(report: ActionReport): Record<string, string> {
  const agents = report.result["agents"] as { agent: string; status: string; reason_code: string }[];
  return Object.fromEntries(agents.map(({ agent, status, reason_code: reason }) => [agent, reason === "ok" || reason === "nothing-to-do" ? status : `${status} ${reason}`]));
}
