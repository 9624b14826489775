import { expect } from "@jest/globals";
import type { Scene } from "@retell-actions/lab/scene/scene";
import { CLOSING, GREETING, hotfix, startSyncScene, type SyncScene } from "../../../../actions/branch-sync/test/laws/sync-scene.ts";
import { describeRaces, race } from "./meet.ts";

interface Place {
  readonly scene: Scene;
  readonly story: SyncScene;
  /** Commits that no branch may lose. */
  readonly commits: string[];
}

async function start(): Promise<Place> {
  const story = await startSyncScene();
  const commits = [await story.commit("staging", { [CLOSING]: "Bye.\n" }), await story.commit("production", { [GREETING]: "Hello from production.\n" })];
  return { scene: story.scene, story, commits };
}

/** One that merges into staging and conflicts on develop. */
async function startHotfix(): Promise<Place> {
  const story = await startSyncScene();
  return { scene: story.scene, story, commits: Object.values(await hotfix(story)) };
}

/** Every commit is still on a branch, and after one more run staging has production's newest. */
async function expectNothingLost({ story, commits }: Place): Promise<void> {
  for (const commit of commits) expect(await story.scene.repository.git.text(["for-each-ref", "--contains", commit, "refs/heads/"])).not.toBe("");
  const next = await story.sync();
  expect(["synced", "unchanged", "pull-request-opened"]).toContain(next.outputs["outcome"]);
  expect(await story.has("staging", await story.tip("production"))).toBe(true);
  const pulls = [...story.scene.repository.pulls.values()].filter(({ state }) => state === "open");
  expect(new Set(pulls.map(({ head }) => head.ref)).size).toBe(pulls.length);
  const before = await stand(story);
  expect(["unchanged", "pull-request-opened"]).toContain((await story.sync()).outputs["outcome"]);
  expect(await stand(story)).toEqual(before);
}

/** Where every branch is, and what every pull request says. */
async function stand({ scene: { repository } }: SyncScene): Promise<unknown> {
  return { branches: await repository.git.text(["for-each-ref", "--format=%(refname) %(objectname)", "refs/heads/"]), pulls: [...repository.pulls.values()].map(({ state, title, body }) => ({ state, title, body })), comments: repository.comments.length };
}

describeRaces([
  race<Place>({
    name: "a sync, and a person's merge into the branch that it moves",
    subject: "branch-sync",
    start,
    held: ({ story }) => story.sync(),
    meanwhile: async ({ story, commits }) => {
      commits.push(await story.commit("staging", { "NOTES.md": "Merged meanwhile.\n" }));
      return undefined;
    },
    moments: "requests",
    sample: [6],
    ends: ["synced"],
    check: expectNothingLost,
  }),
  race<Place>({
    name: "a sync, and a person's merge into the branch that it comes from",
    subject: "branch-sync",
    start,
    held: ({ story }) => story.sync(),
    meanwhile: async ({ story, commits }) => {
      commits.push(await story.commit("production", { "NOTES.md": "Merged meanwhile.\n" }));
      return undefined;
    },
    moments: "requests",
    sample: [],
    ends: ["synced"],
    check: expectNothingLost,
  }),
  race<Place>({
    name: "a sync, and another one, where one branch needs a pull request",
    subject: "branch-sync",
    start: startHotfix,
    held: ({ story }) => story.sync(),
    meanwhile: ({ story }) => story.sync(),
    moments: "writes",
    sample: [],
    ends: ["pull-request-opened beside pull-request-opened"],
    check: expectNothingLost,
  }),
] as never);
