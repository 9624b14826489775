import { describe, expect, test } from "@jest/globals";
import { readFile } from "node:fs/promises";
import { inventionsFor } from "@retell-actions/lab/retell/normalize/inventions";
import { agent, clearRecords, deployedScene, githubWrites, json, list, liveId, openScene, ourComment, project, propose, push, retellWrites, sectionAgent, stateOf } from "./project.ts";

/** The first seed whose inventions satisfy a test. */
function seedWhere(wanted: (inventions: ReturnType<typeof inventionsFor>) => boolean): number {
  for (let seed = 1; seed < 10_000; seed += 1) if (wanted(inventionsFor(seed))) return seed;
  throw new Error("No seed invents that.");
}

describe("known mistakes: false alarms and dead ends", () => {
  test("known mistake 8: what the server fills in is no conflict right after a deploy", async () => {
    const seed = seedWhere(({ default: made, sideEffect }) => made?.on === "agent" && sideEffect?.on === "agent" && sideEffect.when === "voice_id");
    const scene = await deployedScene({ files: project({ sales: agent("Sales") }), retell: { seed, writtenDefaults: "all" } });
    const check = await scene.validate({ inputs: { scope: "all" } });
    expect(check.outputs).toMatchObject({ outcome: "passed", "has-conflicts": "false", "agents-to-deploy": "[]" });
    await push(scene, { "agents/sales/agent.json": agent("Sales", { general_prompt: "Sell." }) });
    expect((await scene.deploy()).outputs).toMatchObject({ outcome: "deployed", updated: '["sales"]' });
  });

  test("known mistake 9: production takes what staging has without force, and both are in sync afterwards", async () => {
    const files = { ...project({ sales: agent("Sales") }), "agents/sales/agent.production.json": json({ voice_speed: 1.2, llm_config: { model_temperature: 0.3 } }) };
    const scene = await deployedScene({ files });
    const production = { branch: "production", inputs: { workspace: "production" } };
    expect((await scene.deploy(production)).outputs).toMatchObject({ outcome: "deployed", created: '["sales"]' });
    clearRecords(scene);
    expect((await scene.deploy(production)).outputs["outcome"]).toBe("unchanged");
    expect((await scene.deploy()).outputs["outcome"]).toBe("unchanged");
    expect([...retellWrites(scene), ...githubWrites(scene)]).toEqual([]);
  });

  test("known mistake 10: the ways out that the comment names lead out, and the files can still be loaded", async () => {
    const greeting = "Hello.\n";
    const files = project({ sales: sectionAgent("Sales", ["greeting", "pitch"]) }, { "prompts/greeting.txt": greeting, "prompts/pitch.txt": "Sell things.\n" });
    const scene = await deployedScene({ files });
    scene.staging.console.editLlm(await liveId(scene, "sales"), { general_prompt: "Hello.\n\nSell things politely." });
    const pull = await propose(scene, { "prompts/pitch.txt": "Sell many things.\n" });
    expect((await scene.validate({ pullRequest: pull.number })).outputs).toMatchObject({ outcome: "conflicts", "conflicting-agents": '["sales"]' });
    const comment = ourComment(scene, pull).body;
    const overwrite = /```json\n([\s\S]*?)\n```/.exec(comment)?.[1];
    expect(comment).toContain("agents/sales/overwrite.staging.json");
    expect(comment).toContain("prompts/pitch.txt");

    const head = await scene.repository.commit({ branch: pull.head.ref, files: { "agents/sales/overwrite.staging.json": `${overwrite ?? ""}\n` }, message: "Keep ours" });
    const kept = await scene.validate({ pullRequest: pull.number });
    expect([head.length, kept.outputs["outcome"], kept.outputs["agents-to-deploy"]]).toEqual([40, "passed", '["sales"]']);

    const accepting = await propose(scene, { "prompts/pitch.txt": "Sell things politely.\n" });
    const accepted = await scene.validate({ pullRequest: accepting.number });
    expect(accepted.outputs).toMatchObject({ outcome: "passed", "agents-to-deploy": "[]", "has-conflicts": "false" });
    await scene.repository.merge(accepting.number);
    expect((await scene.deploy()).outputs["outcome"]).toBe("unchanged");
    expect((await scene.validate({ inputs: { scope: "all" } })).outputs["outcome"]).toBe("passed");
  });

  test("known mistake 11: values that Retell takes are taken", async () => {
    const fields = {
      language: ["en-US", "es-419"],
      ambient_sound: "coffee-shop",
      pronunciation_dictionary: [{ word: "actually", alphabet: "ipa", phoneme: "ˈæktʃuəli" }],
      post_call_analysis_data: [{ type: "enum", name: "mood", description: "How the caller felt", choices: ["good", "bad"] }],
    };
    const scene = await openScene({ files: project({ sales: agent("Sales", { start_speaker: "user" }, fields) }) });
    const check = await scene.validate({});
    expect(check.outputs).toMatchObject({ outcome: "passed", errors: "0", warnings: "0" });
    expect((await scene.deploy()).outputs["outcome"]).toBe("deployed");
    expect(scene.staging.agents()[0]?.latest.agent).toMatchObject(fields);
  });

  test("known mistake 12: a pull request that touches nothing of ours gets its verdict all the same", async () => {
    const template = await readFile(new URL("../../../../workflows-templates/retell-validate.yml", import.meta.url), "utf8");
    expect(template).not.toMatch(/^\s*paths(-ignore)?:/m);
    const scene = await deployedScene({ files: project({ sales: agent("Sales") }) });
    const pull = await propose(scene, { "README.md": "Nothing about agents.\n" });
    const result = await scene.validate({ pullRequest: pull.number });
    expect([result.conclusion, result.outputs["outcome"], list(result, "agents-to-deploy")]).toEqual(["success", "passed", []]);
  });

  test("known mistake 13: what the server normalises, and how a file is written, is no difference", async () => {
    const seed = seedWhere(({ normalisation }) => normalisation?.key === "general_prompt");
    const prompt = "Greet.\nListen.  ";
    const scene = await deployedScene({ files: project({ sales: sectionAgent("Sales", ["greeting"]) }, { "prompts/greeting.txt": `${prompt}\n` }), retell: { seed } });
    expect(scene.staging.agents()[0]?.latest.engine?.["general_prompt"]).toBe(prompt.trimEnd());
    const parsed = JSON.parse(sectionAgent("Sales", ["greeting"])) as Record<string, unknown>;
    const turned = Object.fromEntries(Object.entries(parsed).reverse());
    const pull = await propose(scene, { "agents/sales/agent.json": `\uFEFF${JSON.stringify(turned)}`, "prompts/greeting.txt": `${prompt}\n`.replaceAll("\n", "\r\n") });
    const result = await scene.validate({ pullRequest: pull.number, inputs: { scope: "all" } });
    expect(result.outputs).toMatchObject({ outcome: "passed", "agents-to-deploy": "[]" });
    const hash = (await stateOf(scene, "sales"))?.["config_hash"];
    await scene.repository.merge(pull.number);
    expect((await scene.deploy()).outputs["outcome"]).toBe("unchanged");
    expect((await stateOf(scene, "sales"))?.["config_hash"]).toBe(hash);
  });
});
