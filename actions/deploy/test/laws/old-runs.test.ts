import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { tellCase } from "@retell-actions/lab/evidence/tell-case";
import { agentNamed } from "@retell-actions/lab/scene/look-at";
import { agentFile, sampleFiles } from "@retell-actions/lab/scene/sample-files";
import { startScene, type RunResult, type Scene } from "@retell-actions/lab/scene/scene";
import { deployDisturbed } from "@retell-actions/lab/scene/disturbed-run";

let scene: Scene;
beforeEach(async () => {
  scene = await startScene({ files: sampleFiles({ sales: {}, support: {} }) });
});
afterEach(() => scene.stop());

const speed = (voice_speed: number): Record<string, string> => ({ "agents/sales/agent.json": agentFile("sales", { agent: { voice_speed } }) });
const commit = (voice_speed: number): Promise<string> => scene.repository.commit({ branch: "staging", files: speed(voice_speed), message: `Speed ${voice_speed}` });
const heldSpeed = (): unknown => agentNamed(scene.staging, "sales").latest.agent["voice_speed"];

/** Of the answers that a run waits for: each with `PROVE=full`, otherwise four of sixteen, that to its first look at the branches among them. */
const every = process.env["PROVE"] === "full" ? { first: 0, step: 1 } : { first: 1, step: 4 };

function forget(): void {
  scene.retell.clearRequests();
  scene.github.clearRequests();
}

function expectNoWrites(): void {
  expect([...scene.retell.requests, ...scene.github.requests].filter(({ write }) => write)).toEqual([]);
}

describe("Old runs change nothing", () => {
  test("re-running an older run after a newer deployment is superseded", async () => {
    const old = await commit(1.1);
    const first = await scene.deploy();
    await commit(1.2);
    await scene.deploy();
    forget();
    const rerun = await scene.deploy({ sha: old, rerunOf: first.runId });
    expect(rerun).toMatchObject({ conclusion: "success", outputs: { outcome: "superseded", "reason-code": "superseded" } });
    expectNoWrites();
    expect(heldSpeed()).toBe(1.2);
  });

  test("an older run whose content is also that of the tip may go on: there is nothing that it could undo", async () => {
    const old = await commit(1.1);
    await scene.repository.commit({ branch: "staging", files: { "README.md": "Words\n" }, message: "Words" });
    const run = await scene.deploy({ sha: old });
    expect(run.outputs["outcome"]).toBe("deployed");
    expect(heldSpeed()).toBe(1.1);
  });

  test("a run that is overtaken between its plan and its first write writes nothing", async () => {
    await commit(1.1);
    await scene.deploy();
    await commit(1.2);
    forget();
    scene.faults.reset();
    let pushed = false;
    scene.faults.add({
      matches: ({ service, path }) => service === "retell" && path.startsWith("/get-agent/"),
      times: 1,
      action: { kind: "call", when: "after", run: async () => { pushed = true; await commit(1.3); } },
    });
    const run = await scene.deploy({ sha: await scene.repository.tip("staging") });
    expect(pushed).toBe(true);
    expect(run).toMatchObject({ conclusion: "success", outputs: { outcome: "superseded" } });
    expectNoWrites();
    expect(heldSpeed()).toBe(1.1);
  });

  test("a commit of another branch is wrong-branch", async () => {
    await scene.repository.commit({ branch: "feature", parent: "staging", files: speed(1.4), message: "Feature" });
    const run = await scene.deploy({ sha: await scene.repository.tip("feature") });
    expect(run).toMatchObject({ conclusion: "failure", outputs: { outcome: "wrong-branch", "reason-code": "wrong-branch" } });
    expect(run.log).toContain("staging");
    expectNoWrites();
  });

  test("a commit that a forced push took off the branch is wrong-branch", async () => {
    const lost = await commit(1.1);
    await scene.repository.commit({ branch: "staging", parent: `${lost}^`, files: speed(1.2), message: "Instead" });
    forget();
    const run = await scene.deploy({ sha: lost });
    expect(run).toMatchObject({ conclusion: "failure", outputs: { outcome: "wrong-branch" } });
    expectNoWrites();
  });

  test("a checkout with other files than the commit's is refused", async () => {
    const run = await scene.deploy({ prepare: (workspace) => writeFile(join(workspace, "agents/sales/agent.json"), speed(1.9)["agents/sales/agent.json"] ?? "") });
    expect(run).toMatchObject({ conclusion: "failure", outputs: { outcome: "failed", "reason-code": "dirty-tree" } });
    expect(run.log).toContain("agents/sales/agent.json");
    expectNoWrites();
  });

  test("a file beside those of the commit is refused too", async () => {
    const run = await scene.deploy({ prepare: (workspace) => writeFile(join(workspace, "prompts/extra.txt"), "x") });
    expect(run).toMatchObject({ conclusion: "failure", outputs: { "reason-code": "dirty-tree" } });
    expectNoWrites();
  });

  test("the checked-out commit counts, not GITHUB_SHA", async () => {
    const old = await scene.repository.tip("staging");
    await commit(1.2);
    const run = await scene.deploy({ env: { GITHUB_SHA: old } });
    expect(run.outputs["outcome"]).toBe("deployed");
    expect(heldSpeed()).toBe(1.2);
  });
});

describe("One run at a time holds a workspace", () => {
  const told = (what: string, outcome: string): void => tellCase({ matrix: "races", subject: "deploy", what, outcome });

  /** Leaves a journal whose run GitHub still shows as running. */
  async function crashWithoutEnd(): Promise<{ runId: number; attempt: number }> {
    await scene.deploy();
    await commit(1.2);
    const crashed = await deployDisturbed(scene, 1, "killed before");
    scene.repository.runs.setStatus(crashed.runId, crashed.attempt, "in_progress");
    forget();
    return crashed;
  }

  async function expectBusy(holder: number): Promise<void> {
    const run = await scene.deploy();
    expect(run).toMatchObject({ conclusion: "failure", outputs: { outcome: "busy", "reason-code": "busy" } });
    expect(run.log).toContain(String(holder));
    expectNoWrites();
  }

  async function expectFree(): Promise<void> {
    const run = await scene.deploy();
    expect(run).toMatchObject({ conclusion: "success", outputs: { outcome: "deployed" } });
    expect(heldSpeed()).toBe(1.2);
    expect(await scene.repository.readFile("retell/state/staging", "workspace.json")).toContain('"pending": null');
  }

  test("a deployment in progress makes another one busy, until GitHub says that it is over", async () => {
    const { runId, attempt } = await crashWithoutEnd();
    await expectBusy(runId);
    told("while a killed run's pending is fresh and GitHub shows the run in progress", "busy");
    scene.repository.finishRun(runId, attempt, "failure");
    await expectFree();
    told("after GitHub says that the killed run of the pending is over", "deployed");
  });

  test("a check sees that a deployment is in progress and does not call its work a conflict", async () => {
    await crashWithoutEnd();
    const run = await scene.validate({});
    expect(run.outputs).toMatchObject({ outcome: "passed", "has-conflicts": "false" });
    tellCase({ matrix: "races", subject: "validate-and-conflict-check", what: "while a run holds the workspace", outcome: "passed" });
  });

  test("a run that GitHub does not know any more is over", async () => {
    const { runId } = await crashWithoutEnd();
    scene.repository.runs.runs.delete(runId);
    await expectFree();
    told("a pending whose run GitHub does not know any more", "deployed");
  });

  test("where GitHub does not tell, the run is in progress until its time has passed", async () => {
    const { runId } = await crashWithoutEnd();
    const forbidden = { message: "Resource not accessible by integration", documentation_url: "https://docs.github.com/rest" };
    scene.faults.add({ matches: ({ path }) => path.includes("/actions/runs/"), action: { kind: "status", status: 403, body: forbidden } });
    const busy = await scene.deploy();
    expect(busy.outputs["outcome"]).toBe("busy");
    expectNoWrites();
    const text = (await scene.repository.readFile("retell/state/staging", "workspace.json")) ?? "";
    await scene.repository.commit({ branch: "retell/state/staging", files: { "workspace.json": text.replace(/"until": "[^"]+"/, '"until": "2020-01-01T00:00:00Z"') }, message: "Time passes" });
    const run = await scene.deploy();
    expect(run.outputs["outcome"]).toBe("deployed");
    expect(text).toContain(String(runId));
    told("a killed run's pending of which GitHub answers 403, before and after its time", "busy, then deployed");
  });

  test("a re-run of the run that crashed is not held up by itself", async () => {
    const { runId } = await crashWithoutEnd();
    const rerun = await scene.deploy({ rerunOf: runId });
    expect(rerun.outputs["outcome"]).toBe("deployed");
    told("a re-run of the run that the pending names", "deployed");
  });

  test("two deployments at the same moment: both end, one agent each, nothing is lost", async () => {
    await scene.deploy();
    await commit(1.2);
    const [one, other] = await Promise.all([scene.deploy(), scene.deploy()]);
    const outcomes = [one.outputs["outcome"], other.outputs["outcome"]].sort();
    expect(outcomes).toEqual(expect.arrayContaining(["deployed"]));
    expect(["busy", "unchanged", "deployed"]).toContain(outcomes.find((outcome) => outcome !== "deployed") ?? "deployed");
    expect(heldSpeed()).toBe(1.2);
    expect((await scene.deploy()).outputs["outcome"]).toBe("unchanged");
    told("two of the same commit started together", "one deployed, none twice");
  });

  test("whichever answer a run waits for while another one comes and goes, both end as stated and nothing is lost", async () => {
    await scene.deploy();
    const ends: string[] = [];
    let answers = Infinity;
    for (let at = every.first; at < answers; at += every.step) {
      const wanted = 1.1 + at / 100;
      await commit(wanted);
      let other: Promise<RunResult> | undefined;
      let seen = 0;
      scene.faults.reset();
      scene.faults.add({
        matches: () => other === undefined,
        action: { kind: "call", when: "after", run: async () => { if ((seen += 1) === at + 1) await (other = scene.deploy()); } },
      });
      const run = await scene.deploy();
      scene.faults.reset();
      if (other === undefined) {
        answers = seen;
        continue;
      }
      ends.push([run, await other].map(({ outputs, log }) => (outputs["outcome"] === "failed" ? log : outputs["outcome"])).join(" beside "));
      expect(heldSpeed()).toBe(wanted);
      expect(scene.staging.agents()).toHaveLength(2);
      expect(await scene.repository.readFile("retell/state/staging", "workspace.json")).toContain('"pending": null');
    }
    const stated = ["unchanged beside deployed", "deployed beside busy", "deployed beside unchanged"];
    expect(ends.filter((end) => !stated.includes(end))).toEqual([]);
    expect(ends).toEqual(expect.arrayContaining(stated.slice(0, 2)));
    expect((await scene.deploy()).outputs["outcome"]).toBe("unchanged");
    ends.forEach((end, index) => told(`another one of the same commit comes and goes at answer ${every.first + index * every.step}`, end));
  }, 120_000);

  test("a run that is overtaken by a newer one's whole deployment, just before it takes the workspace, is superseded", async () => {
    await scene.deploy();
    const sha = await commit(1.2);
    let newer: RunResult | undefined;
    scene.faults.reset();
    scene.faults.add({
      matches: ({ path }) => path === "/graphql",
      times: 1,
      action: { kind: "call", when: "before", run: async () => { await commit(1.3); newer = await scene.deploy(); } },
    });
    const older = await scene.deploy({ sha });
    expect([older, newer].map((run) => run?.outputs["outcome"])).toEqual(["superseded", "deployed"]);
    expect(heldSpeed()).toBe(1.3);
    told("overtaken by a newer commit's whole deployment just before it takes the workspace", "superseded");
  });

  test("two first deployments at the same moment make one agent each", async () => {
    const [one, other] = await Promise.all([scene.deploy(), scene.deploy()]);
    expect([one.outputs["outcome"], other.outputs["outcome"]]).toContain("deployed");
    expect(scene.staging.agents()).toHaveLength(2);
    expect(scene.staging.llms()).toHaveLength(2);
    expect((await scene.deploy()).outputs["outcome"]).toBe("unchanged");
    told("two first deployments started together", "one agent each");
  });
});
