import { describe, expect, test } from "@jest/globals";
import { deliver } from "@retell-actions/lab/github/model/events";
import { agentFile, CHECK, merge, outcomeOf, pullRequest, runsOf, sharedScene, whileEdited } from "./support.ts";

const TONE = "prompts/shared/tone.md";
const theScene = sharedScene();

describe("retell-validate.yml", () => {
  test("a pull request to staging is checked with the read key, commented on, and may be merged", async () => {
    const scene = theScene();
    const before = scene.retell.requests.length;
    const { number, head } = await pullRequest(scene, { files: { [TONE]: "Be brief and kind.\n" } });
    const run = scene.actions.runs.at(-1);
    expect(outcomeOf(run)).toBe("passed");
    expect(run?.jobs["validate"]?.steps.find(({ outputs }) => "outcome" in outputs)?.outputs["agents-to-deploy"]).toBe('["one"]');
    const sent = scene.retell.requests.slice(before);
    expect(sent.length).toBeGreaterThan(0);
    expect([...new Set(sent.map(({ apiKey }) => apiKey))]).toEqual(["read"]);
    expect(sent.filter(({ write }) => write)).toEqual([]);
    expect(scene.repository.commentsOf(number)).toHaveLength(1);
    expect(scene.jobRequests().filter(({ status }) => status === 403)).toEqual([]);
    const sha = await scene.repository.tip(head);
    expect(scene.repository.checkRuns.filter(({ headSha }) => headSha === sha)).toMatchObject([{ name: CHECK, status: "completed", conclusion: "success" }]);
    expect((await merge(scene, number)).status).toBe(200);
  });

  test("a conflict fails the required check, which keeps the pull request from being merged", async () => {
    const scene = theScene();
    await whileEdited(scene, "one", async () => {
      const { number } = await pullRequest(scene, { files: { [TONE]: "Be brief and fair.\n" } });
      expect(outcomeOf(scene.actions.runs.at(-1))).toBe("conflicts");
      expect(await merge(scene, number)).toEqual({ status: 405, message: `Required status check "${CHECK}" is failing.` });
    });
  });

  test("a console edit of an agent that the pull request does not touch blocks nothing", async () => {
    const scene = theScene();
    await whileEdited(scene, "two", async () => {
      const { number } = await pullRequest(scene, { files: { [TONE]: "Be brief and calm.\n" } });
      expect(outcomeOf(scene.actions.runs.at(-1))).toBe("passed");
      expect((await merge(scene, number)).status).toBe(200);
    });
  });

  test("the check of a new head counts, and an unchanged verdict leaves the comment alone", async () => {
    const scene = theScene();
    const { repository } = scene;
    const { number, head } = await pullRequest(scene, { files: { "agents/one/agent.json": "{ not JSON\n" } });
    expect(outcomeOf(scene.actions.runs.at(-1))).toBe("invalid");
    expect((await merge(scene, number)).status).toBe(405);
    const [repaired] = await runsOf(scene, () => repository.commit({ branch: head, files: { "agents/one/agent.json": agentFile("one", { voice_speed: 1.2 }) }, message: "Repair" }));
    expect(outcomeOf(repaired)).toBe("passed");
    const edits = repository.commentsOf(number).map((comment) => comment.edits);
    expect(edits).toEqual([1]);
    const [again] = await runsOf(scene, () => repository.commit({ branch: head, files: { "README.md": "Read me\n" }, message: "Unrelated" }));
    expect(outcomeOf(again)).toBe("passed");
    expect(repository.commentsOf(number).map((comment) => comment.edits)).toEqual(edits);
    expect((await merge(scene, number)).status).toBe(200);
  });

  test("a pull request to develop is checked offline", async () => {
    const scene = theScene();
    const before = scene.retell.requests.length;
    await pullRequest(scene, { base: "develop", files: { [TONE]: "Be brief and quick.\n" } });
    expect(outcomeOf(scene.actions.runs.at(-1))).toBe("passed-offline");
    expect(scene.retell.requests.length).toBe(before);
  });

  test("a pull request to production is compared with production, by its read key, and needs staging first", async () => {
    const scene = theScene();
    const before = scene.retell.requests.length;
    await pullRequest(scene, { base: "production", files: { [TONE]: "Be brief and slow.\n" } });
    expect(outcomeOf(scene.actions.runs.at(-1))).toBe("staging-required");
    const sent = scene.retell.requests.slice(before);
    expect([...new Set(sent.map(({ apiKey, organization }) => `${organization ?? ""} ${apiKey ?? ""}`))]).toEqual(["org_production read"]);
  });

  test("a fork's pull request gets no keys and no comment, passes offline and says what was not checked", async () => {
    const scene = theScene();
    const fork = await scene.github.forkRepository("acme/voices", { owner: "stranger" });
    await fork.commit({ branch: "theirs", parent: "staging", files: { [TONE]: "Be loud.\n" }, message: "Louder" });
    const before = { requests: scene.retell.requests.length, comments: scene.repository.comments.length };
    const [run] = await runsOf(scene, () => scene.repository.openPullRequest({ head: "theirs", base: "staging", title: "Louder", headRepo: "stranger/voices", user: "stranger" }));
    expect(outcomeOf(run)).toBe("passed-offline");
    expect(run?.jobs["validate"]?.steps.map(({ summary }) => summary).join("")).toMatch(/not checked/i);
    expect({ requests: scene.retell.requests.length, comments: scene.repository.comments.length }).toEqual(before);
  });

  test("a merge queue's check runs without a pull request to comment on", async () => {
    const scene = theScene();
    const { repository } = scene;
    const { number } = await pullRequest(scene, { files: { [TONE]: "Be brief and patient.\n" } });
    const { base } = repository.pull(number);
    const sha = repository.pull(number).mergeCommitSha ?? "";
    const comments = repository.commentsOf(number).map(({ edits }) => edits);
    const ref = `refs/heads/gh-readonly-queue/staging/pr-${number}-${base.sha}`;
    await repository.git.run(["update-ref", ref, sha]);
    const [run] = await runsOf(scene, () => {
      deliver(repository, { name: "merge_group", ref, sha, actor: "acme", payload: { action: "checks_requested", merge_group: { head_sha: sha, head_ref: ref, base_ref: "refs/heads/staging", base_sha: base.sha } } });
      return Promise.resolve();
    });
    expect(outcomeOf(run)).toBe("passed");
    expect(repository.isContextGreen(sha, CHECK)).toBe(true);
    expect(repository.commentsOf(number).map(({ edits }) => edits)).toEqual(comments);
  });

  test("a push to develop is checked; one to another branch starts nothing", async () => {
    const scene = theScene();
    const runs = await runsOf(scene, () => scene.repository.commit({ branch: "develop", files: { [TONE]: "Be kind.\n" }, message: "Kind" }));
    expect(runs.map((run) => `${run.workflow} ${outcomeOf(run)}`)).toEqual([".github/workflows/retell-validate.yml passed-offline"]);
    expect(await runsOf(scene, () => scene.repository.commit({ branch: "elsewhere", files: {}, message: "Elsewhere" }))).toEqual([]);
  });

  test("a newer commit cancels the check of the older one, whose check does not count any more", async () => {
    const scene = theScene();
    const { repository } = scene;
    const { number, head } = await pullRequest(scene, { files: { [TONE]: "Be gentle.\n" } });
    const runs = await runsOf(scene, async () => {
      await repository.commit({ branch: head, files: { [TONE]: "Be gentler.\n" }, message: "Gentler" });
      await repository.commit({ branch: head, files: { [TONE]: "Be gentlest.\n" }, message: "Gentlest" });
    });
    expect(runs.map(({ conclusion }) => conclusion)).toEqual(["cancelled", "success"]);
    expect(repository.isContextGreen(repository.pull(number).head.sha, CHECK)).toBe(true);
  });
});
