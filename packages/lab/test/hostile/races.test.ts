import { describe, expect, test } from "@jest/globals";
import { tellCase } from "@retell-actions/lab/evidence/tell-case";
import type { RunResult, Scene } from "@retell-actions/lab/scene/scene";
import { agent, clearRecords, deployedScene, json, liveId, openScene, project, push, retellWrites, said, stateOf } from "../known-mistakes/project.ts";
import { held } from "../attacks/held.ts";

/** The outcomes that a deploy may have beside another one of the same workspace. */
const FINE = new Set(["deployed", "unchanged", "busy"]);

async function expectConverged(scene: Scene, names: readonly string[]): Promise<void> {
  expect([scene.staging.agents().length, scene.staging.llms().length]).toEqual([names.length, names.length]);
  clearRecords(scene);
  expect((await scene.deploy()).outputs["outcome"]).toBe("unchanged");
  expect(retellWrites(scene)).toEqual([]);
  const workspace = JSON.parse((await scene.repository.readFile("retell/state/staging", "workspace.json")) ?? "{}") as Record<string, unknown>;
  expect(workspace["pending"]).toBeNull();
  const ids = await Promise.all(names.map((name) => liveId(scene, name)));
  expect(new Set(ids)).toEqual(new Set(scene.staging.agents().map(({ id }) => id)));
}

function told(what: string, outcome: string): void {
  tellCase({ matrix: "races", subject: "deploy", what, outcome });
}

function outcomes(results: readonly RunResult[]): string[] {
  return results.map(({ outputs }) => outputs["outcome"] ?? "");
}

describe("two deploys of one workspace at the same time", () => {
  const names = ["a", "b", "c"];
  const files = project(Object.fromEntries(names.map((name) => [name, agent(`Agent ${name}`)])));

  test("the first deploy of all: one agent and one engine for each folder", async () => {
    const scene = await openScene({ files, retell: { latencyMs: 15 } });
    const results = await Promise.all([scene.deploy(), scene.deploy()]);
    for (const outcome of outcomes(results)) expect(FINE).toContain(outcome);
    expect(outcomes(results)).toContain("deployed");
    await expectConverged(scene, names);
    told("two first deploys of three agents started together", "one agent and engine each");
    held("races");
  });

  test("updates: written once, and none of them is lost", async () => {
    const scene = await deployedScene({ files, retell: { latencyMs: 15 } });
    await push(scene, Object.fromEntries(names.map((name) => [`agents/${name}/agent.json`, agent(`Agent ${name}`, { general_prompt: `New ${name}.` })])));
    const results = await Promise.all([scene.deploy(), scene.deploy(), scene.validate({ inputs: { scope: "all" } })]);
    for (const outcome of outcomes(results.slice(0, 2))) expect(FINE).toContain(outcome);
    expect(results[2]?.outputs["outcome"]).toBe("passed");
    expect(retellWrites(scene).filter((request) => request.includes("/update-retell-llm/"))).toHaveLength(3);
    await expectConverged(scene, names);
    expect(scene.staging.agents().map((picture) => picture.latest.engine?.["general_prompt"]).sort()).toEqual(names.map((name) => `New ${name}.`));
    told("two updates of three agents and a check started together", "each agent written once");
    held("races");
  });
});

describe("a state commit that races with another", () => {
  /** Runs before the commit to the state branch of that number (0 takes the workspace, 1 records). */
  function beforeStateCommit(scene: Scene, number: number, run: () => Promise<unknown>): void {
    let seen = 0;
    scene.faults.add({
      matches: ({ service, path, write }) => service === "github" && write && path === "/graphql" && seen++ === number,
      action: { kind: "call", when: "before", run: async () => void (await run()) },
    });
  }

  async function changedScene(): Promise<Scene> {
    const scene = await deployedScene({ files: project({ sales: agent("Sales"), support: agent("Support") }) });
    await push(scene, { "agents/sales/agent.json": agent("Sales", { general_prompt: "Raced." }) });
    return scene;
  }

  test("before the workspace is taken: the run reads again and deploys", async () => {
    const scene = await changedScene();
    const support = await stateOf(scene, "support");
    beforeStateCommit(scene, 0, () => push(scene, { "agents/support/staging.json": json({ ...support, note: "written in between" }) }, "retell/state/staging"));
    const result = await scene.deploy();
    scene.faults.reset();
    expect(result.outputs).toMatchObject({ outcome: "deployed", updated: '["sales"]' });
    expect(await stateOf(scene, "support")).toMatchObject({ note: "written in between" });
    await expectConverged(scene, ["sales", "support"]);
    told("another commit on the state branch before the workspace is taken", "deployed");
    held("races");
  });

  test("before it is recorded: what another wrote elsewhere on the branch stays, and what was deployed is recorded", async () => {
    const scene = await changedScene();
    beforeStateCommit(scene, 1, () => push(scene, { "NOTES.md": "Somebody's.\n" }, "retell/state/staging"));
    const result = await scene.deploy();
    scene.faults.reset();
    expect(result.outputs["outcome"]).toBe("deployed");
    expect(await scene.repository.readFile("retell/state/staging", "NOTES.md")).toBe("Somebody's.\n");
    expect(result.outputs["state-commit"]).toBe(await scene.repository.tip("retell/state/staging"));
    await expectConverged(scene, ["sales", "support"]);
    told("another commit on the state branch before the record, elsewhere", "deployed");
    held("races");
  });

  test("before it is recorded, on the same file: nothing of the other is overwritten, and the next run sets it right", async () => {
    const scene = await changedScene();
    const id = await liveId(scene, "sales");
    beforeStateCommit(scene, 1, async () => push(scene, { "agents/sales/staging.json": json({ ...(await stateOf(scene, "sales")), note: "theirs" }) }, "retell/state/staging"));
    const result = await scene.deploy();
    scene.faults.reset();
    expect([result.conclusion, result.outputs["outcome"], result.outputs["reason-code"]]).toEqual(["failure", "partially-deployed", "record-failed"]);
    expect(said(result)).toContain("The next run recovers it");
    expect(await stateOf(scene, "sales")).toMatchObject({ note: "theirs", agent_id: id });
    const next = await scene.deploy();
    expect(next.conclusion).toBe("success");
    expect(await stateOf(scene, "sales")).toMatchObject({ note: "theirs", agent_id: id });
    expect(scene.staging.agent(id).latest.engine?.["general_prompt"]).toBe("Raced.");
    await expectConverged(scene, ["sales", "support"]);
    told("another commit on the state branch before the record, on the same file", "partially-deployed: record-failed, then converged");
    held("races");
  });
});
