import { beforeEach, describe, expect, test } from "@jest/globals";
import { PlatformError } from "@retell-actions/core/errors";
import { createMemoryWorld, type MemoryWorld } from "@retell-actions/lab/memory/memory-ports";
import { smallProject } from "@retell-actions/lab/memory/small-project";
import { deploy, detect, fileAt, idOf, pulls } from "./support.ts";
import { voiceAddress } from "@retell-actions/lab/memory/voice-address";

let world: MemoryWorld;

beforeEach(async () => {
  world = createMemoryWorld(smallProject());
  await deploy(world);
});

const edit = (agent: Record<string, number | string>, name = "Sales"): void => world.retell("staging").edit(idOf(world, name), { agent });
const prompt = (text: string, name = "Sales"): void => world.retell("staging").edit(idOf(world, name), { engine: { general_prompt: text } });

describe("without drift", () => {
  test("nothing is written, whatever is checked out", async () => {
    world.github.writes.length = 0;
    expect(await detect(world)).toMatchObject({
      outcome: "in-sync",
      outputs: { "has-drift": "false", "drifted-agents": "{}", "pull-requests": "{}", issues: "{}", agents: "[]" },
    });
    expect(world.github.writes).toEqual([]);
    expect(world.retell("staging").calls.filter(({ write }) => write).length).toBeGreaterThan(0);
  });

  test("a workspace that nothing was deployed to is no failure, and content that is not deployed yet no drift", async () => {
    world.git.commit("staging", { "prompts/sales/pitch.txt": "Sell kindly.\n" });
    const report = await detect(world);
    expect(report).toMatchObject({ outcome: "in-sync" });
    expect(report.summary).toContain("not deployed yet");
    world.git.branches.delete("production");
    expect((await detect(world)).summary).toContain("does not exist yet");
  });
});

describe("a drift", () => {
  test("becomes one pull request with the seed's words, labels and a status, and the next run writes nothing", async () => {
    edit({ voice_speed: 1.4 });
    const report = await detect(world);
    const [pull] = pulls(world);
    expect(report).toMatchObject({ outcome: "drift-detected", reason: "drift", outputs: { "has-drift": "true", "drifted-agents": '{"staging":["sales"]}', "pull-requests": `{"staging":${String(pull?.number)}}` } });
    expect(report.fails).toBeUndefined();
    expect(pull).toMatchObject({ state: "open", base: "staging", title: "Staging Configuration Drift Detected", labels: ["drift-detection", "auto-generated", "needs-attention"] });
    for (const words of ["## Staging Configuration Drift Detected", "### Why This Happened", "### Affected Agents", "- `sales`: ", "### Options", "1. **Merge this PR** - Accept the remote changes into Git.", "gh workflow run retell-deploy-staging.yml --ref staging -f agents=sales -f on-console-edit=overwrite"]) {
      expect(pull?.body).toContain(words);
    }
    expect(fileAt(world, "retell/drift/staging", "agents/sales/agent.json")).toBe(fileAt(world, "staging", "agents/sales/agent.json")?.replace('"voice_speed": 1,', '"voice_speed": 1.4,'));
    expect(world.github.statuses).toMatchObject([{ commit: pull?.headSha, context: "Validate & Check Conflicts", state: "success" }]);
    world.github.writes.length = 0;
    expect(await detect(world)).toMatchObject({ outcome: "drift-detected" });
    expect(world.github.writes).toEqual([]);
  });

  test("whose labels and status GitHub refuses gets them from the first run that may give them, and no later one writes", async () => {
    edit({ voice_speed: 1.4 });
    Object.assign(world.github, { mayLabel: false, maySetStatuses: false });
    await detect(world);
    const [number] = pulls(world).map((pull) => pull.number);
    const now = () => [pulls(world)[0]?.labels.length, world.github.statuses.map(({ commit }) => commit)];
    const methods = async (): Promise<string[]> => {
      world.github.writes.length = 0;
      expect(await detect(world)).toMatchObject({ outcome: "drift-detected", outputs: { "pull-requests": `{"staging":${String(number)}}` } });
      return world.github.writes.map(({ method }) => method);
    };
    // Asked for again and refused again: nothing else is touched.
    expect([await methods(), now()]).toEqual([["addLabels", "setStatus"], [0, []]]);
    world.github.maySetStatuses = true;
    const pull = pulls(world)[0];
    if (pull !== undefined) world.github.pulls.set(pull.number, { ...pull, title: "Mine", body: `${pull.body}\nMy words.` });
    expect([await methods(), now()]).toEqual([["addLabels", "setStatus", "updatePullRequest"], [0, [pull?.headSha]]]);
    world.github.mayLabel = true;
    expect([await methods(), now()]).toEqual([["addLabels", "updatePullRequest"], [3, [pull?.headSha]]]);
    expect(await methods()).toEqual([]);
    expect(pulls(world)[0]).toMatchObject({ title: "Mine", body: expect.stringMatching(/My words\.$/) });
    // What a person takes off afterwards stays off.
    const labelled = pulls(world)[0];
    if (labelled !== undefined) world.github.pulls.set(labelled.number, { ...labelled, labels: [] });
    expect([await methods(), now()]).toEqual([[], [0, [pull?.headSha]]]);
  });

  test("merged, the next deploy records it and the next detection finds nothing and tidies up", async () => {
    edit({ voice_speed: 1.4 });
    prompt("Say hello.\n\nSell more.");
    await detect(world);
    expect(fileAt(world, "retell/drift/staging", "prompts/sales/pitch.txt")).toBe("Sell more.\n");
    world.github.mergePullRequest(pulls(world)[0]?.number ?? 0);
    // Before the deploy has recorded it, it is nothing to tell either.
    expect(await detect(world)).toMatchObject({ outcome: "in-sync" });
    world.retell("staging").calls.length = 0;
    expect(await deploy(world)).toMatchObject({ outcome: "unchanged" });
    expect(world.retell("staging").calls.filter(({ write }) => write)).toEqual([]);
    expect(await detect(world)).toMatchObject({ outcome: "in-sync" });
    expect(world.git.branches.has("retell/drift/staging")).toBe(false);
    expect(pulls(world)).toHaveLength(1);
  });

  test("a shared section is changed for all where that is asked for, and the pull request says whom it reaches", async () => {
    prompt("Say hello there.\n\nSell.");
    await detect(world, { sharedSections: "update" });
    expect(fileAt(world, "retell/drift/staging", "prompts/base/greeting.txt")).toBe("Say hello there.\n");
    expect(pulls(world)[0]?.body).toContain("`prompts/base/greeting.txt` was changed, which other agents use too: `support`");
  });

  test("a shared section is left for a person where that is asked for", async () => {
    prompt("Say hello there.\n\nSell.");
    expect(await detect(world, { sharedSections: "refuse" })).toMatchObject({ outcome: "drift-detected" });
    expect(pulls(world)).toEqual([]);
    expect([...world.github.issues.values()].map(({ body }) => body).join("")).toContain("shared-sections");
  });

  test("a section that another agent uses is not changed behind its back", async () => {
    prompt("Say hello there.\n\nSell.");
    await detect(world);
    expect(fileAt(world, "retell/drift/staging", "prompts/base/greeting.txt")).toBe("Say hello.\n");
    world.github.mergePullRequest(pulls(world)[0]?.number ?? 0);
    world.retell("staging").calls.length = 0;
    expect(await deploy(world)).toMatchObject({ outcome: "unchanged" });
    expect(world.retell("staging").calls.filter(({ write }) => write)).toEqual([]);
  });

  test("that changes is told in place; one that is gone closes it; one that comes back opens another", async () => {
    edit({ voice_speed: 1.4 });
    await detect(world);
    const first = pulls(world)[0];
    edit({ voice_speed: 1.6 });
    await detect(world);
    expect(pulls(world)).toHaveLength(1);
    expect(pulls(world)[0]?.headSha).not.toBe(first?.headSha);
    expect(fileAt(world, "retell/drift/staging", "agents/sales/agent.json")).toContain('"voice_speed": 1.6');
    edit({ voice_speed: 1 });
    await detect(world);
    expect(pulls(world)).toMatchObject([{ state: "closed", merged: false }]);
    expect(world.git.branches.has("retell/drift/staging")).toBe(false);
    edit({ voice_speed: 1.6 });
    await detect(world);
    expect(pulls(world)).toMatchObject([{ state: "closed" }, { state: "open" }]);
  });

  test("keeps what a person wrote into its title or body until it changes", async () => {
    edit({ voice_speed: 1.4 });
    await detect(world);
    const [pull] = pulls(world);
    if (pull === undefined) throw new Error("there is no pull request");
    world.github.pulls.set(pull.number, { ...pull, title: "Louder, please", body: pull.body.replace("### Options", "Asked Kim on Monday.\n\n### Options") });
    world.github.writes.length = 0;
    await detect(world);
    expect(world.github.writes).toEqual([]);
    expect(pulls(world)[0]?.body).toContain("Asked Kim on Monday.");
    edit({ voice_speed: 1.6 });
    await detect(world);
    expect(pulls(world)[0]?.body).not.toContain("Asked Kim");
  });

  test("that a person dismissed is not opened again until it changes", async () => {
    edit({ voice_speed: 1.4 });
    await detect(world);
    world.github.closePullRequest(pulls(world)[0]?.number ?? 0);
    world.github.writes.length = 0;
    const report = await detect(world);
    expect(report).toMatchObject({ outcome: "drift-detected", outputs: { "has-drift": "true", "pull-requests": "{}" } });
    expect(report.summary).toContain("not opened again until the drift changes");
    expect(world.github.writes).toEqual([]);
    edit({ voice_speed: 1.6 });
    await detect(world);
    expect(pulls(world)).toMatchObject([{ state: "closed" }, { state: "open" }]);
  });

  test("dismissed, and overwritten by a deploy, leaves nothing behind", async () => {
    edit({ voice_speed: 1.4 });
    await detect(world);
    world.github.closePullRequest(pulls(world)[0]?.number ?? 0);
    expect(await deploy(world, "staging", { overwrite: true })).toMatchObject({ outcome: "deployed" });
    expect(await detect(world)).toMatchObject({ outcome: "in-sync" });
    expect(world.git.branches.has("retell/drift/staging")).toBe(false);
  });

  test("over a person's commit nothing is pushed; a comment says what is new, once", async () => {
    edit({ voice_speed: 1.4 });
    await detect(world);
    const own = world.git.commit("retell/drift/staging", { "agents/sales/agent.json": "{}" }, "My part of it");
    await detect(world);
    expect(world.github.threads.size).toBe(0);
    edit({ voice_speed: 1.6 });
    await detect(world);
    await detect(world);
    expect(world.git.branches.get("retell/drift/staging")).toBe(own);
    const [comment, second] = world.github.threads.get(pulls(world)[0]?.number ?? 0) ?? [];
    expect(comment?.body).toContain("Retell has changed again");
    expect(second).toBeUndefined();
    // Back to what the pull request tells: the comment must not go on telling of something else.
    edit({ voice_speed: 1.4 });
    await detect(world);
    expect(world.github.threads.get(pulls(world)[0]?.number ?? 0)?.[0]?.body).toContain("Retell holds again what this PR tells");
    world.github.writes.length = 0;
    await detect(world);
    expect(world.github.writes).toEqual([]);
    edit({ voice_speed: 1 });
    await detect(world);
    expect(world.github.threads.get(pulls(world)[0]?.number ?? 0)?.[0]?.body).toContain("Retell and Git agree again");
    expect(pulls(world)[0]?.state).toBe("open");
    expect(world.git.branches.get("retell/drift/staging")).toBe(own);
  });

  test("a commit with our message and somebody else's content is a person's", async () => {
    edit({ voice_speed: 1.4 });
    await detect(world);
    const tip = world.git.commits.get(world.git.branches.get("retell/drift/staging") ?? "");
    const amended = world.git.store({ parents: tip?.parents ?? [], message: tip?.message ?? "", files: new Map([...(tip?.files ?? []), ["prompts/sales/pitch.txt", "Mine.\n"]]) });
    world.git.branches.set("retell/drift/staging", amended.id);
    edit({ voice_speed: 1.6 });
    await detect(world);
    expect(world.git.branches.get("retell/drift/staging")).toBe(amended.id);
  });

  test("of something that no file can say becomes an issue, and moves into a pull request when there is one", async () => {
    await world.retell("staging").writer.deleteAgent(voiceAddress(idOf(world, "Support")));
    expect(await detect(world)).toMatchObject({ outcome: "drift-detected", outputs: { "drifted-agents": '{"staging":["support"]}', issues: '{"staging":1}', "pull-requests": "{}" } });
    expect(world.github.issues.get(1)).toMatchObject({ state: "open", title: "Staging Configuration Drift Detected", labels: ["drift-detection", "auto-generated", "needs-attention"] });
    expect(world.github.issues.get(1)?.body).toContain("recreate: true");
    world.github.writes.length = 0;
    await detect(world);
    expect(world.github.writes).toEqual([]);
    edit({ voice_speed: 1.4 });
    await detect(world);
    expect(world.github.issues.get(1)?.state).toBe("closed");
    expect(pulls(world)[0]?.body).toContain("### Not in This PR");
  });

  test("becomes an issue where the repository does not let Actions open pull requests, and the run names the setting", async () => {
    world.github.mayOpenPullRequests = false;
    edit({ voice_speed: 1.4 });
    const report = await detect(world);
    expect(report).toMatchObject({ outcome: "drift-detected", outputs: { issues: '{"staging":1}', "pull-requests": "{}" } });
    expect(report.summary).toContain("Allow GitHub Actions to create and approve pull requests");
    expect(world.github.issues.get(1)?.body).toContain("Allow GitHub Actions to create and approve pull requests");
    world.github.mayOpenPullRequests = true;
    await detect(world);
    expect(pulls(world)).toMatchObject([{ state: "open" }]);
    expect(world.github.issues.get(1)?.state).toBe("closed");
  });

  test("modes: an issue only, or nothing but the report; fail-on-drift fails the step", async () => {
    edit({ voice_speed: 1.4 });
    world.github.writes.length = 0;
    expect(await detect(world, { mode: "report", failOnDrift: true })).toMatchObject({ outcome: "drift-detected", fails: true });
    expect(world.github.writes).toEqual([]);
    await detect(world, { mode: "issue" });
    expect([pulls(world).length, world.github.issues.size]).toEqual([0, 1]);
  });

  test("in one workspace does not hide that another could not be looked at", async () => {
    await deploy(world, "production");
    edit({ voice_speed: 1.4 });
    world.withoutKey.add("production");
    const report = await detect(world);
    expect(report).toMatchObject({ outcome: "failed", reason: "missing-key", outputs: { "has-drift": "true" } });
    expect(pulls(world)).toHaveLength(1);
    expect(report.summary).toContain("It is not known whether anything changed");
  });

  test("beside an agent that could not be read is told, and the run fails", async () => {
    edit({ voice_speed: 1.4 });
    const support = idOf(world, "Support");
    world.retell("staging").before = ({ method, subject }) => {
      if (method === "readAgent" && subject === support) throw new PlatformError({ platform: "retell", reason: "retell-unavailable", status: 500 }, "Retell answered 500.");
    };
    const report = await detect(world);
    expect(report).toMatchObject({ outcome: "failed", reason: "retell-unavailable", outputs: { "drifted-agents": '{"staging":["sales"]}' } });
    expect(pulls(world)).toHaveLength(1);
  });

  test("is not closed by a run that could not read the agent", async () => {
    edit({ voice_speed: 1.4 });
    await detect(world);
    world.retell("staging").before = ({ method }) => {
      if (method === "readAgent") throw new PlatformError({ platform: "retell", reason: "retell-unavailable", status: 500 }, "Retell answered 500.");
    };
    expect(await detect(world)).toMatchObject({ outcome: "failed" });
    expect(pulls(world)).toMatchObject([{ state: "open" }]);
  });

  test("found while a run deploys is not believed for the agents that it holds", async () => {
    const head = world.git.branches.get("retell/state/staging") ?? "";
    const file = JSON.parse(fileAt(world, "retell/state/staging", "workspace.json") ?? "{}") as Record<string, unknown>;
    const pending = { run: "9", attempt: 1, job: "deploy", until: "2030-01-01T00:00:00Z", commit: head, agents: ["sales"] };
    world.git.commit("retell/state/staging", { "workspace.json": JSON.stringify({ ...file, pending }) });
    world.github.runs.set("9/1", { kind: "in-progress" });
    edit({ voice_speed: 1.4 });
    world.github.writes.length = 0;
    const report = await detect(world);
    expect(report).toMatchObject({ outcome: "in-sync", outputs: { "has-drift": "false" } });
    expect(report.message).toContain("being deployed at the moment");
    expect(world.github.writes).toEqual([]);
  });

  test("a mistyped workspace is an error, and so are files that cannot be read", async () => {
    await expect(detect(world, { workspace: "stagin" })).rejects.toMatchObject({ reason: "unknown-workspace" });
    world.git.commit("staging", { "agents/sales/agent.json": "{" });
    expect(await detect(world)).toMatchObject({ outcome: "failed", reason: "invalid-files" });
  });
});

describe("a run that is killed at any write", () => {
  test("is finished by the next one, with the same pull request", async () => {
    const story = async (kill: { at: number; when: "before" | "after" } | undefined): Promise<{ writes: number; result: unknown }> => {
      const other = createMemoryWorld(smallProject());
      await deploy(other);
      other.retell("staging").edit(idOf(other, "Sales"), { agent: { voice_speed: 1.4 } });
      other.github.writes.length = 0;
      const die = (): void => {
        if (kill !== undefined && other.github.writes.length === kill.at) throw new Error("killed");
      };
      if (kill !== undefined) other.github[kill.when] = die;
      await detect(other).catch(() => undefined);
      const writes = other.github.writes.length;
      other.github.before = other.github.after = undefined;
      await detect(other);
      const [pull, ...more] = pulls(other);
      return { writes, result: [pull?.state, pull?.labels, pull?.body.replace(/[0-9a-f]{40}/g, "sha"), more.length, other.github.issues.size, other.github.statuses.some(({ commit }) => commit === pull?.headSha)] };
    };
    const undisturbed = await story(undefined);
    expect(undisturbed.writes).toBe(6);
    for (let at = 1; at <= undisturbed.writes; at += 1) {
      for (const when of ["before", "after"] as const) expect([at, when, (await story({ at, when })).result]).toEqual([at, when, undisturbed.result]);
    }
  });
});
