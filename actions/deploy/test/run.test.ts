import { describe, expect, test } from "@jest/globals";
import { createMemoryWorld, type MemoryWorld } from "@retell-actions/lab/memory/memory-ports";
import { smallProject } from "@retell-actions/lab/memory/small-project";
import { PlatformError } from "@retell-actions/core/errors";
import { run } from "../src/run.ts";
import { deploy, idOf, inputs } from "./deploy-run.ts";
import { voiceAddress } from "@retell-actions/lab/memory/voice-address";

const writes = (world: MemoryWorld, workspace = "staging"): string[] => world.retell(workspace).calls.filter((call) => call.write).map((call) => call.method);
const forget = (world: MemoryWorld): void => {
  world.retell("staging").calls.length = 0;
  world.github.writes.length = 0;
};

describe("deploy's story", () => {
  test("creates, then has nothing to do and writes nothing", async () => {
    const world = createMemoryWorld(smallProject());
    expect(await deploy(world)).toMatchObject({ outcome: "deployed", outputs: { created: '["sales","support"]', failed: "[]" } });
    expect(world.github.writes.map((write) => write.method)).toEqual(["createBranch", "commitFiles"]);
    forget(world);
    expect(await deploy(world)).toMatchObject({ outcome: "unchanged", reason: "nothing-to-do" });
    expect(writes(world)).toEqual([]);
    expect(world.github.writes).toEqual([]);
  });

  test("a change of one agent writes that agent only, its own key only", async () => {
    const world = createMemoryWorld(smallProject());
    await deploy(world);
    forget(world);
    world.git.commit("staging", { "prompts/sales/pitch.txt": "Sell kindly.\n" });
    expect(await deploy(world)).toMatchObject({ outcome: "deployed", outputs: { updated: '["sales"]', unchanged: '["support"]' } });
    expect(writes(world)).toEqual(["updateAgent", "updateEngine"]);
  });

  test("a console edit blocks its agent if Git wants it, and no other", async () => {
    const world = createMemoryWorld(smallProject());
    await deploy(world);
    world.retell("staging").edit(idOf(world, "Sales"), { agent: { voice_speed: 1.4 } });
    forget(world);
    expect(await deploy(world)).toMatchObject({ outcome: "unchanged", outputs: { drifted: '["sales"]' } });
    expect(writes(world)).toEqual([]);
    world.git.commit("staging", { "prompts/base/greeting.txt": "Say hi.\n" });
    expect(await deploy(world)).toMatchObject({ outcome: "conflicts", reason: "console-edit", outputs: { updated: '["support"]', blocked: '["sales"]' } });
    expect(world.retell("staging").calls.filter((call) => call.write).map((call) => call.subject)).not.toContain(idOf(world, "Sales"));
  });

  test.each([
    ["keep", 1.4],
    ["overwrite", 1],
  ] as const)("on-console-edit: %s leaves voice_speed at %s and deploys the prompt", async (onConsoleEdit, speed) => {
    const world = createMemoryWorld(smallProject());
    await deploy(world);
    world.retell("staging").edit(idOf(world, "Sales"), { agent: { voice_speed: 1.4 } });
    world.git.commit("staging", { "prompts/sales/pitch.txt": "Sell kindly.\n" });
    expect(await deploy(world, { options: { ...inputs.options, onConsoleEdit } })).toMatchObject({ outcome: "deployed", outputs: { updated: '["sales"]' } });
    const live = await world.retell("staging").reader.readAgent(voiceAddress(idOf(world, "Sales")));
    expect(live?.raw["voice_speed"]).toBe(speed);
    expect(await deploy(world)).toMatchObject({ outcome: "unchanged", outputs: { drifted: onConsoleEdit === "keep" ? '["sales"]' : "[]" } });
  });

  test("the way past staging is visible in plan, summary and state, and leaves with the next ordinary deployment", async () => {
    const world = createMemoryWorld(smallProject());
    await deploy(world);
    const production = { workspace: "production", branch: "production" };
    await deploy(world, production);
    const state = (): Record<string, unknown> =>
      JSON.parse(world.git.commits.get(world.git.branches.get("retell/state/production") ?? "")?.files.get("agents/sales/production.json") ?? "{}") as Record<string, unknown>;
    world.git.commit("production", { "prompts/sales/pitch.txt": "Hotfix.\n" });
    expect(await deploy(world, production)).toMatchObject({ outcome: "staging-required", outputs: { blocked: '["sales"]' } });
    const past = { ...production, options: { ...inputs.options, requireStaging: false } };
    expect((await deploy(world, { ...past, dryRun: true })).summary).toContain("**Staging was skipped** by `require-staging: false`: `sales` has content");
    const hotfix = await deploy(world, past);
    expect(hotfix).toMatchObject({ outcome: "deployed", outputs: { updated: '["sales"]' } });
    expect(hotfix.summary).toContain("**Staging was skipped**");
    expect(state()).toMatchObject({ without_staging: true });
    for (const branch of ["staging", "production"]) world.git.commit(branch, { "prompts/sales/pitch.txt": "Sell kindly.\n" });
    await deploy(world);
    const ordinary = await deploy(world, production);
    expect(ordinary).toMatchObject({ outcome: "deployed" });
    expect(ordinary.summary).not.toContain("Staging was skipped");
    expect(state()).not.toHaveProperty("without_staging");
  });

  test("in production, what was published in the console is an edit like any other", async () => {
    const world = createMemoryWorld(smallProject());
    const production = { workspace: "production", branch: "production", options: { ...inputs.options, requireStaging: false } };
    await deploy(world, production);
    const [sales] = [...world.retell("production").agents.values()];
    const retell = world.retell("production");
    // The deployed version itself: callers get what Git says, so nothing is said.
    retell.publish(sales?.id ?? "", 0);
    expect((await deploy(world, production)).outputs["drifted"]).toBe("[]");
    // Another version, published in the console: said, until somebody decides.
    const { version } = await retell.writer.createVersion(voiceAddress(sales?.id ?? ""), 0);
    retell.publish(sales?.id ?? "", version);
    expect((await deploy(world, production)).outputs["drifted"]).not.toBe("[]");
    world.git.commit("production", { "prompts/base/greeting.txt": "Say hi.\n" });
    expect(await deploy(world, production)).toMatchObject({ outcome: "conflicts" });
    expect(await deploy(world, { ...production, options: { ...production.options, onConsoleEdit: "overwrite" } })).toMatchObject({ outcome: "deployed" });
  });

  test("an agent that is made again takes along those that refer to it", async () => {
    const swap = (files: Record<string, string>): Record<string, string> => {
      const agent = JSON.parse(files["agents/sales/agent.json"] ?? "") as { llm_config: Record<string, unknown> };
      agent.llm_config["general_tools"] = [{ type: "agent_swap", name: "to_support", agent_id: "agent://support", post_call_analysis_setting: "only_destination_agent" }];
      return { ...files, "agents/sales/agent.json": JSON.stringify(agent) };
    };
    const world = createMemoryWorld(swap(smallProject()));
    await deploy(world);
    const [sales, support] = [idOf(world, "Sales"), idOf(world, "Support")];
    const target = async (): Promise<unknown> => {
      const engine = (await world.retell("staging").reader.readAgent(voiceAddress(sales)))?.engine;
      return JSON.stringify((engine === undefined ? null : await world.retell("staging").reader.readEngine(engine))?.raw["general_tools"]);
    };
    expect(await target()).toContain(support);
    await world.retell("staging").writer.deleteAgent(voiceAddress(support));
    // Gone, and Git does not ask for it back: what refers to it stays as it is, and is said.
    expect((await deploy(world)).outcome).toBe("unchanged");
    expect(await deploy(world, { options: { ...inputs.options, recreate: true } })).toMatchObject({ outcome: "deployed", outputs: { created: '["support"]', updated: '["sales"]', blocked: "[]" } });
    expect(await target()).toContain(idOf(world, "Support"));
    expect(await target()).not.toContain(support);
    forget(world);
    expect(await deploy(world)).toMatchObject({ outcome: "unchanged", outputs: { drifted: "[]" } });
    expect(writes(world)).toEqual([]);
  });

  test.each(["an agent made again", "a secret with a new value"])("killed before %s reaches its user: one rerun of the same commit finishes it", async (story) => {
    const agent = JSON.parse(smallProject()["agents/sales/agent.json"] ?? "") as { llm_config: Record<string, unknown> };
    agent.llm_config["general_tools"] = [
      { type: "agent_swap", name: "to_support", agent_id: "agent://support", post_call_analysis_setting: "only_destination_agent" },
      { type: "custom", name: "crm", description: "CRM", url: "https://crm.example/find", headers: { Authorization: "secret://CRM" } },
    ];
    const world = createMemoryWorld(smallProject({ "agents/sales/agent.json": JSON.stringify(agent) }));
    world.secrets.set("CRM", "Bearer first-value-0123456789");
    await deploy(world);
    const [sales, support] = [idOf(world, "Sales"), idOf(world, "Support")];
    if (story === "an agent made again") await world.retell("staging").writer.deleteAgent(voiceAddress(support));
    else world.secrets.set("CRM", "Bearer second-value-0123456789");
    const options = { ...inputs.options, recreate: true };
    const engine = (await world.retell("staging").reader.readAgent(voiceAddress(sales)))?.engine;
    world.retell("staging").before = ({ method, subject }) => {
      if (method === "updateEngine" && subject.startsWith(engine?.id ?? "?")) throw new Error("the process dies here");
    };
    await expect(deploy(world, { options })).rejects.toThrow("dies here");
    world.retell("staging").before = undefined;
    expect(await deploy(world, { options })).toMatchObject({ outcome: "deployed" });
    const tools = JSON.stringify((engine === undefined ? null : await world.retell("staging").reader.readEngine(engine))?.raw["general_tools"]);
    expect(tools).toContain(idOf(world, "Support"));
    expect(tools).toContain(world.secrets.get("CRM"));
    forget(world);
    expect(await deploy(world)).toMatchObject({ outcome: "unchanged", outputs: { drifted: "[]" } });
    expect(writes(world)).toEqual([]);
  });

  test("a published version is forked, not edited", async () => {
    const world = createMemoryWorld(smallProject());
    await deploy(world);
    world.retell("staging").publish(idOf(world, "Sales"), 0);
    world.git.commit("staging", { "prompts/sales/pitch.txt": "Sell kindly.\n" });
    forget(world);
    expect(await deploy(world)).toMatchObject({ outcome: "deployed" });
    expect(writes(world)).toEqual(["createVersion", "updateAgent", "updateEngine"]);
    expect((await world.retell("staging").reader.readAgent(voiceAddress(idOf(world, "Sales"))))?.version).toBe(1);
  });
});

describe("deploy refuses", () => {
  test("an uncommitted file", async () => {
    const world = createMemoryWorld(smallProject());
    world.git.checkout(world.git.branches.get("staging") ?? "");
    world.git.tree.set("agents/sales/agent.json", "{}");
    await expect(run(inputs, world.ports())).rejects.toMatchObject({ reason: "dirty-tree" });
  });

  test("a mistyped workspace, which never falls through to another", async () => {
    const world = createMemoryWorld(smallProject());
    await expect(deploy(world, { workspace: "stagging" })).rejects.toMatchObject({ reason: "unknown-workspace", message: expect.stringContaining("Did you mean staging?") });
  });

  test("a pattern that matches no agent", async () => {
    await expect(deploy(createMemoryWorld(smallProject()), { agents: ["sails"] })).rejects.toMatchObject({ reason: "no-agents-selected" });
  });

  test("a commit that is not on the branch, and one that the branch has left behind", async () => {
    const world = createMemoryWorld(smallProject());
    const old = world.git.branches.get("staging") ?? "";
    const elsewhere = world.git.commit("feature", smallProject({ "prompts/base/greeting.txt": "Other.\n" }));
    expect(await deploy(world, { commit: elsewhere })).toMatchObject({ outcome: "wrong-branch" });
    world.git.commit("staging", { "README.md": "Only words.\n" });
    expect(await deploy(world, { commit: old })).toMatchObject({ outcome: "deployed" });
    world.git.commit("staging", { "prompts/base/greeting.txt": "Newer.\n" });
    forget(world);
    expect(await deploy(world, { commit: old })).toMatchObject({ outcome: "superseded" });
    expect(writes(world)).toEqual([]);
  });

  test("a manual production deploy without the word, and accepts it with", async () => {
    const world = createMemoryWorld(smallProject());
    const job = { event: { name: "workflow_dispatch", branch: "production" }, ref: "refs/heads/production" } as const;
    const manual = { workspace: "production", branch: "production", job };
    expect(await deploy(world, manual)).toMatchObject({ outcome: "not-confirmed" });
    await deploy(world);
    expect(await deploy(world, { ...manual, confirm: "PRODUCTION" })).toMatchObject({ outcome: "deployed" });
  });

  test("production content that staging has not had, agent by agent; a revert passes", async () => {
    const world = createMemoryWorld(smallProject());
    const production = { workspace: "production", branch: "production" };
    await deploy(world, { agents: ["sales"] });
    expect(await deploy(world, production)).toMatchObject({ outcome: "staging-required", outputs: { created: '["sales"]', blocked: '["support"]' } });
    const original = world.git.branches.get("production") ?? "";
    for (const branch of ["staging", "production"]) world.git.commit(branch, { "prompts/sales/pitch.txt": "Sell badly.\n" });
    await deploy(world);
    expect(await deploy(world, production)).toMatchObject({ outcome: "deployed" });
    const before = world.git.commits.get(original)?.files.get("prompts/sales/pitch.txt") ?? "";
    world.git.commit("production", { "prompts/sales/pitch.txt": before }, "Revert");
    expect(await deploy(world, production)).toMatchObject({ outcome: "deployed", outputs: { updated: '["sales"]' } });
  });

  test("any plan but the approved one", async () => {
    const world = createMemoryWorld(smallProject());
    const planned = await deploy(world, { dryRun: true });
    expect(planned).toMatchObject({ outcome: "planned", reason: "ok" });
    expect(planned.summary).not.toContain("Git, the recorded state and Retell agree");
    expect(writes(world)).toEqual([]);
    expect(world.github.writes).toEqual([]);
    const planFingerprint = planned.outputs["plan-fingerprint"] ?? "";
    world.git.commit("staging", { "prompts/sales/pitch.txt": "Sell kindly.\n" });
    expect(await deploy(world, { planFingerprint })).toMatchObject({ outcome: "failed", reason: "plan-changed" });
    expect(writes(world)).toEqual([]);
    const again = (await deploy(world, { dryRun: true })).outputs["plan-fingerprint"] ?? "";
    expect(await deploy(world, { planFingerprint: again })).toMatchObject({ outcome: "deployed" });
    expect(await deploy(world, { dryRun: true })).toMatchObject({ outcome: "planned", reason: "nothing-to-do" });
  });

  test("while another run holds the workspace, until that is over", async () => {
    const world = createMemoryWorld(smallProject());
    world.retell("staging").after = ({ method }) => {
      if (method === "createAgent") throw new Error("the process dies here");
    };
    await expect(deploy(world, { agents: ["sales"] })).rejects.toThrow("dies here");
    world.retell("staging").after = undefined;
    const [holder] = [...world.github.runs.keys()].slice(-1);
    world.github.runs.set(holder ?? "", { kind: "in-progress" });
    expect(await deploy(world)).toMatchObject({ outcome: "busy" });
    world.github.runs.set(holder ?? "", { kind: "over", endedAt: Date.parse("2026-11-24T03:00:00Z") });
    expect(await deploy(world)).toMatchObject({ outcome: "deployed" });
    expect(world.retell("staging").agents.size).toBe(2);
    expect(world.retell("staging").engines.size).toBe(2);
  });

  test("a renamed folder that nobody declared, and follows a declared one without a second agent", async () => {
    const world = createMemoryWorld(smallProject());
    await deploy(world);
    const moved = world.git.tree.get("agents/sales/agent.json") ?? "";
    world.git.commit("staging", { "agents/sales/agent.json": null, "agents/sales-eu/agent.json": moved });
    expect(await deploy(world)).toMatchObject({ outcome: "failed", reason: "state-without-folder", message: expect.stringContaining('{"agent": "sales", "to": "sales-eu"}') });
    const declared = JSON.stringify({ ...(JSON.parse(smallProject()["workspaces.json"] ?? "") as object), moved: [{ agent: "sales", to: "sales-eu" }] });
    world.git.commit("staging", { "workspaces.json": declared });
    forget(world);
    expect(await deploy(world)).toMatchObject({ outcome: "unchanged" });
    expect(world.github.writes.map((write) => write.method)).toEqual(["commitFiles"]);
    expect(world.retell("staging").agents.size).toBe(2);
    forget(world);
    expect(await deploy(world)).toMatchObject({ outcome: "unchanged" });
    expect(world.github.writes).toEqual([]);
    // Even with the state lost: the mark still bears the former name.
    world.git.branches.delete("retell/state/staging");
    expect(await deploy(world)).toMatchObject({ outcome: "unchanged" });
    expect(await deploy(world)).toMatchObject({ outcome: "unchanged" });
    expect(world.retell("staging").agents.size).toBe(2);
  });

  test("to delete by default, and deletes only what nothing uses any more", async () => {
    const world = createMemoryWorld(smallProject());
    await deploy(world);
    const sales = idOf(world, "Sales");
    world.git.commit("staging", { "agents/sales/agent.json": null });
    expect(await deploy(world)).toMatchObject({ outcome: "unchanged", outputs: { drifted: '["sales"]' } });
    const prune = { options: { ...inputs.options, prune: "delete" } } as const;

    world.retell("staging").phoneBindings.set(sales, ["+14155550100"]);
    expect(await deploy(world, prune)).toMatchObject({ outcome: "conflicts", reason: "still-in-use", message: expect.stringContaining("+14155550100") });
    world.retell("staging").phoneBindings.clear();

    world.retell("staging").edit(sales, { agent: { voice_speed: 1.4 } });
    expect(await deploy(world, prune)).toMatchObject({ outcome: "conflicts", reason: "console-edit" });
    world.retell("staging").edit(sales, { agent: { voice_speed: 1 } });

    world.retell("staging").before = ({ method }) => {
      if (method === "listPhoneBindings") throw new PlatformError({ platform: "retell", reason: "forbidden", status: 403 }, "The key may not read phone numbers.");
    };
    expect(await deploy(world, prune)).toMatchObject({ outcome: "conflicts", reason: "still-in-use" });
    world.retell("staging").before = undefined;

    expect(await deploy(world, { options: { ...prune.options, maxDeletes: 0 } })).toMatchObject({ outcome: "failed", reason: "too-many-deletes" });
    expect(world.retell("staging").agents.has(sales)).toBe(true);
    expect(await deploy(world, prune)).toMatchObject({ outcome: "deployed" });
    expect([...world.retell("staging").agents.keys()]).toEqual([idOf(world, "Support")]);
    expect(await deploy(world, prune)).toMatchObject({ outcome: "unchanged" });
  });

  test("to delete, but not the engine: the agent is gone, and a warning names the engine that stays", async () => {
    const world = createMemoryWorld(smallProject());
    await deploy(world);
    world.git.commit("staging", { "agents/sales/agent.json": null });
    let engine = "";
    world.retell("staging").before = ({ method, subject }) => {
      if (method !== "deleteEngine") return;
      engine = subject;
      throw new PlatformError({ platform: "retell", reason: "retell-rejected", status: 400 }, "It is in use.");
    };
    expect(await deploy(world, { options: { ...inputs.options, prune: "delete" } })).toMatchObject({ outcome: "deployed", outputs: { agents: '["sales"]' } });
    expect(engine).not.toBe("");
    expect(world.log.lines.filter(({ level }) => level === "warning").map(({ message }) => message)).toEqual([expect.stringMatching(new RegExp(`^sales was deleted\\. .*${engine}.* stays in Retell.*It is in use`))]);
  });

  test("to fall silent: a failing agent ends the run as partially deployed, and its neighbour is recorded", async () => {
    const world = createMemoryWorld(smallProject());
    await deploy(world);
    const sales = idOf(world, "Sales");
    world.git.commit("staging", { "prompts/base/greeting.txt": "Say hi.\n" });
    world.retell("staging").before = ({ method, subject }) => {
      if (method === "updateAgent" && subject === sales) throw new PlatformError({ platform: "retell", reason: "retell-rejected", status: 400 }, "voice is gone");
    };
    expect(await deploy(world)).toMatchObject({ outcome: "partially-deployed", outputs: { updated: '["support"]', failed: '["sales"]' }, message: expect.stringContaining("voice is gone") });
    world.retell("staging").before = undefined;
    expect(await deploy(world)).toMatchObject({ outcome: "deployed", outputs: { updated: '["sales"]', unchanged: '["support"]' } });
  });
});
