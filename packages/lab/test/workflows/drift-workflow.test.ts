import { describe, expect, test } from "@jest/globals";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { readTemplate, type WorkflowScene } from "@retell-actions/lab/scene/workflow-scene";
import type { LabRun } from "@retell-actions/lab/runner/github-actions";
import { agentId, approve, CHECK, live, outcomeOf, outputsOf, promote, runsOf, sharedScene, slackSwitchedOn, stage } from "./support.ts";

const TONE = "prompts/shared/tone.md";
const FILE = "retell-drift-detection.yml";
const CRON = "17 */6 * * *";
const BRANCH = "retell/drift/staging";
const theScene = sharedScene();

const tick = async (scene: WorkflowScene): Promise<LabRun | undefined> => (await runsOf(scene, () => scene.actions.schedule(CRON)))[0];
const driftOf = (run: LabRun | undefined): Readonly<Record<string, string>> => outputsOf(run, { job: "drift", step: "drift" });

describe("retell-drift-detection.yml", () => {
  // The first: both workspaces are deployed from here on.
  test("by the clock, without drift: nothing is written anywhere, and only keys that cannot write are used", async () => {
    const scene = theScene();
    scene.repository.protections.length = 0;
    await stage(scene, { [TONE]: "Be brief and kind.\n" });
    await promote(scene);
    await approve(scene);
    scene.repository.protectBranch("staging", { requiredStatusChecks: [CHECK] });
    const counts = { retell: scene.retell.requests.length, github: scene.jobRequests().length };
    const run = await tick(scene);
    expect(driftOf(run)).toMatchObject({ outcome: "in-sync", "has-drift": "false", "drifted-agents": "{}" });
    const sent = scene.retell.requests.slice(counts.retell);
    expect([...new Set(sent.map(({ organization, apiKey }) => `${organization ?? ""} ${apiKey ?? ""}`))].toSorted()).toEqual(["org_production read", "org_staging read"]);
    expect(sent.filter(({ write }) => write)).toEqual([]);
    expect(scene.jobRequests().slice(counts.github).filter(({ write }) => write)).toEqual([]);
    expect(scene.actions.deployments.filter(({ environment }) => environment === "retell-read")).toEqual([]);
  });

  test("mode: report only says what it found", async () => {
    const scene = theScene();
    const id = await agentId(scene, "one");
    scene.staging.console.editLlm(id, { general_prompt: "Be brief and very kind." });
    const before = scene.jobRequests().length;
    const [run] = await runsOf(scene, () => scene.person.dispatch(FILE, { branch: "develop", inputs: { mode: "report", workspace: "staging" } }));
    expect(driftOf(run)).toMatchObject({ outcome: "drift-detected", "has-drift": "true", "drifted-agents": '{"staging":["one"]}' });
    expect(scene.jobRequests().slice(before).filter(({ write }) => write)).toEqual([]);
  });

  test("an edit becomes a pull request that says it is checked, starts its check after a click, and is merged; then all agree", async () => {
    const scene = theScene();
    const { repository } = scene;
    const run = await tick(scene);
    expect(driftOf(run)).toMatchObject({ outcome: "drift-detected", "drifted-agents": '{"staging":["one"]}' });
    const pull = repository.openPulls().find(({ head }) => head.ref === BRANCH);
    expect(pull).toMatchObject({ base: { ref: "staging" }, user: { login: "github-actions[bot]" } });
    expect(await repository.readFile(BRANCH, TONE)).toBe("Be brief and very kind.\n");
    expect(repository.statusesOf(pull?.head.sha ?? "").map(({ context, state }) => `${context} ${state}`)).toEqual([`${CHECK} success`]);
    const held = repository.heldEvents.find(({ event, reason }) => reason === "approval-required" && event.payload["number"] === pull?.number);
    if (held === undefined || pull === undefined) throw new Error("No pull request waits for its click.");
    const [check] = await runsOf(scene, () => {
      repository.approve(held);
      return Promise.resolve();
    });
    expect(outcomeOf(check)).toBe("passed");
    const [deploy] = await runsOf(scene, () => scene.person.merge(pull.number));
    expect(outcomeOf(deploy)).toBe("unchanged");
    expect(await live(scene, "one")).toMatchObject({ prompt: "Be brief and very kind." });
    expect(driftOf(await tick(scene))["outcome"]).toBe("in-sync");
    expect(scene.jobRequests().filter(({ status }) => status === 403)).toEqual([]);
  });

  test("a second look changes nothing; when the edit is taken back the pull request closes itself", async () => {
    const scene = theScene();
    const { repository } = scene;
    const id = await agentId(scene, "one");
    scene.staging.console.editLlm(id, { general_prompt: "Be long." });
    await tick(scene);
    const pull = repository.openPulls().find(({ head }) => head.ref === BRANCH);
    const tip = await repository.tip(BRANCH);
    const before = scene.jobRequests().length;
    await tick(scene);
    expect(await repository.tip(BRANCH)).toBe(tip);
    expect(scene.jobRequests().slice(before).filter(({ write }) => write)).toEqual([]);
    scene.staging.console.editLlm(id, { general_prompt: "Be brief and very kind." });
    expect(driftOf(await tick(scene))["outcome"]).toBe("in-sync");
    expect(repository.pull(pull?.number ?? 0)).toMatchObject({ state: "closed", mergedAt: null });
  });

  test("a workspace that cannot be read is never in sync", async () => {
    const scene = theScene();
    const secrets = scene.repository.environments.get("retell-read")?.secrets ?? {};
    const key = secrets["RETELL_PRODUCTION_READ_KEY"] ?? "";
    secrets["RETELL_PRODUCTION_READ_KEY"] = "key_that_nobody_has";
    const run = await tick(scene);
    secrets["RETELL_PRODUCTION_READ_KEY"] = key;
    expect([driftOf(run)["outcome"], run?.conclusion]).toEqual(["failed", "failure"]);
  });

  test("the commented step tells Slack the real names, as data", async () => {
    const scene = theScene();
    const told: string[] = [];
    const server = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString("utf8"))).on("end", () => {
        told.push(body);
        response.end("ok");
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
    Object.assign(scene.repository.environments.get("retell-read")?.secrets ?? {}, { SLACK_WEBHOOK_URL: address });
    scene.actions.stop();
    await scene.repository.commit({ branch: "develop", files: { [`.github/workflows/${FILE}`]: slackSwitchedOn(await readTemplate(FILE)) }, message: "Tell Slack" });
    scene.actions.start();
    const id = await agentId(scene, "one");
    scene.staging.console.editLlm(id, { general_prompt: "Be long." });
    const [run] = await runsOf(scene, () => scene.person.dispatch(FILE, { branch: "develop", inputs: { mode: "report", workspace: "staging" } }));
    await new Promise((resolve) => server.close(resolve));
    expect(run?.conclusion).toBe("success");
    expect(told.map((body) => JSON.parse(body) as unknown)).toEqual([{ text: `Retell drift: drift-detected. Agents: {"staging":["one"]}. ${scene.github.url}/acme/voices/actions/runs/${run?.run.id ?? 0}` }]);
    expect(run?.log).not.toContain(address);
  });
});
