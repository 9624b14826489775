import { afterEach, describe, expect, jest, test } from "@jest/globals";
import { tellCase } from "@retell-actions/lab/evidence/tell-case";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deliver } from "@retell-actions/lab/github/model/events";
import { Person } from "@retell-actions/lab/scene/person";
import { REVIEWER, type WorkflowScene } from "@retell-actions/lab/scene/workflow-scene";
import { answersOn, COMMANDS, commandIn, digestOf, editInConsole, isGreen, land, offences, propose, refsOf, reportOn, signsOf, write, writesIn } from "./conversation.ts";
import { agentFile, live, outcomeOf, retellRequests, runsOf, sharedScene } from "./support.ts";

jest.setTimeout(180_000);

const ONE = "agents/one/agent.json";
const BRANCH = "retell/resolve/staging";
const theScene = sharedScene();

afterEach(() => expect(offences(theScene())).toEqual([]));

const speedOf = async (scene: WorkflowScene): Promise<unknown> => (await live(scene, "one")).speed;
const edit = (scene: WorkflowScene, speed: number): Promise<void> => editInConsole(scene, "one", { agent: { voice_speed: speed } });

/** The open pull request of the branch that takes decisions which no other branch can take. */
function resolvePull({ repository }: WorkflowScene) {
  const pull = repository.openPulls().find(({ head }) => head.ref === BRANCH);
  if (pull === undefined) throw new Error("No pull request of decisions is open.");
  return pull;
}

describe("retell-commands.yml, a decision", () => {
  test("use-console on a conflict: the check turns green, and the deployment finds nothing left to write", async () => {
    const scene = theScene();
    await edit(scene, 0.9);
    const { number, head, outcome, report } = await propose(scene, { [ONE]: agentFile("one", { voice_speed: 1.2 }) });
    expect(outcome).toBe("conflicts");
    expect(report).toContain("| `agent.voice_speed` | **both** | – | `1.2` | `0.9` |");
    const index = scene.retell.requests.length;
    const { signs, answer } = await write(scene, number, commandIn(report, "/retell use-console staging one"));
    // With the key that can only read.
    expect(retellRequests(scene, { index, organization: "org_staging" })).toEqual({ keys: ["read"], writes: 0 });
    expect(signs).toEqual(["eyes", "+1"]);
    expect(answer).toContain("## ✅ Decided");
    expect(await scene.repository.readFile(head, ONE)).toBe(agentFile("one", { voice_speed: 0.9 }));
    expect(isGreen(scene, number)).toBe(true);
    let ended = "";
    expect(await writesIn(scene, async () => void (ended = await land(scene, number)))).toBe(0);
    expect([ended, await speedOf(scene)]).toEqual(["unchanged", 0.9]);
  });

  let merged = 0;

  test("the console moves between comment and command, and between command and merge: nothing that was not read is overwritten", async () => {
    const scene = theScene();
    await edit(scene, 0.8);
    const { number, report } = await propose(scene, { [ONE]: agentFile("one", { voice_speed: 1.3 }) });
    const old = commandIn(report, "/retell use-git staging one");
    await edit(scene, 0.7);
    const refs = await refsOf(scene);
    const refused = await write(scene, number, old);
    expect([refused.outcome, refused.signs, refused.run?.conclusion]).toEqual(["refused", ["eyes", "confused"], "failure"]);
    expect(await refsOf(scene)).toBe(refs);
    expect(refused.answer).toContain(`## ❌ Not Carried Out\n\nAsked for by dana.\n\n### ❌ \`${old}\`\n\nThe digest names another state than Retell holds now, so nothing was decided: somebody has changed it since the report, or the digest is that of another line. Below is what Retell holds now. (\`live-changed\`)`);
    expect(refused.answer).toContain("| `agent.voice_speed` | **both** | `0.9` | `1.3` | `0.7` |");

    const decided = await write(scene, number, commandIn(refused.answer, "/retell use-git staging one"));
    expect([decided.outcome, isGreen(scene, number)]).toEqual(["resolved", true]);
    await edit(scene, 0.6);
    let ended = "";
    expect(await writesIn(scene, async () => void (ended = await land(scene, number)))).toBe(0);
    expect([ended, await speedOf(scene)]).toEqual(["conflicts", 0.6]);
    const told = reportOn(scene, number, "deploy");
    expect(told).toContain("## ⚠️ Conflicts Detected with staging Workspace\n\nThis PR is merged, but 1 agent was left as it is in Retell.");
    expect(told).toContain("| `agent.voice_speed` | **both** | `0.9` | `1.3` | `0.6` |");
    expect(told).toContain("merged as it is: what is decided comes as a new pull request.");
    merged = number;
  });

  test("on the merged pull request it becomes a pull request of its own; the console moves between merge and deployment, and nothing is overwritten", async () => {
    const scene = theScene();
    const decided = await write(scene, merged, commandIn(reportOn(scene, merged, "deploy"), "/retell use-git staging one"));
    expect(decided.outcome).toBe("resolved");
    const pull = resolvePull(scene);
    expect(pull).toMatchObject({ base: { ref: "staging" }, user: { login: "github-actions[bot]" } });
    expect(decided.answer).toMatch(new RegExp(`to \`${BRANCH}\`, \\[pull request ${pull.number}\\]\\(\\S+/pull/${pull.number}\\)\\. Check of that commit: ✅ passed\\.`));
    expect(isGreen(scene, pull.number)).toBe(true);
    scene.faults.add({ matches: ({ service, path }) => service === "retell" && path === "/get-api-key-info", times: 1, action: { kind: "call", when: "before", run: () => edit(scene, 0.5) } });
    const ended = await land(scene, pull.number);
    scene.faults.reset();
    expect([ended, await speedOf(scene)]).toEqual(["conflicts", 0.5]);
    expect(reportOn(scene, pull.number, "deploy")).toContain("| `agent.voice_speed` | **both** | `0.9` | `1.3` | `0.5` |");
    merged = pull.number;
  });

  test("by hand: refused without the digest of a report, carried out with it, and deployed after the merge", async () => {
    const scene = theScene();
    const command = commandIn(reportOn(scene, merged, "deploy"), "/retell use-git staging one").replace("/retell ", "");
    const refs = await refsOf(scene);
    const [without] = await runsOf(scene, () => scene.person.dispatch(COMMANDS, { branch: "develop", inputs: { command: "use-git staging one" } }));
    expect([outcomeOf(without), await refsOf(scene)]).toEqual(["refused", refs]);
    const summary = without?.jobs["commands"]?.steps.map((step) => step.summary).join("") ?? "";
    expect(summary).toContain("(`digest-missing`)");
    expect(commandIn(summary, "/retell use-git staging one")).toBe(`/retell ${command}`);

    const [by] = await runsOf(scene, () => scene.person.dispatch(COMMANDS, { branch: "develop", inputs: { command } }));
    expect(outcomeOf(by)).toBe("resolved");
    const pull = resolvePull(scene);
    expect([pull.base.ref, isGreen(scene, pull.number)]).toEqual(["staging", true]);
    expect(pull.body).toContain("dana");
    expect(await land(scene, pull.number)).toBe("deployed");
    expect(await speedOf(scene)).toBe(1.3);
  });

  test("use-git on a drift pull request: the next deployment restores Git's value, and the overwritten one is in the history of the state", async () => {
    const scene = theScene();
    const { repository } = scene;
    await editInConsole(scene, "two", { llm: { general_prompt: "Be two, and twice as slow." } });
    await runsOf(scene, () => scene.person.dispatch("retell-drift-detection.yml", { branch: "develop", inputs: { workspace: "staging" } }));
    const pull = repository.openPulls().find(({ head }) => head.ref === "retell/drift/staging");
    if (pull === undefined) throw new Error("The drift was not found.");
    expect(await repository.readFile("retell/drift/staging", "agents/two/agent.json")).toContain("twice as slow");
    const decided = await write(scene, pull.number, commandIn(pull.body ?? "", "/retell use-git staging two"));
    expect([decided.outcome, isGreen(scene, pull.number)]).toEqual(["resolved", true]);
    expect(await repository.readFile("retell/drift/staging", "agents/two/agent.json")).toBe(agentFile("two"));
    expect(await land(scene, pull.number)).toBe("deployed");
    expect((await live(scene, "two")).prompt).toBe("Be two.");
    const history = await repository.git.run(["log", "--format=%s", "-Stwice as slow", "retell/state/staging", "--", "agents/two/staging.json"]);
    // Newest first: the commit that kept it before it was overwritten, and the one that let it go.
    expect(history.stdout.toString("utf8").trim().split("\n")).toEqual([expect.stringMatching(/^staging: two from/), expect.stringMatching(/^staging: deploying/)]);
  });
});

describe("retell-commands.yml, who may command and how", () => {
  /** A pull request with two open fields, and a command that decides about them. */
  let pull = { number: 0, head: "" };
  let command = "";

  test("people without write permission, bots, edited comments and quotations: nothing happens", async () => {
    const scene = theScene();
    const { repository } = scene;
    await editInConsole(scene, "one", { agent: { voice_speed: 0.8, interruption_sensitivity: 0.4 } });
    const opened = await propose(scene, { [ONE]: agentFile("one", { voice_speed: 1.4, interruption_sensitivity: 0.6 }) });
    pull = opened;
    command = commandIn(opened.report, "/retell use-console staging one");
    const { number } = pull;
    const refs = await refsOf(scene);

    const reader = await write(scene, number, command, new Person(repository, "rita", "read"));
    expect([reader.outcome, reader.signs]).toEqual(["ignored", ["confused"]]);
    const quoted = await write(scene, number, `> ${command}\n\nShall we?\n\n\`\`\`text\n${command}\n\`\`\`\n\nOr rather not: ${command}`);
    expect([quoted.outcome, quoted.signs]).toEqual(["ignored", []]);
    const [bot] = await runsOf(scene, () => repository.comment(number, command, "app[bot]"));
    expect(bot?.conclusion).toBe("skipped");
    // The comment is another one by the time its run starts.
    scene.actions.stop();
    const id = await scene.person.comment(number, command);
    const created = repository.events.findLast(({ name }) => name === "issue_comment");
    await scene.person.editComment(id, "Rather not.");
    scene.actions.start();
    if (created === undefined) throw new Error("The comment caused no event.");
    const [edited] = await runsOf(scene, () => Promise.resolve(deliver(repository, created)));
    expect([outcomeOf(edited), signsOf(scene, number, id)]).toEqual(["ignored", []]);
    expect(await runsOf(scene, () => scene.person.editComment(id, command))).toEqual([]);

    expect(await refsOf(scene)).toBe(refs);
    expect(answersOn(scene, number)).toEqual([]);
    expect(isGreen(scene, number)).toBe(false);
  });

  test("a comment is data: shell, expressions, workflow commands and 60 KB do nothing", async () => {
    const scene = theScene();
    const marker = join(tmpdir(), `retell-commands-${process.pid}-was-executed`);
    const digest = digestOf(command);
    const lines = [
      `/retell use-console staging one; touch ${marker} ${digest}`,
      `/retell use-console staging $(touch ${marker}) ${digest}`,
      `/retell use-git staging \`touch ${marker}\` ${digest}`,
      `/retell use-git staging one "agent.voice_speed" && touch ${marker} ${digest}`,
      "/retell diff ${{ secrets.RETELL_STAGING_READ_KEY }} ${{ github.token }}",
      "/retell use-git staging ../../../etc/passwd @0123456789ab",
      "/retell status staging\u2028::error title=owned::owned",
      "/retell help %0A::error title=owned::owned",
      "/retell <img src=x onerror=alert(1)> @dana",
      "::error title=owned::owned",
      "::set-output name=outcome::owned",
      "::stop-commands::owned",
      "::add-mask::e",
    ];
    const body = `${lines.join("\n")}\n/retell ${"A".repeat(60_000)}`;
    const refs = await refsOf(scene);
    const asked = await write(scene, pull.number, body);
    expect(asked.signs).toEqual(["eyes", "confused"]);
    expect(asked.outcome).toBe("refused");
    expect(await refsOf(scene)).toBe(refs);
    expect(existsSync(marker)).toBe(false);
    expect(asked.answer.length).toBeLessThan(60_000);
    expect(asked.answer).toContain("## ❌ Not Carried Out");
    // What was written stands in code spans only, where it is neither markup nor a mention.
    expect(asked.answer.replaceAll(/(`+)[^`].*?[^`]\1(?!`)/g, "")).not.toMatch(/<img|@dana/);

    const steps = asked.run?.jobs["commands"]?.steps ?? [];
    expect(steps.flatMap(({ annotations }) => annotations).filter(({ title, message }) => title === "owned" || message === "owned")).toEqual([]);
    const shown = [asked.answer, asked.run?.log ?? "", ...steps.flatMap((step) => [step.summary, JSON.stringify(step.outputs)])].join("\n");
    for (const secret of Object.values(scene.repository.environments.get("retell-read")?.secrets ?? {})) expect(shown).not.toContain(secret);
    expect(shown).not.toMatch(/gh[ps]_\w{16}/);
    // Nothing that the action printed is a command of the comment: the masks, groups and annotations are its own.
    expect(steps.flatMap(({ stdout }) => stdout.split("\n")).filter((line) => /^\s*::[a-z-]+.*owned/.test(line) && !line.startsWith("::error"))).toEqual([]);
  });

  test("two people at once: one after the other, both are carried out and answered, and neither undoes the other", async () => {
    const scene = theScene();
    const { repository } = scene;
    const { number, head } = pull;
    const before = answersOn(scene, number).length;
    const tip = await repository.tip(head);
    const rosa = new Person(repository, REVIEWER);
    const digest = digestOf(command);
    let ids: number[] = [];
    const runs = await runsOf(scene, async () => {
      ids = await Promise.all([scene.person.comment(number, `/retell use-console one agent.voice_speed ${digest}`), rosa.comment(number, `/retell use-git one agent.interruption_sensitivity ${digest}`)]);
    });
    expect(runs.map(outcomeOf)).toEqual(["resolved", "resolved"]);
    expect(ids.map((id) => signsOf(scene, number, id))).toEqual([["eyes", "+1"], ["eyes", "+1"]]);
    const answers = answersOn(scene, number).slice(before);
    expect(answers.map((answer) => /Asked for by (\w+)\./.exec(answer)?.[1]).toSorted()).toEqual(["dana", REVIEWER]);
    const commits = await repository.git.run(["rev-list", "--first-parent", `${tip}..${head}`]);
    expect(commits.stdout.toString("utf8").trim().split("\n")).toHaveLength(2);
    expect(await repository.readFile(head, ONE)).toBe(agentFile("one", { voice_speed: 0.8, interruption_sensitivity: 0.6 }));
    expect(isGreen(scene, number)).toBe(true);
    expect(await land(scene, number)).toBe("deployed");
    const { latest } = scene.staging.agents().find((agent) => agent.latest.agent["agent_name"] === "one") ?? {};
    expect(latest?.agent).toMatchObject({ voice_speed: 0.8, interruption_sensitivity: 0.6 });
    tellCase({ matrix: "races", subject: "retell-commands.yml", what: "two people's commands on one pull request at once", outcome: "resolved, both" });
  });

  test("a fork's pull request takes no decision, whoever writes it; its author is not even answered", async () => {
    const scene = theScene();
    const { repository } = scene;
    const fork = await scene.github.forkRepository("acme/voices", { owner: "stranger" });
    await fork.commit({ branch: "theirs", parent: "staging", files: { [ONE]: agentFile("one", { voice_speed: 2 }) }, message: "Faster" });
    await runsOf(scene, async () => void (pull = { number: (await repository.openPullRequest({ head: "theirs", base: "staging", title: "Faster", headRepo: "stranger/voices", user: "stranger" })).number, head: "theirs" }));
    const refs = [await refsOf(scene), await fork.tip("theirs")];
    const requests = scene.retell.requests.length;
    const stranger = await write(scene, pull.number, command, new Person(repository, "stranger", "read"));
    expect([stranger.outcome, stranger.answer, scene.retell.requests.length]).toEqual(["ignored", "", requests]);
    const refused = await write(scene, pull.number, command);
    expect([refused.outcome, refused.signs]).toEqual(["refused", ["eyes", "confused"]]);
    expect(refused.answer).toContain("(`fork-branch`)");
    expect([await refsOf(scene), await fork.tip("theirs")]).toEqual(refs);
  });
});
