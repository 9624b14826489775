import { describe, expect, test } from "@jest/globals";
import { existsSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { WorkflowScene } from "@retell-actions/lab/scene/workflow-scene";
import type { LabRun } from "@retell-actions/lab/runner/github-actions";
import { Person } from "@retell-actions/lab/scene/person";
import { agentId, CHECK, jobsOf, merge, outcomeOf, outputsOf, runsOf, sharedScene } from "./support.ts";

const FILE = "retell-new-agent.yml";
const WORKFLOW = `.github/workflows/${FILE}`;
const theScene = sharedScene();

const form = (names: string, template = "customer-service"): string => `### Names of the agents\n\n${names}\n\n### Starting point\n\n${template}\n`;
const made = (run: LabRun | undefined): Readonly<Record<string, string>> => outputsOf(run, { job: "scaffold", step: "scaffold" });
const answersOf = ({ repository }: WorkflowScene, issue: number): string[] => repository.commentsOf(issue).map(({ body }) => body);

/** The run of this workflow that something starts. */
async function runOf(scene: WorkflowScene, action: () => Promise<unknown>): Promise<LabRun | undefined> {
  return (await runsOf(scene, action)).find(({ workflow }) => workflow === WORKFLOW);
}

describe(FILE, () => {
  test("an issue of the form: a pull request to develop that is checked, an answer; merged, and deployed with all three starting points", async () => {
    const scene = theScene();
    const { repository, person } = scene;
    let issue = 0;
    const run = await runOf(scene, async () => (issue = await person.openIssue("New agents", form("help-desk\nhelp-desk-night"))));
    expect(made(run)).toMatchObject({ outcome: "scaffolded", agents: '["help-desk","help-desk-night"]', branch: `retell/scaffold/issue-${issue}` });
    const pull = repository.pull(Number(made(run)["pull-request"]));
    expect(pull).toMatchObject({ base: { ref: "develop" }, user: { login: "github-actions[bot]" } });
    expect(pull.body).toContain(`Closes #${issue}`);
    expect(repository.statusesOf(pull.head.sha).map(({ context, state }) => `${context} ${state}`)).toEqual([`${CHECK} success`]);
    expect(answersOf(scene, issue)).toEqual([expect.stringContaining(`Pull request #${pull.number} has`)]);

    const byHand = [];
    for (const [name, template] of [["outbound", "sales"], ["widget", "chat-support"]] as const) {
      byHand.push(made(await runOf(scene, () => person.dispatch(FILE, { branch: "develop", inputs: { names: name, template } }))));
    }
    expect(byHand.map(({ outcome, branch }) => [outcome, branch])).toEqual([["scaffolded", "retell/scaffold/outbound"], ["scaffolded", "retell/scaffold/widget"]]);
    for (const number of [pull.number, ...byHand.map((outputs) => Number(outputs["pull-request"]))]) expect((await merge(scene, number)).status).toBe(200);

    const { number } = await repository.openPullRequest({ head: "develop", base: "staging", title: "New agents" });
    await scene.actions.idle();
    const [deploy] = await runsOf(scene, () => person.merge(number));
    expect(outcomeOf(deploy)).toBe("deployed");
    for (const agent of ["help-desk", "help-desk-night", "outbound", "widget"]) expect(await agentId(scene, agent)).toMatch(/./);
    const [again] = await runsOf(scene, () => person.dispatch("retell-deploy-staging.yml", { branch: "staging" }));
    expect(outcomeOf(again)).toBe("unchanged");
    expect(scene.jobRequests().filter(({ status }) => status === 403)).toEqual([]);
  });

  test("names that cannot be used: the issue is told, and an edit is tried again", async () => {
    const scene = theScene();
    let issue = 0;
    const run = await runOf(scene, async () => (issue = await scene.person.openIssue("New agents", form("Front Desk\none"))));
    expect([made(run)["outcome"], run?.conclusion]).toEqual(["invalid", "failure"]);
    expect(answersOf(scene, issue)).toEqual([expect.stringMatching(/line 1: "Front Desk".*\n.*line 2|line 1: "Front Desk"/)]);
    const edited = await runOf(scene, () => scene.person.editIssue(issue, form("front-desk")));
    expect(made(edited)["outcome"]).toBe("scaffolded");
    expect(answersOf(scene, issue)).toEqual([expect.stringContaining("✅")]);
  });

  test("of somebody who may not write: nothing is done, and nobody is answered", async () => {
    const scene = theScene();
    const mallory = new Person(scene.repository, "mallory", "read");
    let issue = 0;
    const before = scene.jobRequests().length;
    const run = await runOf(scene, async () => (issue = await mallory.openIssue("New agents", form("mine"))));
    expect(made(run)).toMatchObject({ outcome: "ignored", "reason-code": "no-permission" });
    expect(scene.jobRequests().slice(before).filter(({ write }) => write)).toEqual([]);
    expect(answersOf(scene, issue)).toEqual([]);
  });

  test("other issues start no machine", async () => {
    const scene = theScene();
    const run = await runOf(scene, () => scene.person.openIssue("Broken", "The names of the agents are wrong."));
    expect(jobsOf(run)).toEqual({ scaffold: "skipped" });
  });

  test("the text of an issue is never executed nor expanded", async () => {
    const scene = theScene();
    const marker = join(tmpdir(), `retell-new-agent-${process.pid}-was-executed`);
    rmSync(marker, { force: true });
    let issue = 0;
    const run = await runOf(scene, async () => (issue = await scene.person.openIssue(`$(touch ${marker})`, form(`$(touch ${marker})\n\`touch ${marker}\`\n"; touch ${marker}; "\n\${{ github.token }}`))));
    expect(made(run)["outcome"]).toBe("invalid");
    expect(existsSync(marker)).toBe(false);
    expect(answersOf(scene, issue).join("\n")).not.toMatch(/ghs_|gh[pous]_/);
  });
});
