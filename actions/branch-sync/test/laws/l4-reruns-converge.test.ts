import { beforeAll, expect, test } from "@jest/globals";
import { tellCase } from "@retell-actions/lab/evidence/tell-case";
import { FOUR_WAYS, runDisturbed, startPool, type Disturbance } from "@retell-actions/lab/scene/disturbed-run";
import { hotfix, startSyncScene, type SyncScene } from "./sync-scene.ts";

/** The merge of staging, its deploy and status; the merge of develop, in vain; the branch of its pull request, a status, the request. */
const WRITES = 7;

interface Case {
  readonly at: number;
  readonly disturbance: Disturbance;
}

const all = Array.from({ length: WRITES }, (_, at) => FOUR_WAYS.map((disturbance): Case => ({ at, disturbance }))).flat();
/** A kill at every other write, before and after it in turns; all of them with `--full`. */
const CASES = process.env["PROVE"] === "full" ? all : all.filter(({ at, disturbance }) => at % 2 === 0 && disturbance === FOUR_WAYS[(at / 2) % 2]);

/** What a run leaves behind. Commits carry a time, so contents and numbers stand for them, and a word for the source's. */
async function picture({ scene: { repository }, started }: SyncScene, source: string): Promise<unknown> {
  const named = (text: string | null): string => (text ?? "").replaceAll(source, "SOURCE").replaceAll(source.slice(0, 7), "SOURCE");
  const branches = (await repository.git.text(["for-each-ref", "--format=%(refname) %(tree)", "refs/heads/"])).split("\n");
  const staging = await repository.tip("staging");
  const pulls = [...repository.pulls.values()];
  return {
    branches,
    commits: await repository.git.text(["rev-list", "--count", "staging"]),
    pulls: pulls.map(({ head, base, title, body, state }) => ({ head: head.ref, sha: named(head.sha), base: base.ref, title, body: named(body), state })),
    statuses: [staging, ...pulls.map(({ head }) => head.sha)].map((sha) => [...new Set(repository.statusesOf(sha).map(({ context, state }) => `${context}: ${state}`))]),
    comments: repository.comments.map(({ issueNumber, body }) => ({ on: issueNumber, body: named(body) })),
    issues: repository.issues.size,
    started: [...new Set(started())],
  };
}

async function play({ at, disturbance }: Case): Promise<unknown> {
  const story = await startSyncScene();
  try {
    const { hotfix: source } = await hotfix(story);
    const disturbed = await runDisturbed(story.scene, { at, disturbance }, (more) => story.sync(more));
    const rerun = await story.sync({ rerunOf: disturbed.runId });
    return { outcome: rerun.outputs["outcome"], picture: await picture(story, source) };
  } finally {
    await story.scene.stop();
  }
}

let expected: unknown;
let played: Map<Case, Promise<unknown>>;
beforeAll(async () => {
  const story = await startSyncScene();
  try {
    const { hotfix: source } = await hotfix(story);
    story.scene.faults.reset();
    const run = await story.sync();
    expect(run.outputs["outcome"]).toBe("pull-request-opened");
    expect(story.scene.faults.writes).toBe(WRITES);
    expected = { outcome: "pull-request-opened", picture: await picture(story, source) };
  } finally {
    await story.scene.stop();
  }
  played = startPool(CASES, 2, play);
});

test.each(CASES)("L4: $disturbance at write $at, then a re-run: as if undisturbed", async (one) => {
  expect(await played.get(one)).toEqual(expected);
  tellCase({ matrix: "crash", subject: "branch-sync", what: `write ${one.at} ${one.disturbance}`, outcome: "converged" });
});
