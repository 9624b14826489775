import { beforeAll, describe, expect, test } from "@jest/globals";
import type { Scene } from "@retell-actions/lab/scene/scene";
import { agent, deployedScene, json, openScene, ourComment, project, propose, said } from "../known-mistakes/project.ts";
import { held } from "../attacks/held.ts";

const GOOD = agent("Sales");

/** Broken files with the place of the fault. */
const BROKEN: Record<string, { text: string; line: number; column: number; says: RegExp }> = {
  "duplicate-key": { text: '{\n  "voice_id": "a",\n  "voice_id": "b"\n}\n', line: 3, column: 3, says: /twice/ },
  "trailing-comma": { text: '{\n  "voice_id": "a",\n}\n', line: 3, column: 1, says: /no comma|key/ },
  comment: { text: '{\n  // why\n  "voice_id": "a"\n}\n', line: 2, column: 3, says: /Comments/ },
  "merge-markers": { text: `{\n<<<<<<< HEAD\n  "voice_id": "a"\n=======\n  "voice_id": "b"\n>>>>>>> theirs\n}\n`, line: 2, column: 1, says: /merge conflict markers/ },
  deep: { text: `{\n  "x": ${"[".repeat(10_000)}${"]".repeat(10_000)}\n}\n`, line: 2, column: 107, says: /nested/ },
  infinite: { text: '{\n  "voice_speed": 1e999\n}\n', line: 2, column: 18, says: /too large/ },
  huge: { text: `{\n  "x": "${"a".repeat(20 * 1024 * 1024)}"\n}\n`, line: 1, column: 1, says: /characters/ },
  cut: { text: '{\n  "voice_id": "a', line: 2, column: 15, says: /closing quote/ },
  "not-an-object": { text: "[]\n", line: 1, column: 1, says: /one JSON object/ },
  empty: { text: "", line: 1, column: 1, says: /empty/ },
  surrogate: { text: '{\n  "agent_name": "\\ud800"\n}\n', line: 2, column: 17, says: /surrogate/ },
};

describe("JSON files that are broken", () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await openScene({ files: project({ sales: GOOD }) });
  });

  test("every fault of every file is reported in one run, with line and column", async () => {
    const pull = await propose(scene, Object.fromEntries(Object.entries(BROKEN).map(([name, { text }]) => [`agents/${name}/agent.json`, text])));
    const result = await scene.validate({ pullRequest: pull.number });
    expect(result.outputs["outcome"]).toBe("invalid");
    const { body } = ourComment(scene, pull);
    for (const [name, { line, column, says }] of Object.entries(BROKEN)) {
      const place = `\`agents/${name}/agent.json:${line}:${column}\``;
      const found = result.summary.split("\n").filter((entry) => entry.includes(place));
      expect([place, found.some((entry) => says.test(entry))]).toEqual([place, true]);
      expect([place, body.includes(place)]).toEqual([place, true]);
    }
    const errors = result.annotations.filter(({ level }) => level === "error");
    expect(errors.filter(({ file }) => file !== undefined)).toHaveLength(9);
    for (const { file, line, col, message } of errors) {
      if (file === undefined) continue;
      const expected = BROKEN[file.split("/")[1] ?? ""];
      expect([file, line, col]).toEqual([file, expected?.line, expected?.column]);
      expect(message.length).toBeLessThan(1000);
    }
    expect(result.log.length).toBeLessThan(50_000);
    held("JSON files");
  });

  test("warnings and errors of several agents come together, and a typo has a suggestion", async () => {
    const typo = json({ agent_name: "Typo", voice_id: "retell-Cimo", voice_sped: 1.1, llm_config: { model: "gpt-4.1", start_speaker: "agent", general_prompt: "Hi.", model_temprature: 0.2 } });
    const wrong = json({ agent_name: "Wrong", voice_id: "retell-Cimo", voice_speed: "fast", max_call_duration_ms: 1, llm_config: { model: "gpt-4.1", start_speaker: "agent", general_prompt: "Hi.", model_temperature: 7 } });
    const pull = await propose(scene, { "agents/typo/agent.json": typo, "agents/wrong/agent.json": wrong });
    const result = await scene.validate({ pullRequest: pull.number });
    expect(result.outputs).toMatchObject({ outcome: "invalid", errors: "3", warnings: "2" });
    const at = (file: string, line: number) => result.annotations.filter((annotation) => annotation.file === file && annotation.line === line).map(({ level, message }) => `${level}: ${message}`);
    expect(at("agents/typo/agent.json", 4).join()).toMatch(/^warning: .*voice_speed/);
    expect(at("agents/typo/agent.json", 9).join()).toMatch(/^warning: .*model_temperature/);
    for (const line of [4, 5, 10]) expect([line, at("agents/wrong/agent.json", line).join()]).toEqual([line, expect.stringMatching(/^error: /)]);
    held("JSON files");
  });
});

describe("JSON files that are odd", () => {
  test("keys of JavaScript's own objects are unknown fields like any other", async () => {
    const llm = (JSON.parse(GOOD) as { llm_config: object }).llm_config;
    const odd = `\uFEFF${json({ agent_name: "Odd", voice_id: "retell-Cimo", llm_config: llm }).replace("{", '{\n  "__proto__": { "polluted": true },\n  "constructor": { "prototype": { "polluted": true } },\n  "toString": "x",')}`;
    const scene = await deployedScene({ files: project({ odd, sales: GOOD }) });
    expect(scene.staging.agents()).toHaveLength(2);
    const check = await scene.validate({ inputs: { scope: "all" } });
    expect(check.outputs["errors"]).toBe("0");
    expect(Number(check.outputs["warnings"])).toBeGreaterThanOrEqual(3);
    expect(said(check)).not.toContain("defect");
    const sales = (JSON.parse(check.outputs["result"] ?? "{}") as { agents: Record<string, unknown>[] }).agents.find((entry) => entry["agent"] === "sales");
    expect(sales).toMatchObject({ class: "in-sync" });
    const pull = await propose(scene, { "agents/odd/agent.staging.json": '{ "__proto__": { "more": 1 }, "hasOwnProperty": null }\n', "agents/odd/overwrite.staging.json": '{ "deployed_at": "x", "fields": { "__proto__": 1 } }\n' });
    const overlaid = await scene.validate({ pullRequest: pull.number });
    expect(["passed", "conflicts"]).toContain(overlaid.outputs["outcome"]);
    held("JSON files");
  });
});
