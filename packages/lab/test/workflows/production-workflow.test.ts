import { describe, expect, jest, test } from "@jest/globals";
import { tellCase } from "@retell-actions/lab/evidence/tell-case";
import { agentFile, agentId, agentIn, approve, contains, jobsOf, outcomeOf, outputsOf, promote, publishedPrompt, retellRequests, runsOf, sharedScene, stage } from "./support.ts";
import type { LabRun } from "@retell-actions/lab/runner/github-actions";

/** Each test is several runs of several jobs. */
jest.setTimeout(180_000);

const TONE = "prompts/shared/tone.md";
const FILE = "retell-deploy-production.yml";
const ONE = { agent: "one", workspace: "production" } as const;
const TWO = { agent: "two", workspace: "production" } as const;
const ORGANIZATION = "org_production";
// Staging is not protected here, so that branch-sync can move it.
const theScene = sharedScene({ protect: false });

const deployOf = (run: LabRun | undefined): Readonly<Record<string, string>> => outputsOf(run, { job: "deploy", step: "deploy" });
const publishOf = (run: LabRun | undefined): Readonly<Record<string, string>> => outputsOf(run, { job: "deploy", step: "publish" });

describe("retell-deploy-production.yml", () => {
  test("plans with the key that cannot write, waits for the reviewer, deploys exactly that plan, publishes, and brings the commits back", async () => {
    const scene = theScene();
    const { repository, actions } = scene;
    await stage(scene, { [TONE]: "Be brief and kind.\n" });
    const index = scene.retell.requests.length;
    await promote(scene);
    expect(actions.approvals.environments).toEqual(["production"]);
    expect(retellRequests(scene, { index, organization: ORGANIZATION })).toEqual({ keys: ["read"], writes: 0 });
    const approved = scene.retell.requests.length;
    const [run, staging, ...more] = await approve(scene);
    expect(more).toEqual([]);
    expect(jobsOf(run)).toEqual({ plan: "success", deploy: "success", "branch-sync": "success", release: "skipped" });
    expect(deployOf(run)).toMatchObject({ outcome: "deployed", created: '["one","two"]', "plan-fingerprint": run?.jobs["plan"]?.outputs["fingerprint"] });
    expect(publishOf(run)["outcome"]).toBe("published");
    expect(retellRequests(scene, { index: approved, organization: ORGANIZATION }).keys).toEqual(["deploy"]);
    expect([await publishedPrompt(scene, ONE), await publishedPrompt(scene, TWO)]).toEqual(["Be brief and kind.", "Be two."]);
    expect([await contains(scene, "staging", "production"), await contains(scene, "develop", "production")]).toEqual([true, true]);
    // The job's push started nothing; its dispatch did.
    expect([staging?.workflow, staging?.event.name, staging?.event.actor]).toEqual([".github/workflows/retell-deploy-staging.yml", "workflow_dispatch", "github-actions[bot]"]);
    expect(outcomeOf(staging)).toBe("unchanged");
    expect(scene.jobRequests().filter(({ status }) => status === 403)).toEqual([]);
    expect(actions.deployments.filter(({ environment }) => environment === "retell-read")).toEqual([]);
    expect(repository.heldEvents.filter(({ reason }) => reason === "approval-required")).toEqual([]);
  });

  test("the same commit again: nothing is written to Retell or to Git", async () => {
    const scene = theScene();
    const index = scene.retell.requests.length;
    await runsOf(scene, () => scene.person.dispatch(FILE, { branch: "production", inputs: { confirm: "PRODUCTION" } }));
    const [run] = await approve(scene);
    expect([deployOf(run)["outcome"], publishOf(run)["outcome"], run?.conclusion]).toEqual(["unchanged", "unchanged", "success"]);
    expect(retellRequests(scene, { index, organization: ORGANIZATION }).writes).toBe(0);
  });

  test("a plan that is outdated when the reviewer answers is refused; run again, it is made anew", async () => {
    const scene = theScene();
    await stage(scene, { [TONE]: "Be brief and fair.\n" });
    await promote(scene);
    const id = await agentId(scene, "one", "production");
    const draft = scene.production.console.editAgent(id, { voice_speed: 1.7 });
    const index = scene.retell.requests.length;
    const [refused] = await approve(scene);
    expect(deployOf(refused)).toMatchObject({ outcome: "failed", "reason-code": "plan-changed" });
    expect(jobsOf(refused)).toMatchObject({ deploy: "failure", "branch-sync": "skipped" });
    expect(publishOf(refused)).toEqual({});
    expect(retellRequests(scene, { index, organization: ORGANIZATION }).writes).toBe(0);
    scene.production.console.deleteVersion(id, draft);
    if (refused === undefined) throw new Error("There was no run.");
    await runsOf(scene, () => {
      scene.actions.rerun(refused);
      return Promise.resolve();
    });
    const [run] = await approve(scene);
    expect([run?.run.attempt, deployOf(run)["outcome"], await publishedPrompt(scene, ONE)]).toEqual([2, "deployed", "Be brief and fair."]);
    tellCase({ matrix: "races", subject: FILE, what: "a console edit while the plan waits for approval, then run again", outcome: "failed: plan-changed, then deployed" });
  });

  test("an agent that is left alone keeps the others from nothing: they are published; by hand, Git may overwrite it", async () => {
    const scene = theScene();
    await stage(scene, { [TONE]: "Be brief and calm.\n", "agents/two/agent.json": agentFile("two", { voice_speed: 1.4 }) });
    scene.production.console.editLlm(await agentId(scene, "two", "production"), { general_prompt: "Be rude." });
    await promote(scene);
    const [run] = await approve(scene);
    expect(deployOf(run)).toMatchObject({ outcome: "conflicts", updated: '["one"]', blocked: '["two"]' });
    expect(Object.keys(JSON.parse(publishOf(run)["published"] ?? "{}") as object)).toEqual(["one"]);
    expect(jobsOf(run)).toEqual({ plan: "success", deploy: "failure", "branch-sync": "skipped", release: "skipped" });
    expect([await publishedPrompt(scene, ONE), await publishedPrompt(scene, TWO), (await agentIn(scene, TWO)).latest.engine?.["general_prompt"]]).toEqual(["Be brief and calm.", "Be two.", "Be rude."]);
    await runsOf(scene, () => scene.person.dispatch(FILE, { branch: "production", inputs: { confirm: "PRODUCTION", "on-console-edit": "overwrite" } }));
    const [forced] = await approve(scene);
    expect([deployOf(forced)["outcome"], deployOf(forced)["updated"]]).toEqual(["deployed", '["two"]']);
    const two = await agentIn(scene, TWO);
    expect([two.latestPublished?.agent["voice_speed"], two.latestPublished?.engine?.["general_prompt"]]).toEqual([1.4, "Be two."]);
  });

  test("the reviewer's no: the key that writes is never used", async () => {
    const scene = theScene();
    await stage(scene, { [TONE]: "Be brief and quick.\n" });
    const index = scene.retell.requests.length;
    await promote(scene);
    const [run] = await runsOf(scene, () => {
      scene.actions.approvals.answer("production", { approved: false, reason: "Not today." });
      return Promise.resolve();
    });
    expect([run?.conclusion, run?.jobs["deploy"]?.reason]).toEqual(["failure", "Not today."]);
    expect(retellRequests(scene, { index, organization: ORGANIZATION })).toEqual({ keys: ["read"], writes: 0 });
  });

  test("two merges one after the other: the first deploys nothing once the branch has moved on, the second plans after it", async () => {
    const scene = theScene();
    await stage(scene, { [TONE]: "Be brief and early.\n" });
    await promote(scene);
    await stage(scene, { [TONE]: "Be brief and late.\n" });
    await promote(scene);
    expect(scene.actions.approvals.environments).toEqual(["production"]);
    const ended = await approve(scene);
    expect(deployOf(ended.find(({ workflow }) => workflow.endsWith(FILE)))["outcome"]).toBe("superseded");
    expect(scene.actions.approvals.environments).toEqual(["production"]);
    const [run] = await approve(scene);
    expect([deployOf(run)["outcome"], await publishedPrompt(scene, ONE)]).toEqual(["deployed", "Be brief and late."]);
    expect(scene.production.agents()).toHaveLength(2);
    tellCase({ matrix: "races", subject: FILE, what: "a second merge while the first waits for approval", outcome: "superseded, then deployed" });
  });

  test("by hand it needs the word, and the branch production", async () => {
    const scene = theScene();
    const index = scene.retell.requests.length;
    await runsOf(scene, () => scene.person.dispatch(FILE, { branch: "production", inputs: { confirm: "production" } }));
    const [unconfirmed] = await approve(scene);
    expect(deployOf(unconfirmed)["outcome"]).toBe("not-confirmed");
    const [elsewhere] = await runsOf(scene, () => scene.person.dispatch(FILE, { branch: "feature/none", inputs: { confirm: "PRODUCTION" } }));
    expect(elsewhere).toBeUndefined();
    await scene.repository.commit({ branch: "aside", parent: "develop", files: { "aside.txt": "a" }, message: "Aside" });
    const [wrong] = await runsOf(scene, () => scene.person.dispatch(FILE, { branch: "aside", inputs: { confirm: "PRODUCTION" } }));
    expect(outputsOf(wrong, { job: "plan", step: "plan" })["outcome"]).toBe("wrong-branch");
    expect(jobsOf(wrong)).toEqual({ plan: "failure", deploy: "skipped", "branch-sync": "skipped", release: "skipped" });
    expect(scene.actions.approvals.environments).toEqual([]);
    expect(retellRequests(scene, { index, organization: ORGANIZATION }).writes).toBe(0);
  });

  test("content that staging never had is left alone, unless the person who starts it says otherwise", async () => {
    const scene = theScene();
    await scene.repository.commit({ branch: "production", files: { [TONE]: "Be hot and fixed.\n" }, message: "Hot fix" });
    await scene.actions.idle();
    const [left] = await approve(scene);
    expect([deployOf(left)["outcome"], await publishedPrompt(scene, ONE)]).toEqual(["staging-required", "Be brief and late."]);
    await runsOf(scene, () => scene.person.dispatch(FILE, { branch: "production", inputs: { confirm: "PRODUCTION", "require-staging": "false" } }));
    const [forced] = await approve(scene);
    expect([deployOf(forced)["outcome"], await publishedPrompt(scene, ONE)]).toEqual(["deployed", "Be hot and fixed."]);
    expect(await contains(scene, "staging", "production")).toBe(true);
  });
});
