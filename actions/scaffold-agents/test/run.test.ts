import { describe, expect, test } from "@jest/globals";
import { answersOf, byHand, byIssue, changesOf, DESK, formBody, onlyPull, startWorld, writesOf } from "./memory-scene.ts";

const BRANCH = "retell/scaffold/sales-eu";
const CHECK = "Validate & Check Conflicts";

describe("a run by hand", () => {
  test("one agent: files, sections and mentions of them, in one pull request whose commit says that it is checked", async () => {
    const world = startWorld();
    const report = await byHand(world, { names: "sales-eu", template: "desk" });
    expect(report).toMatchObject({ outcome: "scaffolded", reason: "ok", outputs: { agents: '["sales-eu"]', branch: BRANCH, "pull-request": String(onlyPull(world).number) } });
    expect(changesOf(world, BRANCH)).toEqual({
      "agents/sales-eu/agent.json": `{
    "agent_name": "Sales Eu",
    "voice_id": "11labs-Adrian",
    "llm_config": { "start_speaker": "agent", "prompt_config": { "sections": ["sales-eu/who", "sales-eu/deep/how", "shared/tone"], "overrides": { "sales-eu/who": "You are a test." } } }
}
`,
      "agents/sales-eu/agent.production.json": '{"llm_config":{"prompt_config":{"sections":["sales-eu/deep/how"]}}}\n',
      "prompts/sales-eu/who.md": "You are the desk.\r\n",
      "prompts/sales-eu/deep/how.txt": "Be brief.",
    });
    expect(onlyPull(world)).toMatchObject({ base: "develop", head: BRANCH, title: "New agent from desk: sales-eu", state: "open" });
    expect(world.github.statuses).toEqual([expect.objectContaining({ commit: onlyPull(world).headSha, context: CHECK, state: "success" })]);
    expect(onlyPull(world).body).toContain("| `sales-eu` | Sales Eu | `agents/sales-eu/agent.json`<br>");
  });

  test("several agents, by line and comma, with marks of a list", async () => {
    const world = startWorld();
    const report = await byHand(world, { names: "- sales-eu\n* sales-us\n\n  sales-apac, sales-latam", template: "desk" });
    expect(report.outputs["agents"]).toBe('["sales-eu","sales-us","sales-apac","sales-latam"]');
    expect(Object.keys(changesOf(world, BRANCH)).filter((path) => path.endsWith("/agent.json")).sort()).toEqual(["apac", "eu", "latam", "us"].map((end) => `agents/sales-${end}/agent.json`));
    expect(onlyPull(world).title).toBe("New agents from desk: sales-eu, sales-us, sales-apac and 1 more");
  });

  test("several productions: what the template says of production is said of each", async () => {
    const world = startWorld({
      "workspaces.json": JSON.stringify({ mode: "multi-production", staging: { api_key_env: "RETELL_S" }, production: { "prod-eu": { api_key_env: "RETELL_E" }, "prod-us": { api_key_env: "RETELL_U" } } }),
    });
    await byHand(world, { names: "sales-eu", template: "desk" });
    expect(Object.keys(changesOf(world, BRANCH)).filter((path) => path.includes("agent.")).sort()).toEqual(["agents/sales-eu/agent.json", "agents/sales-eu/agent.prod-eu.json", "agents/sales-eu/agent.prod-us.json"]);
  });

  test("a project in a folder", async () => {
    const files = Object.fromEntries(Object.entries(DESK).map(([path, text]) => [`voice/${path}`, text]));
    const world = startWorld({ ...files, "voice/workspaces.json": JSON.stringify({ staging: { api_key_env: "RETELL_S" }, production: { api_key_env: "RETELL_P" } }) });
    await byHand(world, { names: "sales-eu", template: "desk", workingDirectory: "./voice/" });
    expect(Object.keys(changesOf(world, "retell/scaffold/voice/sales-eu")).every((path) => path.startsWith("voice/"))).toBe(true);
    expect(Object.keys(changesOf(world, "retell/scaffold/voice/sales-eu"))).toContain("voice/prompts/sales-eu/who.md");
  });

  test("to a branch that deploys: nobody has compared with Retell, so no status says so", async () => {
    const world = startWorld();
    await byHand(world, { names: "sales-eu", template: "desk", base: "staging" });
    expect(onlyPull(world).base).toBe("staging");
    expect(world.github.statuses).toEqual([]);
    expect(onlyPull(world).body).toContain("close this one and open it again");
  });

  test("a template that comes with the action; one of the repository goes before it", async () => {
    const world = startWorld();
    expect((await byHand(world, { names: "help", template: "customer-service" })).outcome).toBe("scaffolded");
    expect(Object.keys(changesOf(world, "retell/scaffold/help"))).toContain("prompts/help/identity.md");
    expect(onlyPull(world).body).toContain("About this template");
    const other = startWorld({ "templates/customer-service/agent.json": DESK["templates/desk/agent.json"].replace('"who", "deep/how", ', "").replace(/, "overrides": \{[^}]*\}/, "") });
    await byHand(other, { names: "help", template: "customer-service" });
    expect(Object.keys(changesOf(other, "retell/scaffold/help"))).toEqual(["agents/help/agent.json"]);
  });

  test("without names it is not known what to make", async () => {
    await expect(byHand(startWorld(), {})).rejects.toMatchObject({ reason: "invalid-input", message: expect.stringContaining("Input names is missing") });
  });
});

describe("all or nothing", () => {
  test.each([
    ["a name that is none", "sales-eu\nSales Team", "line 2: \"Sales Team\" cannot name an agent", "sales-team"],
    ["a way out", "../../x", "cannot name an agent", ""],
    ["twice", "sales-eu\nsales-us\nsales-eu", "line 3: \"sales-eu\" is given twice; the first is in line 1", ""],
    ["an agent that is there", "sales-eu, greeter", "There is an agent \"greeter\" already", ""],
    ["sections that are there", "shared", "\"prompts/shared\", where the prompt sections of \"shared\" would go", ""],
    ["only marks", "-,,\n ,", "cannot name an agent", ""],
  ])("%s", async (_, names, message, hint) => {
    const world = startWorld({ "agents/greeter/agent.json": DESK["templates/desk/agent.json"].replaceAll('"who", "deep/how", ', "").replace(/, "overrides": \{[^}]*\}/, "") });
    const report = await byHand(world, { names, template: "desk" });
    expect(report).toMatchObject({ outcome: "invalid", reason: "invalid-input", outputs: { agents: "[]", branch: "", "pull-request": "" } });
    expect(report.message).toContain(message);
    expect(report.message).toContain(hint);
    expect(writesOf(world)).toEqual([]);
  });

  test("folders that differ in case only", async () => {
    const world = startWorld({ "prompts/Sales-EU/x.md": "X" });
    expect((await byHand(world, { names: "sales-eu", template: "desk" })).message).toContain('"prompts/Sales-EU"');
  });

  test("too many", async () => {
    const report = await byHand(startWorld(), { names: Array.from({ length: 51 }, (_, index) => `a${index}`).join("\n"), template: "desk" });
    expect(report.message).toContain("at most 50");
  });

  test("a template that is not there, with what there is", async () => {
    const world = startWorld();
    const report = await byHand(world, { names: "sales-eu", template: "desc" });
    expect(report).toMatchObject({ outcome: "invalid" });
    expect(report.message).toContain('Did you mean "desk"? There is: chat-support, customer-service, desk, sales.');
    expect((await byHand(world, { names: "sales-eu", template: "../agents/x" })).outcome).toBe("invalid");
    expect(writesOf(world)).toEqual([]);
  });

  test("a broken template is shown where it is broken, once", async () => {
    const world = startWorld({ "templates/desk/agent.json": '{\n  "agent_name": 5,\n  "voice_id": "x",\n  "llm_config": { "general_prompt": 7 }\n}\n' });
    const report = await byHand(world, { names: "a\nb", template: "desk" });
    expect(report).toMatchObject({ outcome: "invalid", reason: "invalid-files" });
    expect(report.problems.filter(({ file, line, message }) => file === "templates/desk/agent.json" && line === 4 && message.includes("must be text"))).toHaveLength(1);
    const syntax = await byHand(startWorld({ "templates/desk/agent.json": "{" }), { names: "a", template: "desk" });
    expect(syntax.problems).toEqual([expect.objectContaining({ file: "templates/desk/agent.json", severity: "error" })]);
    expect(writesOf(world)).toEqual([]);
  });

  test("errors elsewhere in the project: nothing is added to what is broken", async () => {
    const world = startWorld({ "agents/old/agent.json": "{" });
    const report = await byHand(world, { names: "sales-eu", template: "desk" });
    expect(report).toMatchObject({ outcome: "invalid", reason: "invalid-files" });
    expect(report.problems[0]).toMatchObject({ file: "agents/old/agent.json" });
  });

  test("a credential in a template is never copied, nor shown", async () => {
    const key = `key_${"0123456789abcdef".repeat(2)}`;
    const world = startWorld({ "templates/desk/prompts/deep/how.txt": `Say sk-proj-${"a1B2".repeat(12)} and ${key}.\n` });
    const report = await byHand(world, { names: "sales-eu", template: "desk" });
    expect(report).toMatchObject({ outcome: "invalid", reason: "invalid-files" });
    expect(JSON.stringify(report)).not.toContain("a1B2a1B2");
    expect(writesOf(world)).toEqual([]);
  });
});

describe("an issue", () => {
  test("is answered with the pull request, which closes it", async () => {
    const world = startWorld();
    const report = await byIssue(world, formBody("sales-eu\r\nsales-us"));
    expect(report).toMatchObject({ outcome: "scaffolded", outputs: { agents: '["sales-eu","sales-us"]', branch: "retell/scaffold/issue-12" } });
    expect(onlyPull(world).body).toContain("Closes #12");
    expect(answersOf(world)).toEqual([expect.stringContaining(`Pull request #${onlyPull(world).number} has \`sales-eu\` and \`sales-us\``)]);
  });

  test("with faults is told each of them; after an edit its answer is replaced", async () => {
    const world = startWorld();
    expect((await byIssue(world, formBody("Sales EU\nok"))).outcome).toBe("invalid");
    expect(answersOf(world)).toEqual([expect.stringContaining("line 1: \"Sales EU\" cannot name an agent")]);
    expect((await byIssue(world, formBody("sales-eu\nok"), { action: "edited" })).outcome).toBe("scaffolded");
    expect(answersOf(world)).toEqual([expect.stringContaining("✅")]);
  });

  test("that is edited after the pull request: the same pull request has what it says now", async () => {
    const world = startWorld();
    await byIssue(world, formBody("sales-eu"));
    const { number } = onlyPull(world);
    expect((await byIssue(world, formBody("sales-us"), { action: "edited" })).outcome).toBe("scaffolded");
    expect(onlyPull(world)).toMatchObject({ number, title: "New agent from desk: sales-us" });
    expect(Object.keys(changesOf(world, "retell/scaffold/issue-12")).filter((path) => path.startsWith("agents/")).every((path) => path.startsWith("agents/sales-us/"))).toBe(true);
    expect(world.github.statuses.at(-1)?.commit).toBe(onlyPull(world).headSha);
  });

  test.each([
    ["somebody without permission", { author: "stranger" }, "no-permission"],
    ["an edit by somebody without permission", { action: "edited", actor: "stranger" }, "no-permission"],
    ["a deleted account", { author: "" }, "no-permission"],
    ["a bot", { author: "x[bot]" }, "not-a-request"],
    ["one that is closed", { action: "closed" }, "not-a-request"],
  ] as const)("of %s is neither carried out nor answered", async (_, changes, reason) => {
    const world = startWorld();
    expect(await byIssue(world, formBody("sales-eu"), changes)).toMatchObject({ outcome: "ignored", reason, outputs: { agents: "[]" } });
    expect(writesOf(world)).toEqual([]);
  });

  test("that says something else by now is not carried out: a re-run of an older run undoes no edit", async () => {
    const world = startWorld();
    await byIssue(world, formBody("sales-eu\nsales-us"));
    await byIssue(world, formBody("sales-apac"), { action: "edited" });
    const before = [{ ...onlyPull(world) }, answersOf(world)];
    world.github.writes.length = 0;
    expect(await byIssue(world, formBody("sales-eu\nsales-us"), { now: formBody("sales-apac"), job: { runAttempt: 2 } })).toMatchObject({ outcome: "ignored", reason: "comment-changed" });
    expect(await byIssue(world, formBody("sales-eu"), { now: null })).toMatchObject({ outcome: "ignored", reason: "comment-changed" });
    expect([writesOf(world), [{ ...onlyPull(world) }, answersOf(world)]]).toEqual([[], before]);
    // Line ends are none of the text.
    expect(await byIssue(world, formBody("sales-apac").replaceAll("\n", "\r\n"), { now: formBody("sales-apac") })).toMatchObject({ outcome: "unchanged" });
  });

  test("whose edit cannot be carried out is told which pull request it has still", async () => {
    const world = startWorld();
    await byIssue(world, formBody("sales-eu"));
    const report = await byIssue(world, formBody("Sales EU"), { action: "edited" });
    const still = `Pull request #${onlyPull(world).number} is still open and holds what this issue asked for before: New agent from desk: sales-eu.`;
    expect(report).toMatchObject({ outcome: "invalid", message: expect.stringContaining(still) });
    expect(answersOf(world)).toEqual([expect.stringContaining("is still open and holds what this issue asked for before: New agent from desk: sales-eu.")]);
    world.github.closePullRequest(onlyPull(world).number);
    expect((await byIssue(world, formBody("Sales EU"), { action: "edited" })).message).not.toContain("still open");
  });

  test("of another kind is ignored; a form with a heading twice is not guessed at", async () => {
    const world = startWorld();
    expect(await byIssue(world, "It is broken")).toMatchObject({ outcome: "ignored", reason: "not-a-request" });
    expect(writesOf(world)).toEqual([]);
    const report = await byIssue(world, `${formBody("sales-eu")}${formBody("sales-us")}`);
    expect(report).toMatchObject({ outcome: "invalid" });
    expect(report.message).toContain("more than once");
  });

  test("cannot be mixed with inputs", async () => {
    await expect(byIssue(startWorld(), formBody("x"), { inputs: { names: "y", template: "desk" } })).rejects.toMatchObject({ reason: "invalid-input" });
  });

  test("is told a failure, and the failure stays the one that is reported", async () => {
    const world = startWorld();
    world.github.mayOpenPullRequests = false;
    await expect(byIssue(world, formBody("sales-eu"))).rejects.toMatchObject({ reason: "pull-requests-not-allowed", message: expect.stringContaining("/compare/develop...retell/scaffold/issue-12") });
    expect(answersOf(world)).toEqual([expect.stringContaining("No new agents")]);
    world.github.mayOpenPullRequests = true;
    expect((await byIssue(world, formBody("sales-eu"), { job: { runAttempt: 2 } })).outcome).toBe("scaffolded");
    expect(answersOf(world)).toEqual([expect.stringContaining("✅")]);
  });

  test("is text: markup, mentions and expressions in it do nothing", async () => {
    const world = startWorld();
    await byIssue(world, formBody("@team `x` ${{ secrets.A }} <img src=x>"));
    const [answer = ""] = answersOf(world);
    expect(answer).not.toMatch(/[^\u200b]@team|<img|^#/m);
  });
});

describe("again", () => {
  test("L6: the same request writes nothing, whatever else came to the base", async () => {
    const world = startWorld();
    await byIssue(world, formBody("sales-eu"));
    const { headSha, body } = onlyPull(world);
    world.git.commit("develop", { "README.md": "Words\n" }, "Words");
    world.github.writes.length = 0;
    expect(await byIssue(world, formBody("sales-eu"), { job: { runAttempt: 2 } })).toMatchObject({ outcome: "unchanged", outputs: { agents: '["sales-eu"]' } });
    expect(writesOf(world)).toEqual([]);
    expect(onlyPull(world)).toMatchObject({ headSha, body });
  });

  test("merged: it is done, also when somebody has deleted the agent since; a new run by hand makes it anew", async () => {
    const world = startWorld();
    await byIssue(world, formBody("sales-eu"));
    await byHand(world, { names: "other", template: "desk" });
    for (const { number } of world.github.pulls.values()) world.github.mergePullRequest(number);
    for (const again of [byIssue(world, formBody("sales-eu"), { job: { runAttempt: 2 } }), byHand(world, { names: "other", template: "desk" })]) expect((await again).outcome).toBe("unchanged");
    const gone = [...(world.git.commits.get(world.git.branches.get("develop") ?? "")?.files.keys() ?? [])].filter((path) => /^(agents|prompts)\/(sales-eu|other)\//.test(path));
    world.git.commit("develop", Object.fromEntries(gone.map((path) => [path, null])), "Away with them");
    world.github.writes.length = 0;
    expect((await byIssue(world, formBody("sales-eu"), { action: "edited" })).outcome).toBe("unchanged");
    expect((await byHand(world, { names: "other", template: "desk" }, { runAttempt: 2 })).outcome).toBe("unchanged");
    expect(writesOf(world)).toEqual([]);
    expect((await byHand(world, { names: "other", template: "desk" })).outcome).toBe("scaffolded");
  });

  test("closed by somebody: not opened again by the issue or a re-run, but by a new run by hand", async () => {
    const world = startWorld();
    await byHand(world, { names: "sales-eu", template: "desk" });
    world.github.closePullRequest(onlyPull(world).number);
    world.github.writes.length = 0;
    const report = await byHand(world, { names: "sales-eu", template: "desk" }, { runAttempt: 2 });
    expect(report).toMatchObject({ outcome: "unchanged", message: expect.stringContaining("closed by somebody") });
    expect(writesOf(world)).toEqual([]);
    expect((await byHand(world, { names: "sales-eu", template: "desk" })).outcome).toBe("scaffolded");
  });

  test("L5: a person's commits on the branch stay; the same request leaves them, another one is refused", async () => {
    const world = startWorld();
    await byIssue(world, formBody("sales-eu"));
    const branch = "retell/scaffold/issue-12";
    const own = world.git.commit(branch, { "prompts/sales-eu/who.md": "Mine\n" }, "Mine");
    expect(await byIssue(world, formBody("sales-eu"), { action: "edited" })).toMatchObject({ outcome: "unchanged", message: expect.stringContaining("Somebody works on the branch") });
    await expect(byIssue(world, formBody("sales-us"), { action: "edited" })).rejects.toMatchObject({ reason: "branch-moved" });
    expect(world.git.branches.get(branch)).toBe(own);
  });

  test("another request by hand for the same first name waits for the first one", async () => {
    const world = startWorld();
    await byHand(world, { names: "sales-eu, sales-us", template: "desk" });
    const { headSha } = onlyPull(world);
    await expect(byHand(world, { names: "sales-eu, sales-apac", template: "desk" })).rejects.toMatchObject({ reason: "branch-moved", message: expect.stringContaining("Merge or close that one first") });
    expect(onlyPull(world).headSha).toBe(headSha);
    // The order of names is none of the request.
    expect((await byHand(world, { names: "sales-eu, sales-us", template: "desk" })).outcome).toBe("unchanged");
  });

  test("L4: broken off at any write, a re-run ends the same, with one pull request and one answer", async () => {
    const picture = (world: ReturnType<typeof startWorld>) => ({ pull: { ...onlyPull(world), headSha: "", number: 0 }, files: changesOf(world, "retell/scaffold/issue-12"), answers: answersOf(world).map((text) => text.replace(/#\d+/g, "#")), checked: world.github.statuses.some(({ commit }) => commit === onlyPull(world).headSha) });
    const plain = startWorld();
    await byIssue(plain, formBody("sales-eu\nsales-us"));
    expect(writesOf(plain)).toEqual(["createCommit", "moveRef", "setStatus", "openPullRequest", "createComment"]);
    for (const when of ["before", "after"] as const) {
      for (let at = 0; at < writesOf(plain).length; at += 1) {
        const world = startWorld();
        let seen = 0;
        world.github[when] = () => {
          seen += 1;
          if (seen === at + 1) throw new Error("The machine is gone.");
        };
        await expect(byIssue(world, formBody("sales-eu\nsales-us"))).rejects.toThrow();
        world.github[when] = undefined;
        await byIssue(world, formBody("sales-eu\nsales-us"), { job: { runAttempt: 2 } });
        expect({ at, when, ...picture(world) }).toEqual({ at, when, ...picture(plain), pull: { ...picture(plain).pull, url: onlyPull(world).url } });
      }
    }
  });

  test("somebody moves the branch in between: looked at again, and never pushed over", async () => {
    const world = startWorld();
    let own = "";
    world.github.before = ({ method }) => {
      if (method === "moveRef" && own === "") own = world.git.commit(BRANCH, { x: "1" }, "Faster");
    };
    await expect(byHand(world, { names: "sales-eu", template: "desk" })).rejects.toMatchObject({ reason: "branch-moved", message: expect.stringContaining("Somebody committed") });
    expect(world.git.branches.get(BRANCH)).toBe(own);
  });

  test("cancelled before anything is written", async () => {
    const world = startWorld();
    world.cancel();
    await expect(byHand(world, { names: "sales-eu", template: "desk" })).rejects.toMatchObject({ reason: "cancelled" });
    expect(writesOf(world)).toEqual([]);
  });
});
