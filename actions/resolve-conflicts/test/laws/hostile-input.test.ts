import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import MarkdownIt from "markdown-it";
import { agentFile, sampleFiles } from "@retell-actions/lab/scene/sample-files";
import { answersOn, command, digestOf, dispatch, edit, FILES, openPull, OVERWRITE, SALES, signsOf, startDeployed, type ResolveScene } from "./resolve-scene.ts";

const NASTY = "a|b `c` <img src=x onerror=alert(1)> @org/team #1 [x](https://evil.example) \u202egnp";
/** Items that people name as they like. */
const ITEMS = [NASTY, "__proto__", "constructor", 'with "quotes" and blanks', "with `ticks`"].map((name) => ({ type: "string", name, description: "As it was" }));
const EDITED = "Edited <b>now</b> | ```";
const sales = (speed: number): Parameters<typeof agentFile>[1] => ({ agent: { voice_speed: speed, post_call_analysis_data: ITEMS }, sections: ["shared/greeting", "sales/task"] });

/** An answer is text and tables: nothing in it is HTML, a link elsewhere, or a mention. */
function expectHarmless(body: string): void {
  const html = new MarkdownIt({ html: true, linkify: false }).render(body.replace(/^<!-- retell-actions .* -->\n/, ""));
  expect(html.replace(/<code>.*?<\/code>/gs, "").replace(/<pre>.*?<\/pre>/gs, "")).not.toMatch(/<img|onerror=alert\(1\)>|href="https:\/\/evil|@org\/team/);
  expect(body.length).toBeLessThanOrEqual(65_536);
}

let scene: ResolveScene;
let pull: number;
let tip: string;
const lastAnswer = (): string => answersOn(scene, pull).at(-1)?.body ?? "";

beforeAll(async () => {
  scene = await startDeployed({ files: { ...FILES, ...sampleFiles({ sales: sales(1) ?? {}, "use-git": {}, staging: {} }) } });
  pull = await openPull(scene, { [SALES]: agentFile("sales", sales(1.2)) });
  edit(scene, "sales", { agent: { voice_speed: 0.9, post_call_analysis_data: ITEMS.map((one) => ({ ...one, description: EDITED })) } });
  tip = await scene.repository.tip("feature");
}, 60_000);
afterAll(async () => {
  expect(scene.github.violations).toEqual([]);
  await scene.stop();
});

describe("nothing is decided by", () => {
  test.each<[string, string, string]>([
    ["51 commands", "/retell use-git sales @0123456789ab\n".repeat(51), "unknown-command"],
    ["a comment as long as GitHub takes them", "/retell use-git x\n".repeat(Math.floor(65_536 / 18)), "unknown-command"],
    ["names of JavaScript", "/retell use-git __proto__\r\n/retell use-git constructor\r\n/retell toString sales\r\n/retell use-git staging sales __proto__ @0123456789ab", "unknown-command"],
    ["HTML, Markdown and characters that nobody sees", `/retell use-git ${NASTY}\n/retell <script>alert(1)</script> \`x\`\n/retell use-git \u202esales\u202c\n/retell\u00a0use-git sales`, "unknown-command"],
    ["something like a digest", "/retell use-git sales @0123456789AB\n/retell use-git sales @ 0123456789ab", "unknown-command"],
  ])("%s", async (_name, body, reason) => {
    const count = answersOn(scene, pull).length;
    const run = await command(scene, pull, body);
    expect([answersOn(scene, pull).length, signsOf(scene, pull, run.id)]).toEqual([count + 1, ["eyes", "confused"]]);
    expect(["refused", "failed"]).toContain(run.outputs["outcome"]);
    expect(run.outputs["reason-code"]).toBe(reason);
    expect(await scene.repository.tip("feature")).toBe(tip);
    expectHarmless(lastAnswer());
    expectHarmless(run.summary);
  });
});

describe("names of people's making", () => {
  test("an agent that is called like a workspace needs both names; `all` and verbs are told apart", async () => {
    const run = await command(scene, pull, "/retell use-git staging\n/retell use-git staging staging @0123456789ab\n/retell diff use-git");
    const result = JSON.parse(run.outputs["result"] ?? "{}") as { commands: { kind: string; reason?: string }[] };
    expect(result.commands.map(({ kind, reason }) => reason ?? kind)).toEqual(["unknown-command", "live-changed", "diff"]);
  });

  test("a field whose name has quotes, in backticks as the report prints it; bots' answers are no commands", async () => {
    const digest = await digestOf(scene);
    await command(scene, pull, "/retell diff staging sales");
    expectHarmless(lastAnswer());
    const printed = [...lastAnswer().matchAll(/^\/retell use-git staging sales.*$/gm)].map(([line]) => line);
    expect(printed).toContain(`/retell use-git staging sales ${digest}`);
    const field = '`agent.post_call_analysis_data["with \\"quotes\\" and blanks"].description`';
    const run = await command(scene, pull, `/retell use-console staging sales ${field} ${digest}`);
    expect(run.outputs["outcome"]).toBe("resolved");
    expectHarmless(lastAnswer());
    expect((await scene.repository.readFile("feature", SALES))?.split(EDITED)).toHaveLength(2);
  });

  test("50 commands, blanks and CRLF; the same decision fifty times is one commit with one entry", async () => {
    const before = (await scene.repository.log("feature")).length;
    const digest = await digestOf(scene);
    const run = await command(scene, pull, `/retell   use-git\tstaging sales agent.voice_speed ${digest}  \r\n`.repeat(50));
    expect(run.outputs).toMatchObject({ outcome: "resolved", check: "conflicts" });
    expect((await scene.repository.log("feature")).length).toBe(before + 1);
    const entries = JSON.parse((await scene.repository.readFile("feature", OVERWRITE)) ?? "{}") as { fields: unknown };
    expect(entries.fields).toEqual({ "agent.voice_speed": 0.9 });
    expectHarmless(lastAnswer());
  });

  test("all items at once: adopted as they are, whatever they are called", async () => {
    const run = await command(scene, pull, `/retell use-console staging sales agent.post_call_analysis_data ${await digestOf(scene)}`);
    expect(run.outputs).toMatchObject({ outcome: "resolved", check: "passed" });
    const written = JSON.parse((await scene.repository.readFile("feature", SALES)) ?? "{}") as { post_call_analysis_data: unknown };
    expect(written.post_call_analysis_data).toEqual(ITEMS.map((item) => ({ ...item, description: EDITED })));
    expectHarmless(lastAnswer());
    const message = (await scene.repository.log("feature"))[0]?.message ?? "";
    expect(message.split("\n")[0]).toBe("Resolve conflicts with staging: sales");
  });

  test("a login with odd characters", async () => {
    const id = await scene.dana.comment(pull, "/retell help");
    const event = structuredClone(scene.repository.events.findLast(({ name }) => name === "issue_comment")?.payload) as { comment: { id: number; user: { login: string } } };
    event.comment.user.login = "../dana?x=<b>`";
    const run = await scene.action("resolve-conflicts", { branch: "develop", eventName: "issue_comment", event });
    expect(run.outputs).toMatchObject({ outcome: "ignored", "reason-code": "no-permission" });
    expect(id).toBe(event.comment.id);
    expectHarmless(run.summary);
  });

  test("a manual run with a line break in its command, or none at all", async () => {
    expect((await dispatch(scene, "use-git staging sales\n/retell use-git all")).outputs).toMatchObject({ outcome: "failed", "reason-code": "invalid-input" });
    expect((await dispatch(scene, "")).outputs).toMatchObject({ outcome: "failed", "reason-code": "invalid-input" });
  });
});
