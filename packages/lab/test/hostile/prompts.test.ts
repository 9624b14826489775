import { describe, expect, test } from "@jest/globals";
import { agent, deployedScene, json, openScene, ourComment, project, propose, push, retellWrites, said, sectionAgent } from "../known-mistakes/project.ts";
import { rendered } from "../../../core/test/report/rendered.ts";
import { held } from "../attacks/held.ts";

describe("hostile prompt sections", () => {
  test("nothing outside of prompts/ can be reached, and each try is an error in its line", async () => {
    const scene = await openScene({ files: project({ sales: agent("Sales") }, { "secret.txt": "TOP SECRET\n" }) });
    const sections = ["../secret", "base/../../secret", "/etc/passwd", "link", "folder/secret", "twice", "a\\..\\secret", "nul\u0000byte", "C:/secret", "", "missing"];
    const pull = await scene.repository
      .commit({
        branch: "evil",
        parent: "staging",
        message: "Evil",
        files: {
          "agents/sales/agent.json": sectionAgent("Sales", sections),
          "prompts/link.txt": "../secret.txt",
          "prompts/folder": "..",
          "prompts/twice.txt": "One.\n",
          "prompts/twice.md": "Two.\n",
        },
        modes: { "prompts/link.txt": "120000", "prompts/folder": "120000" },
      })
      .then(() => scene.repository.openPullRequest({ head: "evil", base: "staging", title: "Evil" }));
    const result = await scene.validate({ pullRequest: pull.number });
    expect(result.outputs).toMatchObject({ outcome: "invalid", errors: String(sections.length) });
    const lines = result.annotations.filter(({ level, file }) => level === "error" && file === "agents/sales/agent.json").map(({ line }) => line);
    expect(new Set(lines).size).toBe(lines.length);
    expect(result.summary.match(/^- ❌ `agents\/sales\/agent\.json:\d+:\d+`/gm)).toHaveLength(sections.length);
    for (const text of [said(result), ourComment(scene, pull).body]) expect(text).not.toMatch(/TOP SECRET|root:/);
    held("prompt sections");
  });

  test("line ends, byte order marks, replacement patterns and braces come through as they should", async () => {
    const prompts = {
      "prompts/windows.txt": "\uFEFFOne\r\nTwo $& $$\r\n",
      "prompts/deep/er.md": "\n\nThree {{name}} {{current_time}} {single} {{{x}}}\n\n",
      "prompts/empty.txt": "",
    };
    const scene = await deployedScene({ files: project({ sales: sectionAgent("Sales", ["windows", "deep/er", "empty"], { name: "$&{{x}}" }) }, prompts) });
    expect(scene.staging.agents()[0]?.latest.engine?.["general_prompt"]).toBe("One\nTwo $& $$\n\n\n\nThree $&{{x}} {{current_time}} {single} {{{x}}}\n\n\n");
    expect((await scene.deploy()).outputs["outcome"]).toBe("unchanged");
    held("prompt sections");
  });

  test("NUL bytes and bytes that are no text are refused with the file's name", async () => {
    const scene = await openScene({ files: project({ sales: agent("Sales") }) });
    const pull = await propose(scene, {
      "agents/sales/agent.json": sectionAgent("Sales", ["binary", "nul"]),
      "prompts/binary.txt": Buffer.from([0xff, 0xfe, 0x41, 0x00]),
      "prompts/nul.txt": "Be nice.\nAnd\u0000quiet.\n",
    });
    const result = await scene.validate({ pullRequest: pull.number });
    expect(result.outputs["outcome"]).toBe("invalid");
    expect(said(result)).toContain("prompts/binary.txt");
    expect(result.annotations).toContainEqual(expect.objectContaining({ level: "error", file: "prompts/nul.txt", line: 2, col: 4 }));
    held("prompt sections");
  });

  test("a prompt that is too long for Retell fails with Retell's reason, and the log stays short", async () => {
    const scene = await openScene({ files: project({ sales: sectionAgent("Sales", ["long"]) }, { "prompts/long.txt": "All work and no play. ".repeat(48_000) }) });
    const result = await scene.deploy();
    expect(result.outputs).toMatchObject({ outcome: "partially-deployed", failed: '["sales"]' });
    expect(said(result)).toMatch(/token/i);
    expect(result.log.length).toBeLessThan(20_000);
    expect(result.summary.length).toBeLessThan(20_000);
    held("prompt sections");
  });
});

describe("a prompt of 500 KB that changes in every line", () => {
  const lines = (word: string): string => `${Array.from({ length: 10_000 }, (_, index) => `Line ${index}: say ${word} to the caller, whatever happens.`).join("\n")}\n`;

  test("the comment stays below its limit and says what it left out; the summary has more", async () => {
    const files = project({ long: sectionAgent("Long", ["long"]), sales: agent("Sales") }, { "prompts/long.txt": lines("hello") });
    const scene = await deployedScene({ files, retell: { promptTokenLimit: Infinity } });
    scene.staging.console.editLlm(scene.staging.agents().find((picture) => picture.latest.agent["agent_name"] === "Long")?.id ?? "", { general_prompt: lines("goodbye").trimEnd() });
    const pull = await propose(scene, { "prompts/long.txt": lines("welcome"), "agents/sales/agent.json": agent("Sales", { general_prompt: "Sell." }) });
    const result = await scene.validate({ pullRequest: pull.number });
    expect(result.outputs).toMatchObject({ outcome: "conflicts", "conflicting-agents": '["long"]' });
    const { body } = ourComment(scene, pull);
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(60_000);
    expect(body).toMatch(/Left out to stay within GitHub's size limit: .*full texts/);
    expect(body).toContain("The job summary of this check has more of it.");
    for (const kept of ["`long` is left alone", "Resolution Required", "`sales`"]) expect(body).toContain(kept);
    expect(rendered(body.split("\n").slice(1).join("\n")).html.filter((tag) => !/^<\/?(?:details|summary|code)>$/.test(tag))).toEqual([]);
    expect(Buffer.byteLength(result.summary)).toBeGreaterThan(Buffer.byteLength(body));
    expect(Buffer.byteLength(result.summary)).toBeLessThan(1_048_576);
    expect(Buffer.byteLength(result.outputs["result"] ?? "")).toBeLessThan(200 * 1024);

    await push(scene, { "prompts/long.txt": lines("goodbye"), "workspaces.json": json(JSON.parse(files["workspaces.json"] ?? "")) });
    scene.retell.clearRequests();
    expect((await scene.deploy()).outputs).toMatchObject({ outcome: "unchanged" });
    expect(retellWrites(scene)).toEqual([]);
    held("prompt sections");
  });
});
