/** Plays docs/getting-started.md: files, script, environments and what one sees are read from the page. One step builds on the other. */
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { fakeCredential } from "@retell-actions/lab/corpus/fake-credential";
import type { LabRun } from "@retell-actions/lab/runner/github-actions";
import { TEMPLATES } from "@retell-actions/lab/scene/workflow-scene";
import { makeEnvironments, PRODUCTION_AGENTS, readPage, STAGING_AGENTS, startNewcomer, type NewcomerScene, type Page } from "./newcomer.ts";
import { agentId, agentIn, approve, CHECK, contains, outcomeOf, outputsOf, runsOf } from "./support.ts";

const IMPORT = "retell/import";
const PROMPT = "prompts/maple-street-dental-front-desk/general.md";

/** What the console shows where the import puts `secret://…`, by the end of the name. */
const IN_THE_CONSOLE: Readonly<Record<string, string>> = {
  CRM_READ_AUTHORIZATION: `Bearer ${fakeCredential("crm", "opaque")}`,
  LLM_WEBSOCKET_URL: `wss://brain.example.test/{{tenant}}/llm?token=${fakeCredential("websocket", "opaque")}`,
};

let page: Page;
let scene: NewcomerScene;

beforeAll(async () => {
  [page, scene] = await Promise.all([readPage(), startNewcomer()]);
});
afterAll(() => scene?.stop());

test("2, 3. branches and workflows: nothing runs but a check, which is green", async () => {
  const { repository } = scene;
  const first = await runsOf(scene, async () => {
    await repository.commit({ branch: "develop", files: { "workspaces.json": page.file("workspaces.json") }, message: "Retell workspaces" });
    for (const branch of ["staging", "production"]) await repository.git.run(["branch", branch, "develop"]);
  });
  expect(first).toEqual([]);
  const copied = await page.copied();
  const workflows = TEMPLATES.filter((name) => name !== "retell-deploy-multi-production.yml").map((name) => `.github/workflows/${name}`);
  expect(Object.keys(copied).sort()).toEqual([".github/ISSUE_TEMPLATE/new-retell-agent.yml", ...workflows].sort());
  const runs = await runsOf(scene, () => repository.commit({ branch: "develop", files: copied, message: "Retell workflows" }));
  expect(runs.map(seen)).toEqual([`retell-validate.yml success ${page.says("☑️ Validation Passed (files only)")}`]);
});

test("4, 5. keys and settings", () => {
  makeEnvironments(scene, page);
  page.says("Allow GitHub Actions to create and approve pull requests");
  scene.repository.settings.allowActionsToCreatePullRequests = true;
  for (const branch of ["staging", "production"]) scene.repository.protectBranch(branch, { kind: "ruleset", requirePullRequest: false, requiredStatusChecks: [page.says(CHECK)] });
});

test("6, 7. the import reads, and opens a pull request whose headings the page explains", async () => {
  const [run, ...others] = await runsOf(scene, () => scene.person.dispatch("retell-import.yml", { branch: "develop" }));
  expect(others).toEqual([]);
  expect(seen(run)).toBe(`retell-import.yml success ${page.says("Agents imported")}`);
  const pull = importPull();
  expect(pull).toMatchObject({ base: { ref: "develop" }, title: expect.stringContaining(page.says("Import from Retell: ")) });
  expect(scene.repository.isContextGreen(pull.head.sha, CHECK)).toBe(true);
  const explained = page.table("Heading").flatMap((row) => (row["Heading"] ?? "").split(", "));
  const headings = [...(pull.body ?? "").matchAll(/^### (.+)$/gm)].map(([, heading]) => heading);
  expect(headings.filter((heading) => heading !== "How to go on" && !explained.includes(heading ?? ""))).toEqual([]);
  expect(headings).toEqual(expect.arrayContaining(["Agents", "Secrets to create", "Belongs to one workspace", "Not in every workspace", "Drafts in production"]));
  const folders = (await scene.repository.files(IMPORT)).filter((path) => /^agents\/[^/]+\/agent\.json$/.test(path));
  expect(folders).toHaveLength(STAGING_AGENTS.length);
  expect(writesTo("staging")).toBe(0);
  expect(writesTo("production")).toBe(0);
});

test("8. the secrets, and a line for each in the workflows that deploy", async () => {
  const { repository } = scene;
  const lines = (/```text\n((?:RETELL_SECRET_.+\n)+)```/.exec(importPull().body ?? "")?.[1] ?? "").trimEnd().split("\n");
  const names = lines.map((line) => line.replace(/:.*/, ""));
  expect(names.length).toBeGreaterThan(1);
  makeEnvironments(scene, page, Object.fromEntries(names.map((name) => [name, valueOf(name)])));
  const place = page.says('Agents that use "secret://CRM_TOKEN" need it here');
  const files: Record<string, string> = {};
  for (const file of ["retell-deploy-staging.yml", "retell-deploy-production.yml"]) {
    const path = page.says(`.github/workflows/${file}`);
    const [before = "", after = ""] = ((await repository.readFile("develop", path)) ?? "").split(new RegExp(`(?<=${place}.*\n)`));
    files[path] = `${before}${lines.map((line) => `          ${line}\n`).join("")}${after}`;
    expect(after).not.toBe("");
  }
  const runs = await runsOf(scene, () => repository.commit({ branch: "develop", files, message: "Secrets of the agents" }));
  expect(runs.map(seen)).toEqual([expect.stringMatching(/^retell-validate\.yml success /)]);
});

test("9. merged and brought to staging: nothing to deploy, and nothing is written", async () => {
  const { repository } = scene;
  expect((await scene.person.merge(importPull().number)).status).toBe(200);
  await scene.actions.idle();
  const { number, comment } = await open("develop", "staging");
  expect(comment).toContain(`## ${page.says("✅ Validation Passed")}\n`);
  expect(plain(comment)).toContain(page.says("Nothing to deploy to staging workspace: merging this PR changes no agent"));
  const [deploy] = await merged(number);
  expect(seen(deploy)).toBe(`retell-deploy-staging.yml success ${page.says("✅ Nothing to Deploy to staging")}`);
  expect(outcomeOf(deploy)).toBe("unchanged");
  expect(writesTo("staging")).toBe(0);
  const texts = [comment, importPull("closed").body, ...(await Promise.all((await repository.files("staging")).map((path) => repository.readFile("staging", path))))].join("\n");
  expect(Object.values(IN_THE_CONSOLE).filter((value) => value.length > 10 && texts.includes(value))).toEqual([]);
});

test("10. the first change: two pull requests, and it is deployed", async () => {
  const { repository } = scene;
  const text = (await repository.readFile("develop", PROMPT)) ?? "";
  await repository.commit({ branch: "better-greeting", parent: "develop", files: { [PROMPT]: text.replace("four chairs", "five chairs") }, message: "Five chairs" });
  const change = await open("better-greeting", "develop");
  expect(change.comment).toContain(page.says("☑️ Validation Passed (files only)"));
  await merged(change.number);
  const { number, comment } = await open("develop", "staging");
  expect(comment).toContain(`## ${page.says("✅ Validation Passed")}\n`);
  expect(comment).toContain(page.says("1 agent updated"));
  expect(comment).toContain("[-four-]{+five+}");
  const [deploy] = await merged(number);
  expect(seen(deploy)).toBe(`retell-deploy-staging.yml success ${page.says("🚀 Deployed to staging")}`);
  expect((await agentIn(scene, { agent: "maple-street-dental-front-desk", workspace: "staging" })).latest.engine?.["general_prompt"]).toBe(text.replace("four chairs", "five chairs").trimEnd());
});

test("11. an edit in the console comes back as a pull request", async () => {
  scene.staging.console.editAgent(await agentId(scene, "engineer"), { voice_speed: 1.1 });
  const before = writesTo("staging");
  const [run] = await runsOf(scene, () => scene.person.dispatch("retell-drift-detection.yml", { branch: "develop" }));
  expect(run?.conclusion).toBe("success");
  expect(outputsOf(run, { job: "drift", step: "drift" })).toMatchObject({ outcome: "drift-detected", "drifted-agents": '{"staging":["engineer"]}' });
  const pull = scene.repository.openPulls().find(({ title }) => title === page.says("Staging Configuration Drift Detected"));
  expect(pull?.base.ref).toBe("staging");
  const [deploy] = await merged(pull?.number ?? 0);
  expect(seen(deploy)).toBe(`retell-deploy-staging.yml success ${page.says("✅ Nothing to Deploy to staging")}`);
  expect(JSON.parse((await scene.repository.readFile("staging", "agents/engineer/agent.json")) ?? "")).toMatchObject({ voice_speed: 1.1 });
  expect(writesTo("staging")).toBe(before);
});

test("12. production: a plan, an approval, exactly that plan, published; the branches agree", async () => {
  const { number, comment } = await open("staging", "production");
  expect(comment).toContain(`## ${page.says("✅ Validation Passed")}\n`);
  await merged(number);
  expect(writesTo("production")).toBe(0);
  const runs = await approve(scene);
  const production = runs.find(({ workflow }) => workflow.endsWith("/retell-deploy-production.yml"));
  expect(production?.conclusion).toBe("success");
  const headings = ["📋 Plan for production (dry run, nothing written)", "🚀 Deployed to production", "🚀 Published in production", "🔄 Branches Synced"];
  expect(headingsOf(production)).toEqual(headings.map((heading) => page.says(heading)));
  const { created, updated, unchanged } = outputsOf(production, { job: "deploy", step: "deploy" });
  expect(JSON.parse(created ?? "")).toHaveLength(STAGING_AGENTS.length - PRODUCTION_AGENTS.length);
  expect([JSON.parse(updated ?? ""), JSON.parse(unchanged ?? "")]).toEqual([["maple-street-dental-front-desk"], ["flow-chat", "halden-books-north"]]);
  expect(scene.production.agents()).toHaveLength(STAGING_AGENTS.length);
  expect((await agentIn(scene, { agent: "engineer", workspace: "production" })).latestPublished?.agent["voice_speed"]).toBe(1.1);
  expect(runs.filter((run) => run !== production).map(seen)).toEqual(["retell-deploy-staging.yml success ✅ Nothing to Deploy to staging"]);
  for (const branch of ["staging", "develop"]) expect(await contains(scene, branch, "production")).toBe(true);
});

test("12. in the end Git and both workspaces agree; no job was refused anything", async () => {
  const [run] = await runsOf(scene, () => scene.person.dispatch("retell-drift-detection.yml", { branch: "develop" }));
  expect(seen(run)).toBe(`retell-drift-detection.yml success ${page.says("✅ No Drift")}`);
  expect(scene.actions.runs.filter(({ conclusion }) => conclusion !== "success").map(seen)).toEqual([]);
  expect(scene.jobRequests().filter(({ status }) => status === 403)).toEqual([]);
});

test("without agents: the form makes them", async () => {
  page.says("New Retell agent");
  let issue = 0;
  const runs = await runsOf(scene, async () => (issue = await scene.person.openIssue("New agents", "### Names of the agents\n\nhelp-desk\n\n### Starting point\n\ncustomer-service\n")));
  const run = runs.find(({ workflow }) => workflow.endsWith("/retell-new-agent.yml"));
  const pull = scene.repository.pull(Number(outputsOf(run, { job: "scaffold", step: "scaffold" })["pull-request"]));
  expect(pull.base.ref).toBe("develop");
  expect(scene.repository.isContextGreen(pull.head.sha, CHECK)).toBe(true);
  expect(scene.repository.commentsOf(issue).map(({ body }) => body)).toEqual([expect.stringContaining(`#${pull.number}`)]);
});

/** File, conclusion and the first heading of the summary: what the tab "Actions" shows of a run. */
function seen(run: LabRun | undefined): string {
  return `${run?.workflow.split("/").at(-1) ?? "no run"} ${run?.conclusion ?? ""} ${headingsOf(run)[0] ?? ""}`;
}

function headingsOf(run: LabRun | undefined): string[] {
  const steps = Object.values(run?.jobs ?? {}).flatMap((job) => job.steps);
  return steps.flatMap(({ summary }) => plain(/^## (.+)$/m.exec(summary)?.[1] ?? "") || []);
}

function plain(text: string): string {
  return text.replace(/[*`]/g, "");
}

function importPull(state: "open" | "closed" = "open") {
  const pull = [...scene.repository.pulls.values()].find(({ head, state: its }) => head.ref === IMPORT && its === state);
  if (pull === undefined) throw new Error("There is no pull request of the import.");
  return pull;
}

/** Requests of jobs that may have changed something; people at the console send none. */
function writesTo(workspace: "staging" | "production"): number {
  return scene.retell.requests.slice(scene.seeded).filter(({ write, organization }) => write && organization === `org_${workspace}`).length;
}

function valueOf(name: string): string {
  const [, value] = Object.entries(IN_THE_CONSOLE).find(([end]) => name.endsWith(end)) ?? [];
  if (value === undefined) throw new Error(`Nobody knows the value of ${name}.`);
  return value;
}

/** A pull request by hand: its number, and the comment of the check, which has to be green. */
async function open(head: string, base: string): Promise<{ readonly number: number; readonly comment: string }> {
  const { repository, actions } = scene;
  const { number } = await repository.openPullRequest({ head, base, title: `${head} to ${base}`, user: "dana" });
  await actions.idle();
  expect(repository.isContextGreen(repository.pull(number).head.sha, CHECK)).toBe(true);
  return { number, comment: repository.commentsOf(number).map(({ body }) => body).join("\n") };
}

/** The merge button, which the rules allow, and the runs that follow. */
function merged(number: number): Promise<readonly LabRun[]> {
  return runsOf(scene, async () => expect((await scene.person.merge(number)).status).toBe(200));
}
