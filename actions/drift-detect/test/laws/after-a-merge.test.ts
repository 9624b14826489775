import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { Scene } from "@retell-actions/lab/scene/scene";
import { changedFiles, detect, driftPulls, edit, startDriftScene } from "./drift-scene.ts";

const AGENT = "agents/sales/agent.json";

let scene: Scene;
beforeEach(async () => {
  scene = await startDriftScene();
});
afterEach(async () => {
  expect(scene.github.violations).toEqual([]);
  await scene.stop();
});

const number = (index: number): number => driftPulls(scene, "staging")[index]?.number ?? 0;

describe("L5: the same branch, pull request after pull request", () => {
  test("squashed, so that Git does not know the commit: the next edit comes alone, on the branch as it is now", async () => {
    edit(scene, "staging", "sales", { agent: { voice_speed: 1.3 } });
    await detect(scene);
    await scene.repository.merge(number(0), { method: "squash" });
    expect((await scene.deploy()).outputs["outcome"]).toBe("unchanged");
    // Before anybody has looked again: another edit, and somebody's change of the same file.
    edit(scene, "staging", "sales", { llm: { model_temperature: 0.6 } });
    const file = (await scene.repository.readFile("staging", AGENT)) ?? "";
    await scene.repository.commit({ branch: "staging", files: { [AGENT]: file.replace('"agent_name": "sales"', '"agent_name": "sales desk"') }, message: "Another name" });
    const run = await detect(scene);
    expect(run.outputs).toMatchObject({ outcome: "drift-detected", "pull-requests": JSON.stringify({ staging: number(1) }) });
    const changed = await changedFiles(scene, "staging");
    expect(Object.keys(changed)).toEqual([AGENT]);
    expect(JSON.parse(changed[AGENT] ?? "")).toMatchObject({ agent_name: "sales desk", voice_speed: 1.3, llm_config: { model_temperature: 0.6 } });
    await scene.repository.merge(number(1));
    expect((await scene.deploy()).outputs["outcome"]).toBe("deployed");
    expect((await detect(scene)).outputs["outcome"]).toBe("in-sync");
  });

  test("brought up to date by GitHub's button: the branch is somebody's from then on, and merging it is enough", async () => {
    edit(scene, "staging", "sales", { agent: { voice_speed: 1.3 } });
    await detect(scene);
    await scene.repository.commit({ branch: "staging", files: { "prompts/sales/task.txt": "Sell stools.\n" }, message: "Stools" });
    const merged = await mergeBaseInto("retell/drift/staging");
    edit(scene, "staging", "support", { agent: { language: "de-DE" } });
    await detect(scene);
    expect(await scene.repository.tip("retell/drift/staging")).toBe(merged);
    expect(scene.repository.commentsOf(number(0)).map(({ body }) => body.includes("Retell has changed again"))).toEqual([true]);
    await scene.repository.merge(number(0));
    expect((await scene.deploy()).outputs["outcome"]).toBe("deployed");
    const run = await detect(scene);
    expect(run.outputs["drifted-agents"]).toBe('{"staging":["support"]}');
    expect(Object.keys(await changedFiles(scene, "staging"))).toEqual(["agents/support/agent.json"]);
  });
});

/** What the button "Update branch" does: a merge commit of the base on the head. */
async function mergeBaseInto(branch: string): Promise<string> {
  const response = await fetch(`${scene.github.apiUrl}/repos/${scene.repository.fullName}/merges`, {
    method: "POST",
    headers: { authorization: `Bearer ${scene.repository.issueToken({ kind: "user", login: "dana", permissions: { contents: "write" } })}`, "content-type": "application/json" },
    body: JSON.stringify({ base: branch, head: "staging" }),
  });
  expect(response.status).toBe(201);
  return scene.repository.tip(branch);
}
