import { describe, expect, test } from "@jest/globals";
import type { LabRun } from "@retell-actions/lab/runner/github-actions";
import type { WorkflowScene } from "@retell-actions/lab/scene/workflow-scene";
import { agentId, approve, CHECK, merge, outcomeOf, promote, runsOf, sharedScene } from "./support.ts";

const FILE = "retell-import.yml";
const theScene = sharedScene();

const imported = async (scene: WorkflowScene, inputs: Record<string, string> = {}): Promise<LabRun | undefined> => (await runsOf(scene, () => scene.person.dispatch(FILE, { branch: "develop", inputs })))[0];

describe(FILE, () => {
  test("agents of both workspaces: one pull request to develop that is checked; merged and promoted, nothing is deployed", async () => {
    const scene = theScene();
    const { repository } = scene;
    for (const workspace of [scene.staging, scene.production]) workspace.console.createAgent({ agent_name: "Front Desk" }, { general_prompt: "You answer.\n\nBe kind." });
    const since = { retell: scene.retell.requests.length };
    const run = await imported(scene, { agents: "front*" });
    expect(outcomeOf(run)).toBe("imported");
    const sent = scene.retell.requests.slice(since.retell);
    expect([...new Set(sent.map(({ organization, apiKey }) => `${organization ?? ""} ${apiKey ?? ""}`))].toSorted()).toEqual(["org_production read", "org_staging read"]);
    expect(sent.filter(({ write }) => write)).toEqual([]);
    const pull = repository.openPulls().find(({ head }) => head.ref === "retell/import");
    expect(pull).toMatchObject({ base: { ref: "develop" }, user: { login: "github-actions[bot]" } });
    expect(repository.statusesOf(pull?.head.sha ?? "").map(({ context, state }) => `${context} ${state}`)).toEqual([`${CHECK} success`]);
    expect(scene.actions.deployments.filter(({ environment }) => environment === "retell-read")).toEqual([]);

    expect((await merge(scene, pull?.number ?? 0)).status).toBe(200);
    const before = scene.retell.requests.length;
    const { number } = await repository.openPullRequest({ head: "develop", base: "staging", title: "Imported" });
    await scene.actions.idle();
    const [deploy] = await runsOf(scene, () => scene.person.merge(number));
    expect(outcomeOf(deploy)).toBe("unchanged");
    expect(scene.retell.requests.slice(before).filter(({ write, organization }) => write && organization === "org_staging")).toEqual([]);
    expect(await agentId(scene, "front-desk")).toMatch(/^agent_/);
    const id = await agentId(scene, "front-desk", "production");
    await promote(scene);
    await approve(scene);
    // The project's own agents are new in production; the imported one is not.
    expect(await agentId(scene, "front-desk", "production")).toBe(id);
    expect(scene.production.agents().filter(({ latest }) => latest.agent["agent_name"] === "Front Desk")).toHaveLength(1);
    expect(scene.jobRequests().filter(({ status }) => status === 403)).toEqual([]);
  });

  test("a second run has nothing to do and writes nothing", async () => {
    const scene = theScene();
    const before = scene.jobRequests().length;
    const run = await imported(scene, { agents: "front*" });
    expect(outcomeOf(run)).toBe("unchanged");
    expect(scene.jobRequests().slice(before).filter(({ write }) => write)).toEqual([]);
  });
});
