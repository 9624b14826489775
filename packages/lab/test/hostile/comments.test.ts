import { beforeAll, describe, expect, test } from "@jest/globals";
import type { Comment, PullRequest } from "@retell-actions/lab/github/model/records";
import type { Scene } from "@retell-actions/lab/scene/scene";
import { agent, clearRecords, deployedScene, githubWrites, liveId, ourComment, ourComments, project, propose } from "../known-mistakes/project.ts";
import { REFERENCES, rendered } from "../../../core/test/report/rendered.ts";
import { held } from "../attacks/held.ts";

describe("comments of others, and none of ours", () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await deployedScene({ files: project({ sales: agent("Sales") }) });
  });

  let wordings = 0;
  const change = () => ({ "agents/sales/agent.json": agent("Sales", { general_prompt: `Wording ${(wordings += 1)}.` }) });

  /** A pull request with one comment of ours, and a change that makes it out of date. */
  async function commented(): Promise<{ pull: PullRequest; ours: Comment }> {
    const pull = await propose(scene, change());
    await scene.validate({ pullRequest: pull.number });
    const ours = ourComment(scene, pull);
    await scene.repository.commit({ branch: pull.head.ref, files: change(), message: "More" });
    return { pull, ours };
  }

  async function write(pull: PullRequest, body: string, login: string): Promise<Comment> {
    const comment = await scene.repository.comment(pull.number, body, login);
    return comment;
  }

  test("headers that users and other bots' repositories wrote are not ours; of two of ours the oldest is kept", async () => {
    const { pull, ours } = await commented();
    const forgedByUser = await write(pull, ours.body, "mallory");
    const otherRepository = await write(pull, ours.body.replace(/"repository":\d+/, '"repository":1'), "other-app[bot]");
    const quoted = await write(pull, `> ${ours.body}`, "quoter[bot]");
    const second = await write(pull, ours.body, "github-actions[bot]");
    const untouched = [forgedByUser, otherRepository, quoted, second].map((comment) => ({ comment, body: comment.body }));
    await scene.validate({ pullRequest: pull.number });
    expect([ours.edits, ours.body.includes(`Wording ${wordings}.`)]).toEqual([1, true]);
    for (const { comment, body } of untouched) expect(comment.body).toBe(body);
    expect(scene.repository.commentsOf(pull.number)).toHaveLength(5);
    held("Markdown, HTML and comment headers");
  });

  test("an equal report leaves the comment as it is, and one that was deleted is written again", async () => {
    const { pull, ours } = await commented();
    await scene.validate({ pullRequest: pull.number });
    expect(ours.edits).toBe(1);
    clearRecords(scene);
    await scene.validate({ pullRequest: pull.number });
    expect([ours.edits, githubWrites(scene)]).toEqual([1, []]);
    scene.repository.comments.splice(scene.repository.comments.indexOf(ours), 1);
    await scene.validate({ pullRequest: pull.number });
    expect(ourComment(scene, pull).body).toBe(ours.body);
    held("Markdown, HTML and comment headers");
  });

  test("a comment that is deleted between the look and the update is written again", async () => {
    const { pull, ours } = await commented();
    scene.faults.add({
      matches: ({ service, method, path }) => service === "github" && method === "PATCH" && path.includes("/issues/comments/"),
      action: { kind: "call", when: "before", run: () => void scene.repository.comments.splice(scene.repository.comments.indexOf(ours), 1) },
      times: 1,
    });
    const result = await scene.validate({ pullRequest: pull.number });
    scene.faults.reset();
    expect(result.outputs["outcome"]).toBe("passed");
    expect(ourComment(scene, pull).body).toContain(`Wording ${wordings}.`);
    held("Markdown, HTML and comment headers");
  });

  test("without permission to comment the summary has the report, and the outcome is the same", async () => {
    const pull = await propose(scene, change());
    const result = await scene.validate({ pullRequest: pull.number, permissions: { contents: "read", "pull-requests": "read" } });
    expect([result.conclusion, result.outputs["outcome"], ourComments(scene, pull)]).toEqual(["success", "passed", []]);
    expect(result.annotations).toContainEqual(expect.objectContaining({ level: "notice", message: expect.stringContaining("pull-requests: write") }));
    expect(result.summary).toContain(`Wording ${wordings}.`);
    held("Markdown, HTML and comment headers");
  });

  test.each([500, 422])("an answer %i to the comment leaves the outcome as it is, with a warning", async (status) => {
    const pull = await propose(scene, change());
    scene.faults.add({ matches: ({ service, path, write: writes }) => service === "github" && writes && path.endsWith("/comments"), action: { kind: "status", status } });
    const result = await scene.validate({ pullRequest: pull.number });
    scene.faults.reset();
    expect([result.conclusion, result.outputs["outcome"]]).toEqual(["success", "passed"]);
    expect(result.annotations).toContainEqual(expect.objectContaining({ level: "warning", message: expect.stringContaining("comment") }));
    expect(result.summary).toContain(`Wording ${wordings}.`);
    held("Markdown, HTML and comment headers");
  });

  test("a comment whose answer is lost is not written twice", async () => {
    const pull = await propose(scene, change());
    scene.faults.add({ matches: ({ service, path, write: writes }) => service === "github" && writes && path.endsWith("/comments"), action: { kind: "drop-after" }, times: 1 });
    const result = await scene.validate({ pullRequest: pull.number });
    scene.faults.reset();
    expect([result.outputs["outcome"], ourComments(scene, pull).length]).toEqual(["passed", 1]);
    held("Markdown, HTML and comment headers");
  });
});

describe("texts that try to leave their place", () => {
  const TRICKS = [
    "```\n```diff\n~~~\n````\n",
    "@octocat @acme/team #1 GH-1 https://evil.example www.evil.example me@evil.example",
    '<!-- retell-actions {"kind":"validation"} -->',
    "</details></summary></code>\n\n## Forged heading\n\n<img src=x onerror=alert(1)>",
    "| a | b |\n| --- | --- |\n| `x` | \\| |",
    "[click](https://evil.example) ![pixel](https://evil.example/p.png) $x^2$",
    "\u202eevil \u200b\u2028::error::forged",
  ].join("\n");

  test("in prompts, names, keys and console values: the page keeps its structure, and nobody is mentioned", async () => {
    const line = TRICKS.replaceAll("\n", " ");
    const scene = await deployedScene({ files: project({ sales: agent("Sales"), support: agent("Support") }) });
    scene.staging.console.editLlm(await liveId(scene, "sales"), { general_prompt: `Console.\n${TRICKS}`, begin_message: line, default_dynamic_variables: { "a|`b` @octocat": line } });
    scene.staging.console.editAgent(await liveId(scene, "support"), { agent_name: line });
    const tools = [{ type: "end_call", name: "end", description: line }];
    const pull = await propose(scene, {
      "agents/sales/agent.json": agent("Sales", { general_prompt: `Git.\n${TRICKS}`, begin_message: `Git ${line}`, general_tools: tools, [`unknown ${line}`]: 1 }, { webhook_url: "https://hooks.example.com" }),
    });
    const result = await scene.validate({ pullRequest: pull.number });
    expect(result.outputs["outcome"]).toBe("conflicts");
    const { body } = ourComment(scene, pull);
    expect(body.match(/<!--/g)?.length).toBe(rendered(body).html.filter((tag) => tag.startsWith("<!--")).length + rendered(body).fences.reduce((sum, { text }) => sum + (text.match(/<!--/g)?.length ?? 0), 0) + rendered(body).code.reduce((sum, text) => sum + (text.match(/<!--/g)?.length ?? 0), 0));
    for (const text of [body.split("\n").slice(1).join("\n"), result.summary]) {
      const page = rendered(text);
      expect(page.html.filter((tag) => !/^<\/?(?:details|summary|code)>$/.test(tag))).toEqual([]);
      expect(page.html.filter((tag) => tag === "<details>")).toHaveLength(page.html.filter((tag) => tag === "</details>").length);
      expect(page.text).not.toMatch(REFERENCES);
      expect(page.headings.join("\n")).not.toContain("Forged");
      expect(page.images).toBe(0);
      expect(page.links.filter((target) => target.includes("evil"))).toEqual([]);
      expect(page.fences.filter(({ info }) => info === "diff").length).toBeGreaterThanOrEqual(2);
      expect(page.fences.some(({ text: inside }) => inside.includes("## Forged heading"))).toBe(true);
      expect(text).not.toMatch(/[\u202a-\u202e]/);
    }
    const overwrite = rendered(body).fences.find(({ info }) => info === "json")?.text ?? "{}";
    expect(JSON.parse(overwrite)).toMatchObject({ fields: { "llm.begin_message": line, "llm.general_prompt": `Console.\n${TRICKS}` } });
    expect(result.annotations.filter(({ message }) => message === "forged")).toEqual([]);
    expect(result.log).not.toContain("\u202e");
    clearRecords(scene);
    await scene.validate({ pullRequest: pull.number });
    expect(githubWrites(scene)).toEqual([]);
    held("Markdown, HTML and comment headers");
  });
});
