import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { shownBy } from "@retell-actions/lab/scene/look-at";
import { Person } from "@retell-actions/lab/scene/person";
import { age, answersOn, carryOut, changesOf, command, decisionPulls, digestOf, dispatch, edit, now, openPull, OVERWRITE, SALES, salesWith, signsOf, startConflict, startDeployed, writesSince, type ResolveScene } from "./resolve-scene.ts";

let scene: ResolveScene;
let pull: number;
const RESOLVE = "retell/resolve/staging";

describe("L6: who says nothing is answered nothing", () => {
  beforeAll(async () => {
    ({ scene, pull } = await startConflict());
  });
  afterAll(() => scene.stop());

  test("a comment without commands asks GitHub nothing; quotes and code are talk", async () => {
    const id = await scene.dana.comment(pull, "> /retell use-git all\n\n```\n/retell use-git all\n```\n\n    /retell use-git all\n\nShould we /retell use-git all?");
    const from = now(scene);
    const run = await carryOut(scene, id);
    expect(run.outputs).toMatchObject({ outcome: "ignored", "reason-code": "not-a-command", commit: "" });
    expect([scene.github.requests.length, scene.retell.requests.length]).toEqual([from.github, from.retell]);
  });

  test.each([
    ["a bot", "helper[bot]", "not-a-command", []],
    ["the job's own account", "github-actions[bot]", "not-a-command", []],
    ["somebody who may only read", "rita", "no-permission", ["confused"]],
  ])("%s commands nothing", async (_name, login, reason, signs) => {
    if (login === "rita") void new Person(scene.repository, "rita", "read");
    const id = await scene.dana.comment(pull, "/retell use-git all @0123456789ab");
    const body = scene.repository.comments.find((comment) => comment.id === id);
    if (body === undefined) throw new Error("no comment");
    const event = scene.repository.events.findLast(({ name }) => name === "issue_comment");
    const payload = structuredClone(event?.payload) as { comment: { user: { login: string; type: string } }; sender: unknown };
    Object.assign(payload.comment.user, { login, type: login.endsWith("[bot]") ? "Bot" : "User" });
    const from = now(scene);
    const run = await scene.action("resolve-conflicts", { branch: "develop", eventName: "issue_comment", event: payload, permissions: { contents: "write", "pull-requests": "write", statuses: "write", actions: "read" } });
    expect(run.outputs).toMatchObject({ outcome: "ignored", "reason-code": reason });
    expect(writesSince(scene, from)).toHaveLength(signs.length);
    expect(signsOf(scene, pull, id)).toEqual(signs);
    expect(answersOn(scene, pull)).toEqual([]);
  });

  test("an edited comment, and the event of its edit", async () => {
    const id = await scene.dana.comment(pull, "/retell help");
    await scene.dana.editComment(id, "/retell use-git all");
    const from = now(scene);
    expect((await carryOut(scene, id)).outputs).toMatchObject({ outcome: "ignored", "reason-code": "comment-changed" });
    expect((await scene.action("resolve-conflicts", { comment: { id, action: "edited" } })).outputs).toMatchObject({ outcome: "ignored", "reason-code": "comment-changed" });
    expect(writesSince(scene, from)).toEqual([]);
  });
});

describe("L5: nobody's commit is lost", () => {
  beforeAll(async () => {
    ({ scene, pull } = await startConflict());
  });
  afterAll(async () => {
    expect(scene.github.violations).toEqual([]);
    await scene.stop();
  });

  test("a commit on the head, made while the decision is: both are there, and the decision was made anew", async () => {
    const id = await scene.dana.comment(pull, `/retell use-git sales ${await digestOf(scene)}`);
    scene.faults.add({
      matches: ({ service, path, write }) => service === "github" && write && path.endsWith("/graphql"),
      times: 1,
      action: { kind: "call", when: "before", run: async () => void (await scene.repository.commit({ branch: "feature", files: { [SALES]: salesWith(1.3), "notes.md": "Mine\n" }, message: "Mine" })) },
    });
    const run = await carryOut(scene, id);
    expect(run.outputs).toMatchObject({ outcome: "resolved", check: "passed", branch: "feature" });
    expect(Object.keys(await changesOf(scene, "feature"))).toEqual([SALES, OVERWRITE, "notes.md"]);
    expect(await scene.repository.readFile("feature", SALES)).toBe(salesWith(1.3));
    expect((await scene.repository.log("feature")).map(({ message }) => message.split("\n")[0])).toEqual(expect.arrayContaining(["Mine", expect.stringMatching(/^Resolve conflicts with staging: sales/)]));
  });

  test("L6: a rerun after somebody went on: what is there is told, and nothing more is committed or checked", async () => {
    const id = scene.repository.commentsOf(pull).find(({ body }) => body.startsWith("/retell use-git"))?.id ?? 0;
    const [answer] = answersOn(scene, pull);
    await scene.repository.commit({ branch: "feature", files: { "notes.md": "Mine too\n" }, message: "Mine too" });
    const tip = await scene.repository.tip("feature");
    const run = await carryOut(scene, id);
    expect(run.outputs).toMatchObject({ outcome: "resolved", check: "" });
    expect(run.outputs["commit"]).not.toBe(tip);
    expect([await scene.repository.tip("feature"), scene.repository.statusesOf(tip), answersOn(scene, pull).length]).toEqual([tip, [], 1]);
    expect(answersOn(scene, pull)[0]?.body).toContain(/\[([0-9a-f]{7})\]/.exec(answer?.body ?? "")?.[1]);
  });

  test("a rerun after somebody took the decision back decides anew", async () => {
    const id = scene.repository.commentsOf(pull).find(({ body }) => body.startsWith("/retell use-git"))?.id ?? 0;
    await scene.repository.commit({ branch: "feature", files: { [OVERWRITE]: null }, message: "No" });
    const run = await carryOut(scene, id);
    expect(run.outputs).toMatchObject({ outcome: "resolved", check: "passed", commit: await scene.repository.tip("feature") });
    expect(await scene.repository.readFile("feature", OVERWRITE)).toContain("0.9");
  });

  test("a leftover branch of decisions: commits that no pull request keeps stay, with a pull request for them", async () => {
    await scene.repository.merge(pull);
    const foreign = await scene.repository.commit({ branch: RESOLVE, parent: "staging", files: { "notes.md": "Somebody's\n" }, message: "Somebody's" });
    await scene.repository.commit({ branch: "staging", files: { [OVERWRITE]: null }, message: "Not yet" });
    await scene.repository.git.run(["update-ref", `refs/heads/${RESOLVE}`, (await scene.repository.tip(RESOLVE))]);
    const digest = await digestOf(scene);
    // Both are on the branch that the other one lacks, so that the two have to be merged to be judged.
    const run = await dispatch(scene, `use-git staging sales ${digest}`);
    expect(run.outputs).toMatchObject({ outcome: "resolved", branch: RESOLVE });
    const log = await scene.repository.log(RESOLVE);
    expect(log.some(({ message }) => message.startsWith("Somebody's"))).toBe(true);
    expect(decisionPulls(scene).map(({ state, number }) => [state, number])).toEqual([["open", Number(run.outputs["pull-request"])]]);
    expect(foreign).toBeDefined();
  });

  test("an open pull request from that branch to another one: refused, and it is left alone", async () => {
    const [open] = decisionPulls(scene);
    Object.assign(open?.base ?? {}, { ref: "production" });
    const tip = await scene.repository.tip(RESOLVE);
    const run = await dispatch(scene, `use-console staging sales ${await digestOf(scene)}`);
    expect(run.outputs).toMatchObject({ outcome: "refused", "reason-code": "branch-moved" });
    expect(await scene.repository.tip(RESOLVE)).toBe(tip);
  });
});

describe("L8: the same input, the same bytes", () => {
  test("two worlds with the same seed get the same files, answers and outputs", async () => {
    const play = async (): Promise<unknown> => {
      const one = await startDeployed({ seed: 11 });
      try {
        const number = await openPull(one, { [SALES]: salesWith(1.2, { interruption_sensitivity: 0.7 }), "prompts/sales/task.txt": "Sell stools.\nBe kind.\n" });
        edit(one, "sales", { agent: { voice_speed: 0.9, language: "de-DE", interruption_sensitivity: 0.2 }, llm: { general_prompt: "Hello, how can I help?\n\nSell chairs.\nBe very kind." } });
        await one.validate({ pullRequest: number });
        age(one);
        const run = await command(one, number, "/retell use-git sales agent.voice_speed\n/retell use-console sales agent.language agent.interruption_sensitivity\n/retell merge sales llm.general_prompt\n/retell use-console staging nobody\n/retell help");
        const neutral = (text: string): string =>
          text
            .replace(/\b([0-9a-f]{40}|[0-9a-f]{64})\b/g, "<sha>")
            .replace(/\[[0-9a-f]{7}\]/g, "<short>")
            .replaceAll(one.github.url, "<github>")
            .replace(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\dZ| UTC)/g, "<time>")
            .replace(/sha256:[0-9a-f]{64}|@[0-9a-f]{12}/g, "<digest>")
            .replaceAll(String(run.id), "<comment>")
            .replaceAll(String(one.repository.id), "<id>");
        return JSON.parse(neutral(JSON.stringify({ outputs: { ...run.outputs, "result-path": "" }, answers: answersOn(one, number).map(({ body }) => body), summary: run.summary, files: await changesOf(one, "feature"), message: (await one.repository.log("feature"))[0]?.message, shown: shownBy(run).length > 0 }))) as unknown;
      } finally {
        await one.stop();
      }
    };
    const [first, second] = await Promise.all([play(), play()]);
    expect(first).toMatchObject({ outputs: { outcome: "partially-resolved", "reason-code": "unknown-command", agents: '["sales"]' } });
    expect(second).toEqual(first);
  });
});
