import { describe, expect, test } from "@jest/globals";
import type { ActionReport } from "@retell-actions/core/adapters/runner/action-report";
import type { ActionPorts } from "@retell-actions/core/ports/action-ports";
import type { JobContext } from "@retell-actions/core/ports/runner";
import type { AgentState } from "@retell-actions/core/state/agent-state";
import type { WorkspaceState } from "@retell-actions/core/state/workspace-state";
import type { MemoryCall } from "@retell-actions/lab/memory/memory-retell";
import { createMemoryWorld, type MemoryWorld } from "@retell-actions/lab/memory/memory-ports";
import { smallProject } from "@retell-actions/lab/memory/small-project";
import { run as detectRun } from "../../drift-detect/src/run.ts";
import { run as publishRun } from "../../publish-version/src/run.ts";
import { run as validateRun } from "../../validate-and-conflict-check/src/run.ts";
import type { DeployInputs } from "../src/inputs.ts";
import { run } from "../src/run.ts";
import { inputs } from "./deploy-run.ts";

const OLD = "retell/state/production";
const NEW = "retell/state/prod-us-east";

/** One production becomes one of several: its name, and the names of the files that bear it. */
const RENAME = {
  "workspaces.json": `${JSON.stringify({ mode: "multi-production", staging: { api_key_env: "RETELL_STAGING_API_KEY" }, production: { "prod-us-east": { api_key_env: "RETELL_PRODUCTION_API_KEY" }, "prod-eu": { api_key_env: "RETELL_PROD_EU_API_KEY" } }, moved: [{ workspace: "production", to: "prod-us-east" }] }, null, 2)}\n`,
  "agents/sales/agent.production.json": null,
  "agents/sales/agent.prod-us-east.json": '{ "voice_speed": 1.2 }\n',
};
const FASTER = { "prompts/base/greeting.txt": "Say hi.\n" };
const OPTIONS = { ...inputs.options, requireStaging: false };

let lastRun = 500;

/** The repository, whose organisation is the same one whatever the workspace is called. */
class Story {
  readonly world: MemoryWorld = createMemoryWorld(smallProject({ "agents/sales/agent.production.json": '{ "voice_speed": 1.2 }\n' }));

  ports(job: Partial<JobContext>): ActionPorts {
    const ports = this.world.ports(job);
    return { ...ports, openRetell: (workspace, ...rest) => ports.openRetell(workspace.name === "prod-us-east" ? { ...workspace, name: "production" } : workspace, ...rest) };
  }

  async as(body: (ports: ActionPorts) => Promise<ActionReport>, { branch = "production", job = {} }: { branch?: string; job?: Partial<JobContext> } = {}): Promise<ActionReport> {
    this.world.git.checkout(this.world.git.branches.get(branch) ?? "");
    const runId = String((lastRun += 1));
    this.world.github.runs.set(`${runId}/1`, { kind: "in-progress" });
    try {
      return await body(this.ports({ runId, ...job }));
    } finally {
      this.world.github.runs.set(`${runId}/1`, { kind: "over", endedAt: Date.parse("2026-11-24T03:00:00Z") });
    }
  }

  deploy(workspace = "prod-us-east", more: Partial<DeployInputs> = {}): Promise<ActionReport> {
    return this.as((ports) => run({ ...inputs, workspace, options: OPTIONS, ...more }, ports));
  }

  publish(workspace = "prod-us-east"): Promise<ActionReport> {
    return this.as((ports) => publishRun({ workspace, agents: ["*"], workingDirectory: "", token: "", concurrency: 1 }, ports));
  }

  rename(more: Record<string, string | null> = {}): void {
    this.world.git.commit("production", { ...RENAME, ...more });
  }

  files(branch: string): ReadonlyMap<string, string> {
    return this.world.git.commits.get(this.world.git.branches.get(branch) ?? "")?.files ?? new Map<string, string>();
  }

  agent(branch: string, name = "sales"): AgentState {
    return JSON.parse(this.files(branch).get(`agents/${name}/${branch.slice("retell/state/".length)}.json`) ?? "null") as AgentState;
  }

  workspace(branch: string): WorkspaceState & { moved_to?: string; moved_from?: unknown } {
    return JSON.parse(this.files(branch).get("workspace.json") ?? "null") as WorkspaceState;
  }

  writes(): string[] {
    return [...this.world.retell("production").calls.filter(({ write }) => write).map(({ method }) => method), ...this.world.github.writes.map(({ method, subject }) => `${method} ${subject}`)];
  }

  forget(): void {
    this.world.retell("production").calls.length = 0;
    this.world.github.writes.length = 0;
  }
}

async function deployed(): Promise<Story> {
  const story = new Story();
  expect(await story.deploy("production")).toMatchObject({ outcome: "deployed" });
  story.forget();
  return story;
}

describe("a production that is renamed", () => {
  test("goes on as it was: one note, one commit with all of its record, no write to Retell; then idle is free", async () => {
    const story = await deployed();
    const [before, workspace, tip] = [story.agent(OLD), story.workspace(OLD), story.world.git.branches.get(OLD)];
    story.rename();
    expect(await story.deploy()).toMatchObject({ outcome: "unchanged", outputs: { unchanged: '["sales","support"]', failed: "[]" } });
    expect(story.writes()).toEqual([`commitFiles ${OLD}`, `createBranch ${NEW}`]);
    expect(story.agent(NEW)).toEqual({ ...before, workspace: "prod-us-east" });
    // Organisation and salt are those that were recorded; where it comes from, and where it went, is said on both sides.
    expect(story.workspace(NEW)).toEqual({ ...workspace, moved_from: { workspace: "production", commit: tip } });
    expect(story.workspace(OLD)).toEqual({ ...workspace, moved_to: "prod-us-east" });
    expect([...story.files(OLD).keys()].filter((path) => path !== "workspace.json")).toEqual(["agents/sales/production.json", "agents/support/production.json"]);
    story.forget();
    expect(await story.deploy()).toMatchObject({ outcome: "unchanged" });
    expect(story.writes()).toEqual([]);
  });

  test("and changed in one commit is updated in place, under the lock of the new name", async () => {
    const story = await deployed();
    const id = story.agent(OLD).agent_id;
    story.rename(FASTER);
    expect(await story.deploy()).toMatchObject({ outcome: "deployed", outputs: { created: "[]", updated: '["sales","support"]' } });
    expect([story.agent(NEW).agent_id, story.world.retell("production").agents.size]).toEqual([id, 2]);
    expect(story.writes().slice(-3)).toEqual([`commitFiles ${OLD}`, `createBranch ${NEW}`, `commitFiles ${NEW}`]);
  });

  test("keeps what was published, and is published under the new name before and after the first deploy", async () => {
    const story = await deployed();
    await story.publish("production");
    story.rename();
    expect(await story.publish()).toMatchObject({ outcome: "unchanged" });
    expect(story.world.git.branches.has(NEW)).toBe(false);
    story.world.git.commit("production", FASTER);
    await story.deploy();
    expect(story.agent(NEW)).toMatchObject({ version: 1, is_published: false, published_version: 0 });
    expect(await story.publish()).toMatchObject({ outcome: "published", outputs: { published: '{"sales":1,"support":1}' } });
  });

  test("a draft that waits for its publication is published from the record of the old name, which goes on under the new one", async () => {
    const story = await deployed();
    story.rename();
    expect(await story.publish()).toMatchObject({ outcome: "published", outputs: { published: '{"sales":0,"support":0}' } });
    expect(story.agent(NEW)).toMatchObject({ is_published: true });
    expect([story.workspace(OLD).moved_to, story.workspace(NEW).pending]).toEqual(["prod-us-east", null]);
  });

  test("the key of another organisation is found out by the record of the old name", async () => {
    const story = await deployed();
    story.rename({ "workspaces.json": RENAME["workspaces.json"].replace('"to": "prod-us-east"', '"to": "prod-eu"'), "agents/sales/agent.prod-us-east.json": null });
    await expect(story.deploy("prod-eu")).rejects.toMatchObject({ reason: "wrong-organization" });
    expect(story.writes()).toEqual([]);
  });

  test("under the old name nothing goes on: neither an old commit nor a second rename gets the record", async () => {
    const story = await deployed();
    story.rename();
    await story.deploy();
    story.forget();
    story.world.git.commit("production", { ...smallProject(FASTER), "agents/sales/agent.prod-us-east.json": null });
    await expect(story.deploy("production")).rejects.toMatchObject({ reason: "workspace-moved", message: expect.stringContaining("goes on as prod-us-east") });
    story.rename({ "workspaces.json": RENAME["workspaces.json"].replace('"to": "prod-us-east"', '"to": "prod-eu"'), "agents/sales/agent.prod-us-east.json": null });
    await expect(story.deploy("prod-eu")).rejects.toMatchObject({ reason: "workspace-moved", message: expect.stringContaining("prod-eu cannot have it too") });
    expect(story.writes()).toEqual([]);
  });

  test("a file for the old name stops the run and says how it is called now", async () => {
    const story = await deployed();
    story.rename({ "agents/sales/agent.production.json": "{}", "agents/sales/agent.prod-us-east.json": null });
    const report = await story.deploy();
    expect(report).toMatchObject({ outcome: "failed", reason: "invalid-files" });
    expect(report.summary).toContain("Rename it to agent.prod-us-east.json");
    expect(story.writes()).toEqual([]);
  });

  test("an edit in the console is drift before the first deploy, and does not get lost by it", async () => {
    const story = await deployed();
    story.world.retell("production").edit(story.agent(OLD).agent_id ?? "", { agent: { voice_speed: 1.5 } });
    const detect = (branch: string): Promise<ActionReport> =>
      story.as((ports) => detectRun({ agents: ["*"], workingDirectory: "", token: "", workspace: "all", mode: "report", labels: [], base: undefined, failOnDrift: false, statusContext: undefined, sharedSections: "new" } as unknown as Parameters<typeof detectRun>[0], ports), { branch });
    // The rename is on the default branch first: the workspace is looked at as its own branch calls it still.
    story.world.git.commit("develop", RENAME);
    expect(await detect("develop")).toMatchObject({ outcome: "drift-detected", outputs: { "drifted-agents": '{"production":["sales"]}' } });
    story.rename();
    expect(await detect("develop")).toMatchObject({ outcome: "drift-detected", outputs: { "drifted-agents": '{"prod-us-east":["sales"]}' } });
    expect(await story.deploy()).toMatchObject({ outcome: "unchanged", outputs: { drifted: '["sales"]' } });
    expect(await detect("develop")).toMatchObject({ outputs: { "drifted-agents": '{"prod-us-east":["sales"]}' } });
  });

  test("the pull request that renames it is checked against the record of the old name", async () => {
    const story = await deployed();
    const { git } = story.world;
    const baseSha = git.branches.get("production") ?? "";
    git.branches.set("feature", baseSha);
    const headSha = git.commit("feature", { ...RENAME, "prompts/sales/pitch.txt": "Sell kindly.\n" });
    const event = { name: "pull_request", pullRequest: 7, baseBranch: "production", baseSha, headSha, fork: false, dependabot: false } as const;
    const report = await story.as((ports) => validateRun({ agents: ["*"], workingDirectory: "", token: "", workspace: undefined, scope: "changed", onConsoleEdit: "fail", requireStaging: false, comment: true, concurrency: 8 }, ports), { branch: "feature", job: { event } });
    expect(report).toMatchObject({ outcome: "passed", outputs: { "agents-to-deploy": '["sales"]' } });
    expect(story.world.github.threads.get(7)?.[0]?.body).toContain("prod-us-east");
    expect(story.writes().filter((write) => write.includes("retell/"))).toEqual([]);
  });

  test("staging's evidence counts for it, and so does its own past", async () => {
    const story = await deployed();
    story.rename();
    story.world.git.branches.set("staging", story.world.git.branches.get("production") ?? "");
    const strict = { options: inputs.options };
    story.world.git.commit("production", FASTER);
    expect(await story.deploy("prod-us-east", strict)).toMatchObject({ outcome: "staging-required" });
    // The first deploy took the record over all the same; what was here before may come back.
    story.world.git.commit("production", { "prompts/base/greeting.txt": "Say hello.\n" });
    expect(await story.deploy("prod-us-east", strict)).toMatchObject({ outcome: "unchanged" });
    story.world.git.commit("production", FASTER);
    story.world.git.commit("staging", FASTER);
    await story.as((ports) => run({ ...inputs, workspace: "staging" }, ports), { branch: "staging" });
    expect(await story.deploy("prod-us-east", strict)).toMatchObject({ outcome: "deployed", outputs: { updated: '["sales","support"]' } });
  });

  test("a run that is at work under the old name keeps the new one out", async () => {
    const story = await deployed();
    const state = story.workspace(OLD);
    const pending = { run: "77", attempt: 1, job: "deploy", until: "2099-01-01T00:00:00Z", commit: "c", agents: ["sales"] };
    story.world.git.commit(OLD, { "workspace.json": JSON.stringify({ ...state, pending }) });
    story.world.github.runs.set("77/1", { kind: "in-progress" });
    story.rename();
    expect(await story.deploy()).toMatchObject({ outcome: "busy" });
    expect(story.writes()).toEqual([]);
  });

  test("one that takes the workspace under the old name in the last moment wins, and the new one reads again", async () => {
    const story = await deployed();
    story.rename(FASTER);
    let raced = false;
    story.world.github.before = ({ method, subject }) => {
      if (raced || method !== "commitFiles" || subject !== OLD) return;
      raced = true;
      story.world.git.commit(OLD, { "workspace.json": JSON.stringify({ ...story.workspace(OLD), pending: { run: "77", attempt: 1, job: "deploy", until: "2099-01-01T00:00:00Z", commit: "c", agents: ["sales"] } }) });
      story.world.github.runs.set("77/1", { kind: "in-progress" });
    };
    expect(await story.deploy()).toMatchObject({ outcome: "busy" });
    expect([raced, story.world.git.branches.has(NEW), story.world.retell("production").calls.filter(({ write }) => write)]).toEqual([true, false, []]);
  });
});

class Killed extends Error {}

describe("L4: killed at any write, also that of the rename, and run again", () => {
  async function killAt(story: Story, at: { write: number; point: "before" | "after" }): Promise<boolean> {
    let writes = 0;
    let dead = false;
    const hook = (point: "before" | "after") => (): void => {
      if (dead) throw new Killed();
      if (point === "before") writes += 1;
      if (writes - 1 !== at.write || point !== at.point) return;
      dead = true;
      throw new Killed();
    };
    const retell = story.world.retell("production");
    const ofRetell = (die: () => void) => (call: MemoryCall): void => {
      if (dead) throw new Killed();
      if (call.write) die();
    };
    retell.before = ofRetell(hook("before"));
    retell.after = ofRetell(hook("after"));
    story.world.github.before = hook("before");
    story.world.github.after = hook("after");
    await story.deploy("prod-us-east", { concurrency: 1 }).catch(() => undefined);
    retell.before = retell.after = story.world.github.before = story.world.github.after = undefined;
    return dead;
  }

  const picture = (story: Story): unknown => ({
    agents: [...story.world.retell("production").agents.values()].map((agent) => [...agent.versions].map(([number, { fields }]) => [number, { ...fields, version_title: "" }])),
    engines: [...story.world.retell("production").engines.values()].map((engine) => [...engine.versions].map(([number, { fields }]) => [number, fields])),
    states: ["sales", "support"].map((name) => {
      const { workflow_run_id: _run, source_commit: _commit, ...state } = story.agent(NEW, name);
      return state;
    }),
    workspace: story.workspace(NEW),
    old: [story.workspace(OLD), ...[...story.files(OLD).keys()]],
  });

  async function prepared(died: "nobody" | "a run under the old name"): Promise<Story> {
    const story = await deployed();
    // That the note stands on another commit of the old branch changes where the record comes from, and nothing else.
    if (died === "a run under the old name") {
      story.world.git.commit("production", { "prompts/sales/pitch.txt": "Sell kindly.\n" });
      story.world.retell("production").after = ({ method }) => {
        if (method === "updateAgent") throw new Killed();
      };
      await story.deploy("production").catch(() => undefined);
      story.world.retell("production").after = undefined;
      expect(story.workspace(OLD).pending).not.toBeNull();
    }
    story.rename(FASTER);
    return story;
  }

  test.each(["nobody", "a run under the old name"] as const)("before it died: %s", async (died) => {
    const settled = await prepared(died);
    await settled.deploy();
    const expected = withoutOrigin(picture(settled));
    let count = 0;
    for (let write = 0; ; write += 1) {
      let reached = false;
      for (const point of ["before", "after"] as const) {
        const story = await prepared(died);
        reached = await killAt(story, { write, point });
        if (!reached) break;
        count += 1;
        expect(await story.deploy()).toMatchObject({ outcome: expect.stringMatching(/^(deployed|unchanged)$/) });
        expect(withoutOrigin(picture(story))).toEqual(expected);
        story.forget();
        expect([(await story.deploy()).outcome, story.writes()]).toEqual(["unchanged", []]);
      }
      if (!reached) break;
    }
    // The note, the branch with the lock, four writes to Retell (or what a dead run has left of them), the record.
    expect(count).toBeGreaterThanOrEqual(12);
  });

  function withoutOrigin(seen: unknown): unknown {
    return JSON.parse(JSON.stringify(seen, (key, value: unknown) => (key === "last_change" ? undefined : key === "moved_from" || key === "run" || key === "commit" ? "somewhere" : value)));
  }
});
