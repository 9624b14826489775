import { describe, expect, jest, test } from "@jest/globals";
import { agentIn, approve, contains, jobsOf, outputsOf, PROJECT, promote, publishedPrompt, retellRequests, runsOf, sharedScene, stage, workspacesFile } from "./support.ts";
import type { LabRun } from "@retell-actions/lab/runner/github-actions";
import type { WorkflowScene } from "@retell-actions/lab/scene/workflow-scene";

/** Each test is several runs of several jobs. */
jest.setTimeout(180_000);

const TONE = "prompts/shared/tone.md";
const FILE = "retell-deploy-multi-production.yml";
/** In the order of their turns. */
const REGIONS = ["prod-eu", "prod-us"];
const theScene = sharedScene({ protect: false, productions: REGIONS, files: { ...PROJECT, "workspaces.json": workspacesFile(REGIONS) } });

const deployOf = (run: LabRun | undefined, leg: string): Readonly<Record<string, string>> => outputsOf(run, { job: "deploy", step: "deploy", leg });
const publishOf = (run: LabRun | undefined, leg: string): Readonly<Record<string, string>> => outputsOf(run, { job: "deploy", step: "publish", leg });
const prompts = (scene: WorkflowScene): Promise<unknown[]> => Promise.all(REGIONS.map((workspace) => publishedPrompt(scene, { agent: "one", workspace })));

/** The reviewer says yes as often as asked. Returns the run of the workflow and the environments in the order of their turns. */
async function approveAll(scene: WorkflowScene): Promise<{ readonly run: LabRun | undefined; readonly turns: readonly string[] }> {
  const turns: string[] = [];
  const ended: LabRun[] = [];
  for (let [next] = scene.actions.approvals.environments; next !== undefined; [next] = scene.actions.approvals.environments) {
    turns.push(next);
    ended.push(...(await approve(scene, next)));
  }
  return { run: ended.find(({ workflow }) => workflow.endsWith(FILE)), turns };
}

describe("retell-deploy-multi-production.yml", () => {
  test("every region is planned by its own read key, approved in turn, deployed by its own plan, published; then the commits come back once", async () => {
    const scene = theScene();
    await stage(scene, { [TONE]: "Be brief and kind.\n" });
    const index = scene.retell.requests.length;
    await promote(scene);
    for (const organization of ["org_prod_us", "org_prod_eu"]) expect(retellRequests(scene, { index, organization })).toEqual({ keys: ["read"], writes: 0 });
    // One after the other: the second is not asked for before the first is through.
    expect(scene.actions.approvals.environments).toHaveLength(1);
    const { run, turns } = await approveAll(scene);
    expect(turns).toEqual(REGIONS);
    expect(jobsOf(run)).toEqual({ list: "success", plan: "success", deploy: "success", "branch-sync": "success" });
    for (const region of REGIONS) {
      const planned = outputsOf(run, { job: "plan", step: "plan", leg: region })["plan-fingerprint"];
      expect(deployOf(run, region)).toMatchObject({ outcome: "deployed", created: '["one","two"]', "plan-fingerprint": planned });
      expect(publishOf(run, region)["outcome"]).toBe("published");
    }
    expect(await prompts(scene)).toEqual(["Be brief and kind.", "Be brief and kind."]);
    expect(run === undefined ? [] : scene.actions.artifacts(run).names.toSorted()).toEqual(["retell-plan-prod-eu", "retell-plan-prod-us"]);
    expect([await contains(scene, "staging", "production"), await contains(scene, "develop", "production")]).toEqual([true, true]);
    expect(scene.jobRequests().filter(({ status }) => status === 403)).toEqual([]);
  });

  test("a region that refuses its writes keeps the other from nothing; its jobs run again bring it after, by the plan that was approved", async () => {
    const scene = theScene();
    await stage(scene, { [TONE]: "Be brief and fair.\n" });
    await promote(scene);
    const eu = await agentIn(scene, { agent: "one", workspace: "prod-eu" });
    scene.faults.add({ matches: ({ service, path, write }) => service === "retell" && write && (path.includes(eu.id) || path.includes(eu.engineId ?? eu.id)), action: { kind: "status", status: 422, body: { error_message: "No." } } });
    const { run } = await approveAll(scene);
    scene.faults.reset();
    expect([deployOf(run, "prod-us")["outcome"], publishOf(run, "prod-us")["outcome"], deployOf(run, "prod-eu")["outcome"]]).toEqual(["deployed", "published", "failed"]);
    expect(jobsOf(run)).toEqual({ list: "success", plan: "success", deploy: "failure", "branch-sync": "skipped" });
    expect(await prompts(scene)).toEqual(["Be brief and kind.", "Be brief and fair."]);
    if (run === undefined) throw new Error("There was no run.");
    const index = scene.retell.requests.length;
    await runsOf(scene, () => {
      scene.actions.rerunFailed(run);
      return Promise.resolve();
    });
    const again = await approveAll(scene);
    expect(again.turns).toEqual(["prod-eu"]);
    expect(jobsOf(again.run)).toEqual({ list: "success", plan: "success", deploy: "success", "branch-sync": "success" });
    expect(retellRequests(scene, { index, organization: "org_prod_us" })).toEqual({ keys: [], writes: 0 });
    expect(await prompts(scene)).toEqual(["Be brief and fair.", "Be brief and fair."]);
    expect(await contains(scene, "staging", "production")).toBe(true);
  });

  test("a region that was written in part: all jobs run again plan it anew and bring it after, and write nothing elsewhere", async () => {
    const scene = theScene();
    await stage(scene, { [TONE]: "Be brief and calm.\n" });
    await promote(scene);
    const eu = await agentIn(scene, { agent: "one", workspace: "prod-eu" });
    // The draft is made; its engine then takes no text.
    scene.faults.add({ matches: ({ service, path, write }) => service === "retell" && write && path.includes(eu.engineId ?? "none"), action: { kind: "status", status: 422, body: { error_message: "No." } } });
    const { run } = await approveAll(scene);
    scene.faults.reset();
    expect(deployOf(run, "prod-us")["outcome"]).toBe("deployed");
    expect(deployOf(run, "prod-eu")["outcome"]).toBe("partially-deployed");
    if (run === undefined) throw new Error("There was no run.");
    const index = scene.retell.requests.length;
    await runsOf(scene, () => {
      scene.actions.rerun(run);
      return Promise.resolve();
    });
    const again = await approveAll(scene);
    expect([deployOf(again.run, "prod-us")["outcome"], deployOf(again.run, "prod-eu")["outcome"]]).toEqual(["unchanged", "deployed"]);
    expect(retellRequests(scene, { index, organization: "org_prod_us" }).writes).toBe(0);
    expect(await prompts(scene)).toEqual(["Be brief and calm.", "Be brief and calm."]);
    expect([...scene.productions.values()].map((organization) => organization.agents().length)).toEqual([2, 2]);
    // And at rest: nothing is left to do.
    expect((await agentIn(scene, { agent: "one", workspace: "prod-eu" })).latest.isPublished).toBe(true);
  });

  test("a region that cannot be planned: nobody is asked, nothing is written anywhere", async () => {
    const scene = theScene();
    await stage(scene, { [TONE]: "Be brief and patient.\n" });
    const index = scene.retell.requests.length;
    const secrets = scene.repository.environments.get("retell-read")?.secrets ?? {};
    const key = secrets["RETELL_PROD_EU_READ_KEY"] ?? "";
    secrets["RETELL_PROD_EU_READ_KEY"] = "key_that_nobody_has";
    await promote(scene);
    secrets["RETELL_PROD_EU_READ_KEY"] = key;
    const run = scene.actions.runs.findLast(({ workflow }) => workflow.endsWith(FILE));
    expect(jobsOf(run)).toEqual({ list: "success", plan: "failure", deploy: "skipped", "branch-sync": "skipped" });
    expect(outputsOf(run, { job: "plan", step: "plan", leg: "prod-us" })["outcome"]).toBe("planned");
    expect(scene.actions.approvals.environments).toEqual([]);
    for (const organization of ["org_prod_us", "org_prod_eu"]) expect(retellRequests(scene, { index, organization }).writes).toBe(0);
  });

  test("by hand for one region: the other is neither planned nor asked for", async () => {
    const scene = theScene();
    const index = scene.retell.requests.length;
    await runsOf(scene, () => scene.person.dispatch(FILE, { branch: "production", inputs: { workspace: "prod-eu", confirm: "PRODUCTION" } }));
    const { run, turns } = await approveAll(scene);
    expect(turns).toEqual(["prod-eu"]);
    expect(deployOf(run, "prod-eu")["outcome"]).toBe("deployed");
    expect(retellRequests(scene, { index, organization: "org_prod_us" }).keys).toEqual([]);
    expect(await prompts(scene)).toEqual(["Be brief and patient.", "Be brief and calm."]);
  });
});
