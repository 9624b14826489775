import { describe, expect, test } from "@jest/globals";
import type { ActionReport } from "@retell-actions/core/adapters/runner/action-report";
import type { JsonObject } from "@retell-actions/core/canonical/json";
import type { JobEvent } from "@retell-actions/core/ports/runner";
import { createMemoryWorld, type MemoryWorld } from "@retell-actions/lab/memory/memory-ports";
import { smallProject } from "@retell-actions/lab/memory/small-project";
import { run as runDeploy } from "../../deploy/src/run.ts";
import type { ValidateInputs } from "../src/inputs.ts";
import { run } from "../src/run.ts";

const inputs: ValidateInputs = { agents: ["*"], workingDirectory: "", token: "", workspace: undefined, scope: "changed", onConsoleEdit: "fail", requireStaging: true, comment: true, concurrency: 8 };
const options = { onConsoleEdit: "fail", requireStaging: false, prune: "report", maxDeletes: 1, allowReplace: false, recreate: false, adopt: false } as const;

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
const NODES = [{ id: "start", type: "conversation", instruction: { type: "prompt", text: "Greet." }, edges: [] }];
const faq = (text: string): Record<string, string> => ({ "knowledge/faq/knowledge.json": json({ texts: [{ title: "Hours", text }] }) });

function project(): Record<string, string> {
  const files = smallProject();
  const sales = JSON.parse(files["agents/sales/agent.json"] ?? "") as { llm_config: JsonObject };
  sales.llm_config["knowledge_base_ids"] = ["knowledge://faq"];
  return { ...files, "agents/sales/agent.json": json(sales), ...faq("Nine to five."), "components/greeting.json": json({ nodes: NODES }) };
}

async function deployed(): Promise<MemoryWorld> {
  const world = createMemoryWorld(project());
  world.git.checkout(world.git.branches.get("staging") ?? "");
  const report = await runDeploy({ agents: ["*"], workingDirectory: "", token: "", workspace: "staging", dryRun: false, planFingerprint: undefined, confirm: "", concurrency: 8, options }, world.ports({ runId: "1" }));
  expect(report.outcome).toBe("deployed");
  world.retell("staging").calls.length = 0;
  return world;
}

async function check(world: MemoryWorld, changes: Record<string, string>, base = "staging"): Promise<ActionReport> {
  const baseSha = world.git.branches.get(base) ?? "";
  world.git.branches.set("feature", baseSha);
  const headSha = world.git.commit("feature", changes);
  world.git.branches.set("test-merge", baseSha);
  world.git.checkout(world.git.merge("test-merge", "feature"));
  const event: JobEvent = { name: "pull_request", pullRequest: 7, baseBranch: base, baseSha, headSha, fork: false, dependabot: false };
  return run(inputs, world.ports({ event, ref: "refs/pull/7/merge" }));
}

const comment = (world: MemoryWorld): string => world.github.threads.get(7)?.at(-1)?.body ?? "";

describe("shared resources in a check", () => {
  test("it says what a merge would change at once, and asks for nothing but two lists", async () => {
    const world = await deployed();
    const report = await check(world, faq("Ten to six."));
    expect(report).toMatchObject({ outcome: "passed", outputs: { "agents-to-deploy": "[]", "has-conflicts": "false" } });
    expect(comment(world)).toContain("Ready to deploy to **staging** workspace. Merge this PR to trigger deployment: 1 shared resource updated.");
    expect(comment(world)).toContain("| knowledge base `faq` | changed in Git | update | 1: `text Hours` |");
    expect(comment(world)).toContain("published versions too");
    expect(report.result).toMatchObject({ resources: [{ resource: "component://greeting", status: "unchanged" }, { resource: "knowledge://faq", operation: "update", status: "planned", changed: ["text Hours"] }] });
    expect(world.retell("staging").calls.filter((call) => /Knowledge|Component/.test(call.method)).map((call) => call.method).sort()).toEqual(["listComponents", "listKnowledgeBases"]);
    expect(world.retell("staging").calls.filter((call) => call.write)).toEqual([]);
  });

  test("a console edit of what this change touches is a conflict; of another one it is told only", async () => {
    const world = await deployed();
    const [base] = world.retell("staging").knowledge.bases.values();
    world.retell("staging").knowledge.addText(base?.id ?? "", "Typed in", "by hand");
    const blocked = await check(world, faq("Ten to six."));
    expect(blocked).toMatchObject({ outcome: "conflicts", reason: "console-edit", outputs: { "has-conflicts": "true" } });
    expect(comment(world)).toContain("left alone");
    const other = await check(world, { "prompts/base/greeting.txt": "Say hi.\n" });
    expect(other).toMatchObject({ outcome: "passed" });
    expect(comment(world)).toContain("`text Typed in`");
  });

  test("wrong files are invalid, with file and line", async () => {
    const world = await deployed();
    const report = await check(world, { "knowledge/faq/knowledge.json": json({ files: ["./gone.pdf"] }) });
    expect(report).toMatchObject({ outcome: "invalid" });
    expect(report.problems).toMatchObject([{ code: "missing-file", file: "knowledge/faq/knowledge.json", line: 3 }]);
  });

  test("what is being indexed is not judged, and not waited for", async () => {
    const world = await deployed();
    const [base] = world.retell("staging").knowledge.bases.values();
    if (base !== undefined) Object.assign(base, { status: "in_progress", sources: [] });
    const report = await check(world, { "README.md": "words\n" });
    expect(report).toMatchObject({ outcome: "passed" });
    expect(comment(world)).toContain("still indexing");
    expect(world.retell("staging").calls.map((call) => call.method)).not.toContain("readKnowledgeBase");
  });

  test("a list that cannot be read is never passed", async () => {
    const world = await deployed();
    const { PlatformError } = await import("@retell-actions/core/errors");
    world.retell("staging").before = (call) => {
      if (call.method === "listKnowledgeBases") throw new PlatformError({ platform: "retell", reason: "retell-unavailable", status: 500 }, "Retell did not answer.");
    };
    expect(await check(world, { "README.md": "words\n" })).toMatchObject({ outcome: "failed", reason: "retell-unavailable" });
  });

  test("production asks for staging first, also of a component", async () => {
    const world = await deployed();
    expect(await check(world, { "components/greeting.json": json({ nodes: NODES, flex_mode: true }) }, "production")).toMatchObject({ outcome: "staging-required" });
  });
});
