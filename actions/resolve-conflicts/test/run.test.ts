import { beforeEach, describe, expect, test } from "@jest/globals";
import { PlatformError } from "@retell-actions/core/errors";
import { createMemoryWorld, type MemoryWorld } from "@retell-actions/lab/memory/memory-ports";
import { smallProject } from "@retell-actions/lab/memory/small-project";
import { answers, carryOut, comment, commandIn, deploy, detect, dispatch, fileAt, idOf, validate, worldWithPullRequest } from "./support.ts";

let world: MemoryWorld;
let pull: number;

const SALES = "agents/sales/agent.json";
const changed = (from: string, to: string): string => (smallProject()[SALES] ?? "").replace(from, to);
const sticky = async (): Promise<string> => (await world.github.comments.list(pull)).find(({ body }) => body.includes('"kind":"validation"'))?.body ?? "";
const merge = (): string => world.github.mergePullRequest(pull);
const live = (name = "Sales") => {
  const agent = world.retell("staging").agents.get(idOf(world, name));
  return [...(agent?.versions.values() ?? [])].at(-1)?.fields;
};

describe("a conflict in a pull request", () => {
  beforeEach(async () => {
    ({ world, number: pull } = await worldWithPullRequest({ [SALES]: changed('"voice_speed": 1,', '"voice_speed": 1.2,') }));
    world.retell("staging").edit(idOf(world, "Sales"), { agent: { voice_speed: 0.9 } });
    expect(await validate(world, pull)).toMatchObject({ outcome: "conflicts" });
  });

  test("use-console: the console's value is committed, the check is green, and deploy is clean", async () => {
    const report = await comment(world, pull, commandIn(await sticky(), "/retell use-console"));
    expect(report).toMatchObject({ outcome: "resolved", reason: "ok", outputs: { agents: '["sales"]', branch: "feature", check: "passed", "pull-request": "" } });
    expect(fileAt(world, "feature", SALES)).toBe(changed('"voice_speed": 1,', '"voice_speed": 0.9,'));
    expect(world.github.statuses).toMatchObject([{ commit: world.git.branches.get("feature"), context: "Validate & Check Conflicts", state: "success" }]);
    expect(world.github.reactions.get(report.id)).toEqual(["eyes", "+1"]);
    expect(await answers(world, pull)).toHaveLength(1);
    expect(await sticky()).toContain("Validation Passed");
    merge();
    world.retell("staging").calls.length = 0;
    expect(await deploy(world)).toMatchObject({ outcome: "unchanged" });
    expect(world.retell("staging").calls.filter(({ write }) => write)).toEqual([]);
  });

  test("use-git: exactly the value that was read may be overwritten, and deploy writes Git's", async () => {
    const report = await comment(world, pull, commandIn(await sticky(), "/retell use-git"));
    expect(report).toMatchObject({ outcome: "resolved", outputs: { check: "passed" } });
    expect(fileAt(world, "feature", SALES)).toBe(changed('"voice_speed": 1,', '"voice_speed": 1.2,'));
    const entry = JSON.parse(fileAt(world, "feature", "agents/sales/overwrite.staging.json") ?? "") as unknown;
    expect(entry).toEqual({ deployed_at: expect.stringMatching(/^20/), fields: { "agent.voice_speed": 0.9 } });
    merge();
    expect(await deploy(world)).toMatchObject({ outcome: "deployed" });
    expect(live()).toMatchObject({ voice_speed: 1.2 });
  });

  test("use-git does not act on an edit that came after it", async () => {
    await comment(world, pull, commandIn(await sticky(), "/retell use-git"));
    merge();
    world.retell("staging").edit(idOf(world, "Sales"), { agent: { voice_speed: 0.8 } });
    expect(await deploy(world)).toMatchObject({ outcome: "conflicts" });
    expect(live()).toMatchObject({ voice_speed: 0.8 });
  });

  test.each(["sales", "all"])("an agent that cannot be read is a failure with the reason of the reading, not a refusal (%s)", async (agent) => {
    const command = agent === "all" ? "/retell use-git staging all" : commandIn(await sticky(), "/retell use-git");
    world.retell("staging").before = ({ method }) => {
      if (method === "readAgent") throw new PlatformError({ platform: "retell", reason: "unauthorized", status: 401 }, "Retell refused the API key.");
    };
    const tip = world.git.branches.get("feature");
    const report = await comment(world, pull, command);
    expect(report).toMatchObject({ outcome: "failed", reason: "unauthorized", message: expect.stringContaining("sales could not be read"), outputs: { commit: "" } });
    expect(world.git.branches.get("feature")).toBe(tip);
    expect(world.github.reactions.get(report.id)).toEqual(["eyes", "confused"]);
    expect(await answers(world, pull)).toHaveLength(1);
  });

  test("a sign that GitHub refuses does not stop a command, and is a notice", async () => {
    world.github.before = ({ method }) => {
      if (method === "react") throw new PlatformError({ platform: "github", reason: "github-unavailable", status: 410 }, "The reaction is gone.");
    };
    expect(await comment(world, pull, commandIn(await sticky(), "/retell use-console"))).toMatchObject({ outcome: "resolved", outputs: { check: "passed" } });
    expect(world.log.lines.filter(({ level }) => level === "notice").map(({ message }) => message)).toEqual([expect.stringContaining("The reaction is gone."), expect.stringContaining("The reaction is gone.")]);
    expect(await answers(world, pull)).toHaveLength(1);
  });

  test("another live state than the one that was read decides nothing, and is shown afresh", async () => {
    const old = commandIn(await sticky(), "/retell use-console");
    world.retell("staging").edit(idOf(world, "Sales"), { agent: { voice_speed: 0.8 } });
    const tip = world.git.branches.get("feature");
    const report = await comment(world, pull, old);
    expect(report).toMatchObject({ outcome: "refused", reason: "live-changed", outputs: { commit: "" } });
    expect(world.git.branches.get("feature")).toBe(tip);
    expect(world.github.reactions.get(report.id)).toEqual(["eyes", "confused"]);
    const [answer = ""] = await answers(world, pull);
    expect(answer).toContain("0.8");
    expect(await comment(world, pull, commandIn(answer, "/retell use-console"))).toMatchObject({ outcome: "resolved" });
    expect(fileAt(world, "feature", SALES)).toContain('"voice_speed": 0.8');
  });

  test("without a digest that of the comment counts, as it stood when the command was written", async () => {
    expect(await comment(world, pull, "/retell use-console sales")).toMatchObject({ outcome: "resolved" });
    expect(fileAt(world, "feature", SALES)).toContain('"voice_speed": 0.9');
  });

  test("without a digest, and the console moved between comment and command", async () => {
    world.retell("staging").edit(idOf(world, "Sales"), { agent: { voice_speed: 0.8 } });
    expect(await comment(world, pull, "/retell use-console sales")).toMatchObject({ outcome: "refused", reason: "live-changed" });
  });

  test("without a digest, and the comment was written anew after the command", async () => {
    world.clock.advance(10_000);
    const { id } = world.github.comment(pull, "/retell use-console sales");
    world.retell("staging").edit(idOf(world, "Sales"), { agent: { voice_speed: 0.8 } });
    await validate(world, pull);
    expect(await carryOut(world, id)).toMatchObject({ outcome: "refused", reason: "digest-missing" });
  });

  test("several commands are one commit, in order", async () => {
    world.retell("staging").edit(idOf(world, "Sales"), { agent: { interruption_sensitivity: 0.4 } });
    await validate(world, pull);
    const digest = /@[0-9a-f]{12}/.exec(commandIn(await sticky(), "/retell use-console"))?.[0] ?? "";
    const before = world.git.branches.get("feature");
    const report = await comment(world, pull, `/retell use-console staging sales agent.interruption_sensitivity ${digest}\nand\n/retell use-git staging sales agent.voice_speed ${digest}`);
    expect(report).toMatchObject({ outcome: "resolved", outputs: { check: "passed" } });
    expect(world.git.commits.get(world.git.branches.get("feature") ?? "")?.parents).toEqual([before]);
    expect(fileAt(world, "feature", SALES)).toContain('"interruption_sensitivity": 0.4');
    expect(fileAt(world, "feature", "agents/sales/overwrite.staging.json")).toContain('"agent.voice_speed": 0.9');
    merge();
    expect(await deploy(world)).toMatchObject({ outcome: "deployed" });
    expect(live()).toMatchObject({ voice_speed: 1.2, interruption_sensitivity: 0.4 });
  });

  test("a second run of the same comment changes nothing more and answers in the same comment", async () => {
    const { id } = await comment(world, pull, commandIn(await sticky(), "/retell use-git"));
    const tip = world.git.branches.get("feature");
    expect(await carryOut(world, id)).toMatchObject({ outcome: "resolved", outputs: { commit: tip, check: "passed" } });
    expect(world.git.branches.get("feature")).toBe(tip);
    expect(await answers(world, pull)).toHaveLength(1);
  });

  test("an entry that is spent goes with the next command", async () => {
    await comment(world, pull, commandIn(await sticky(), "/retell use-git"));
    world.git.commit("feature", { "agents/sales/overwrite.staging.json": '{\n    "deployed_at": "2020-01-01T00:00:00Z",\n    "fields": { "llm.model": "old" }\n}\n' });
    await validate(world, pull);
    await comment(world, pull, commandIn(await sticky(), "/retell use-git"));
    const text = fileAt(world, "feature", "agents/sales/overwrite.staging.json") ?? "";
    expect(JSON.parse(text)).toEqual({ deployed_at: expect.stringMatching(/^2026/), fields: { "agent.voice_speed": 0.9 } });
    // The file keeps the look that somebody gave it.
    expect(text).toContain('\n    "deployed_at"');
    await validate(world, pull);
    await comment(world, pull, "/retell use-console sales");
    expect(fileAt(world, "feature", "agents/sales/overwrite.staging.json")).toBeUndefined();
  });

  test("diff shows, status tells, help explains; nothing is committed", async () => {
    const tip = world.git.branches.get("feature");
    world.github.lastRuns.set("retell-drift-detection.yml", { endedAt: Date.parse("2026-11-20T06:00:00Z"), conclusion: "success" });
    expect(await comment(world, pull, "/retell diff --full\n/retell status\n/retell help")).toMatchObject({ outcome: "answered", reason: "ok" });
    const [answer = ""] = await answers(world, pull);
    expect(answer).toContain("voice_speed");
    expect(answer).toContain("2026-11-20 06:00 UTC");
    expect(answer).toContain("use-git");
    expect(world.git.branches.get("feature")).toBe(tip);
  });
});

describe("who may command", () => {
  beforeEach(async () => {
    ({ world, number: pull } = await worldWithPullRequest({ [SALES]: changed('"voice_speed": 1,', '"voice_speed": 1.2,') }));
    world.retell("staging").edit(idOf(world, "Sales"), { agent: { voice_speed: 0.9 } });
    await validate(world, pull);
  });

  test.each([
    ["somebody who may only read", "reader", "no-permission"],
    ["a stranger", "stranger", "no-permission"],
    ["a bot", "app[bot]", "not-a-command"],
  ])("%s is not answered, and nothing happens", async (_name, author, reason) => {
    world.github.people.set("reader", "read");
    const tip = world.git.branches.get("feature");
    expect(await comment(world, pull, "/retell use-console sales", { author })).toMatchObject({ outcome: "ignored", reason });
    expect(world.git.branches.get("feature")).toBe(tip);
    expect(await answers(world, pull)).toEqual([]);
  });

  test.each([
    ["edited", (id: number) => world.github.editComment(id, "/retell use-git sales")],
    ["deleted", (id: number) => world.github.deleteComment(id)],
  ])("a comment that is %s before it is carried out is not carried out", async (_name, change) => {
    const { id } = world.github.comment(pull, "/retell use-console sales");
    const job = world.github.commentJob(id);
    change(id);
    world.git.checkout(world.git.branches.get("develop") ?? "");
    const { run } = await import("../src/run.ts");
    const { INPUTS } = await import("./support.ts");
    expect(await run(INPUTS, world.ports(job))).toMatchObject({ outcome: "ignored", reason: "comment-changed" });
  });

  test("the event of an edit is no command", async () => {
    const { id } = world.github.comment(pull, "/retell use-console sales");
    expect(await carryOut(world, id, { action: "edited" })).toMatchObject({ outcome: "ignored", reason: "comment-changed" });
  });

  test("quoted commands and other talk are ignored", async () => {
    expect(await comment(world, pull, "> /retell use-git all\n\nShould we?")).toMatchObject({ outcome: "ignored", reason: "not-a-command" });
  });

  test("a pull request from a fork takes no commit", async () => {
    const fork = world.github.openPullRequest({ head: "feature", base: "staging", fork: true }).number;
    expect(await comment(world, fork, "/retell use-console staging sales @0123456789ab")).toMatchObject({ outcome: "refused", reason: "fork-branch" });
  });
});

describe("prompts", () => {
  const prompt = (text: string): void => world.retell("staging").edit(idOf(world, "Sales"), { engine: { general_prompt: text } });

  test("different sections: merge makes both files right, and deploy writes the merged prompt", async () => {
    ({ world, number: pull } = await worldWithPullRequest({ "prompts/sales/pitch.txt": "Sell with care.\n" }, smallProject({ "prompts/base/greeting.txt": "Say hello.\n", "prompts/sales/pitch.txt": "Sell.\n" })));
    prompt("Say hello, friend.\n\nSell.");
    expect(await validate(world, pull)).toMatchObject({ outcome: "conflicts" });
    const report = await comment(world, pull, commandIn(await sticky(), "/retell merge"));
    expect(report).toMatchObject({ outcome: "resolved", outputs: { check: "passed" } });
    // The greeting is another agent's too, so this agent got its own.
    expect(fileAt(world, "feature", "prompts/base/greeting.txt")).toBe("Say hello.\n");
    expect(fileAt(world, "feature", "prompts/sales/base/greeting.txt")).toBe("Say hello, friend.\n");
    expect(fileAt(world, "feature", "prompts/sales/pitch.txt")).toBe("Sell with care.\n");
    merge();
    expect(await deploy(world)).toMatchObject({ outcome: "deployed" });
    expect(world.retell("staging").engines.size).toBeGreaterThan(0);
    expect(JSON.stringify([...world.retell("staging").engines.values()].map((engine) => [...engine.versions.values()].at(-1)?.fields["general_prompt"]))).toContain("Say hello, friend.\\n\\nSell with care.");
    expect(await detect(world)).toMatchObject({ outcome: "in-sync" });
  });

  test("the same words: merge is refused, and use-console takes the console's text into the section", async () => {
    ({ world, number: pull } = await worldWithPullRequest({ "prompts/sales/pitch.txt": "Sell hard.\n" }));
    prompt("Say hello.\n\nSell softly.");
    await validate(world, pull);
    expect(await comment(world, pull, "/retell merge sales")).toMatchObject({ outcome: "refused", reason: "needs-a-choice" });
    expect(await comment(world, pull, commandIn((await answers(world, pull)).at(-1) ?? "", "/retell use-console"))).toMatchObject({ outcome: "resolved", outputs: { check: "passed" } });
    expect(fileAt(world, "feature", "prompts/sales/pitch.txt")).toBe("Sell softly.\n");
  });
});

describe("drift pull requests", () => {
  beforeEach(async () => {
    world = createMemoryWorld(smallProject());
    await deploy(world);
    world.retell("staging").edit(idOf(world, "Sales"), { agent: { voice_speed: 1.4 }, engine: { model: "gpt-4.1-mini" } });
    await detect(world);
    pull = [...world.github.pulls.values()].find(({ head }) => head === "retell/drift/staging")?.number ?? 0;
  });

  test("use-git: Git's values come back on the branch, and the next deploy restores them", async () => {
    const command = commandIn(world.github.pulls.get(pull)?.body ?? "", "/retell use-git");
    expect(await comment(world, pull, command)).toMatchObject({ outcome: "resolved", outputs: { branch: "retell/drift/staging", check: "passed" } });
    expect(fileAt(world, "retell/drift/staging", SALES)).toBe(smallProject()[SALES]);
    expect(world.github.pulls.get(pull)?.body).toContain("**Decided by command.**");
    merge();
    expect(await deploy(world)).toMatchObject({ outcome: "deployed" });
    expect(live()).toMatchObject({ voice_speed: 1 });
  });

  test("use-git for one field leaves the others adopted", async () => {
    const digest = /@[0-9a-f]{12}/.exec(world.github.pulls.get(pull)?.body ?? "")?.[0] ?? "";
    expect(await comment(world, pull, `/retell use-git staging sales agent.voice_speed ${digest}`)).toMatchObject({ outcome: "resolved" });
    expect(fileAt(world, "retell/drift/staging", SALES)).toContain('"voice_speed": 1,');
    expect(fileAt(world, "retell/drift/staging", SALES)).toContain('"gpt-4.1-mini"');
    merge();
    expect(await deploy(world)).toMatchObject({ outcome: "deployed" });
    expect(live()).toMatchObject({ voice_speed: 1 });
    expect(await detect(world)).toMatchObject({ outcome: "in-sync" });
  });
});

describe("where nothing can be committed to the head", () => {
  test("after the merge, by hand: a branch of decisions with a pull request of its own", async () => {
    ({ world, number: pull } = await worldWithPullRequest({ [SALES]: changed('"voice_speed": 1,', '"voice_speed": 1.2,') }));
    merge();
    world.retell("staging").edit(idOf(world, "Sales"), { agent: { voice_speed: 0.9 } });
    expect(await deploy(world)).toMatchObject({ outcome: "conflicts" });
    expect(await dispatch(world, "use-git staging sales")).toMatchObject({ outcome: "refused", reason: "digest-missing" });
    const shown = await dispatch(world, "diff staging sales");
    const report = await dispatch(world, commandIn(shown.summary, "/retell use-git"));
    expect(report).toMatchObject({ outcome: "resolved", outputs: { branch: "retell/resolve/staging", check: "passed" } });
    const resolve = world.github.pulls.get(Number(report.outputs["pull-request"]));
    expect(resolve).toMatchObject({ state: "open", base: "staging", head: "retell/resolve/staging" });
    world.github.mergePullRequest(resolve?.number ?? 0);
    expect(await deploy(world)).toMatchObject({ outcome: "deployed" });
    expect(live()).toMatchObject({ voice_speed: 1.2 });
  });

  test("from develop: the decision is a pull request to develop", async () => {
    world = createMemoryWorld(smallProject());
    await deploy(world);
    world.git.commit("develop", { [SALES]: changed('"voice_speed": 1,', '"voice_speed": 1.2,') });
    pull = world.github.openPullRequest({ head: "develop", base: "staging" }).number;
    world.retell("staging").edit(idOf(world, "Sales"), { agent: { voice_speed: 0.9 } });
    await validate(world, pull);
    const report = await comment(world, pull, commandIn(await sticky(), "/retell use-git"));
    expect(report).toMatchObject({ outcome: "resolved", outputs: { branch: "retell/resolve/staging", check: "passed-offline" } });
    expect(world.github.pulls.get(Number(report.outputs["pull-request"]))).toMatchObject({ base: "develop" });
  });
});
