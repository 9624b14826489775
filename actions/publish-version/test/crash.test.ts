import { beforeAll, describe, expect, test } from "@jest/globals";
import { statuses, Story, type Workspace } from "./story.ts";

const SALES_ONLY = { "prompts/sales/pitch.txt": "Sell kindly.\n" };
const BOTH = { "prompts/base/greeting.txt": "Say hi.\n" };

/** Two agents: published once, deployed again, about to be published over that. */
async function prepared(workspace: Workspace): Promise<Story> {
  const story = new Story(workspace);
  await story.deploy();
  await story.publish();
  story.commit(BOTH);
  await story.deploy();
  story.forget();
  return story;
}

/** Publications that Retell obeyed: every version of the story is published once at most. */
function published(story: Story): number[] {
  return [...story.retell.agents.values()].map(({ versions }) => [...versions.values()].filter(({ isPublished }) => isPublished).length);
}

// The lock, two publications, the record.
const POINTS = Array.from({ length: 4 }, (_, write) => (["before", "after"] as const).map((point) => ({ write, point }))).flat();

describe.each(["staging", "production"] as const)("L4: a publication in %s that was killed", (workspace) => {
  let undisturbed: unknown;
  let further: unknown;
  beforeAll(async () => {
    const story = await prepared(workspace);
    expect(await story.killAt({ write: 4, point: "before" }, () => story.publish())).toBe(false);
    undisturbed = story.picture();
    story.commit(SALES_ONLY);
    await story.deploy();
    await story.publish();
    further = story.picture();
  });

  test.each(POINTS)("$point write $write: the rerun publishes nothing twice and ends the same", async (at) => {
    const story = await prepared(workspace);
    const runId = story.nextRun;
    expect(await story.killAt(at, () => story.publish())).toBe(true);
    const done = story.retell.calls.filter(({ method }) => method === "publishVersion").map(({ subject }) => subject);
    const held = [...story.retell.agents.values()].filter(({ versions }) => versions.get(1)?.isPublished === true).map(({ id }) => id);
    story.forget();
    const rerun = await story.publish({}, { job: { runId, runAttempt: 2 } });
    expect(rerun.outcome).toMatch(/^(published|unchanged)$/);
    const again = story.retell.calls.filter(({ method }) => method === "publishVersion").map(({ subject }) => subject);
    expect(again.filter((id) => held.includes(id))).toEqual([]);
    expect(done.length + again.length).toBeLessThanOrEqual(3);
    expect(published(story)).toEqual([2, 2]);
    expect(story.picture()).toEqual(undisturbed);
    story.forget();
    expect(await story.publish()).toMatchObject({ outcome: "unchanged", outputs: { "state-commit": "" } });
    expect(story.writes()).toEqual([]);
  });

  test.each(POINTS)("$point write $write: a deploy in between is not confused and frees the workspace", async (at) => {
    const story = await prepared(workspace);
    await story.killAt(at, () => story.publish());
    expect(await story.deploy()).toMatchObject({ outcome: "unchanged", outputs: { drifted: "[]", blocked: "[]" } });
    expect(story.workspaceState().pending).toBeNull();
    await story.publish();
    expect(story.picture()).toEqual(undisturbed);
  });

  test.each(POINTS)("$point write $write: the deploy of a newer commit and its publication end the same", async (at) => {
    const story = await prepared(workspace);
    await story.killAt(at, () => story.publish());
    story.commit(SALES_ONLY);
    expect(await story.deploy()).toMatchObject({ outcome: "deployed", outputs: { updated: '["sales"]', blocked: "[]" } });
    expect(await story.publish()).toMatchObject({ outcome: "published" });
    const states = (picture: unknown): unknown => (picture as { state: unknown }).state;
    if (story.state("sales").version === 2) expect(story.picture()).toEqual(further);
    // Killed before the publication, the draft takes the newer content: one version less, nothing else.
    else expect(JSON.stringify(states(story.picture()))).toContain("Sell kindly.");
    expect(story.state("sales")).toMatchObject({ is_published: true, published_version: story.state("sales").version });
  });
});

describe("a deploy that was killed before", () => {
  /** Dies after the agent was written and before its engine is. */
  async function broken(): Promise<Story> {
    const story = new Story("staging");
    await story.deploy();
    story.commit(SALES_ONLY);
    const killed = await story.killAt({ write: 1, point: "after" }, () => story.deploy());
    expect(killed).toBe(true);
    expect(story.state("sales").pending).toBeDefined();
    story.forget();
    return story;
  }

  test("its agents are refused, the others published, and its journal is left to the next deploy", async () => {
    const story = await broken();
    const holder = story.workspaceState().pending;
    const report = await story.publish();
    expect(statuses(report)).toEqual({ sales: "left-alone incomplete", support: "published" });
    expect(report.outcome).toBe("partially-published");
    expect(story.workspaceState().pending).toEqual(holder);
    expect(story.state("sales").pending).toBeDefined();
    story.forget();
    // Nothing more to publish: no commit, though the journal is still there.
    expect(await story.publish()).toMatchObject({ outcome: "conflicts", reason: "incomplete", outputs: { "state-commit": "" } });
    expect(story.writes()).toEqual([]);
    expect(await story.deploy()).toMatchObject({ outcome: "deployed", outputs: { updated: '["sales"]', drifted: "[]", blocked: "[]" } });
    expect(story.workspaceState().pending).toBeNull();
    expect(await story.publish()).toMatchObject({ outcome: "published", outputs: { published: '{"sales":0}' } });
  });

  test("also as a later step of the very job whose deploy died", async () => {
    const story = new Story("staging");
    await story.deploy();
    story.commit(SALES_ONLY);
    const runId = story.nextRun;
    await story.killAt({ write: 1, point: "after" }, () => story.deploy());
    expect(statuses(await story.publish({}, { job: { runId } }))).toEqual({ sales: "left-alone incomplete", support: "published" });
    expect(story.workspaceState().pending).toMatchObject({ run: runId });
    expect(await story.deploy({}, { job: { runId, runAttempt: 2 } })).toMatchObject({ outcome: "deployed", outputs: { updated: '["sales"]' } });
    expect(statuses(await story.publish({}, { job: { runId, runAttempt: 2 } }))).toEqual({ sales: "published", support: "unchanged" });
  });

  test.each([0, 1, 2].flatMap((write) => (["before", "after"] as const).map((point) => ({ write, point }))))(
    "and a publication that dies $point write $write leaves what the next deploy needs",
    async (at) => {
      const story = await broken();
      const holder = story.workspaceState().pending;
      expect(await story.killAt(at, () => story.publish())).toBe(true);
      const pending = story.workspaceState().pending;
      if (pending?.kind === "publish") expect(pending.interrupted).toEqual(holder);
      else expect(pending).toEqual(holder);
      expect(await story.deploy()).toMatchObject({ outcome: "deployed", outputs: { updated: '["sales"]', drifted: "[]", blocked: "[]" } });
      expect(story.workspaceState().pending).toBeNull();
      await story.publish();
      expect([story.state("sales"), story.state("support")]).toMatchObject([{ is_published: true, version: 0 }, { is_published: true, version: 0 }]);
    },
  );

  test("two dead publications in a row keep it too", async () => {
    const story = await broken();
    const holder = story.workspaceState().pending;
    await story.killAt({ write: 0, point: "after" }, () => story.publish());
    await story.killAt({ write: 0, point: "after" }, () => story.publish());
    expect(story.workspaceState().pending?.interrupted).toEqual(holder);
    expect(statuses(await story.publish())).toEqual({ sales: "left-alone incomplete", support: "published" });
    expect(story.workspaceState().pending).toEqual(holder);
  });

  test("a first deployment that broke off has nothing to publish but what is complete", async () => {
    const story = new Story("staging");
    // Lock, then engine and agent of the first, then the engine of the second.
    await story.killAt({ write: 3, point: "after" }, () => story.deploy({}, { concurrency: 1 }));
    expect(await story.publish()).toMatchObject({ outcome: "conflicts", reason: "incomplete" });
    expect(await story.deploy()).toMatchObject({ outcome: "deployed" });
    expect(story.retell.agents.size).toBe(2);
    expect(await story.publish()).toMatchObject({ outcome: "published" });
  });
});
