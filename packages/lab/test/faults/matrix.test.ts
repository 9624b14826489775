import { describe, expect, test } from "@jest/globals";
import { tellCase } from "@retell-actions/lab/evidence/tell-case";
import { casesFor, spread, wordsOf, type Case } from "./cases.ts";
import { expectStatedEnd } from "./expectations.ts";
import { Player, playUndisturbed, type Played, type Undisturbed } from "./play.ts";
import { syncByForce, syncSafely } from "./stories/branch-sync.ts";
import { deployFirst, deployToStaging } from "./stories/deploy.ts";
import { detectDrift, detectIntoIssue, detectNothing } from "./stories/drift-detect.ts";
import { importEverything } from "./stories/import-agents.ts";
import { publishDrafts } from "./stories/publish-version.ts";
import { packageTag } from "./stories/release-package.ts";
import { resolveAfterMerge, resolveOnPull } from "./stories/resolve-conflicts.ts";
import { scaffoldFromIssue } from "./stories/scaffold-agents.ts";
import { validateForProduction, validatePullRequest } from "./stories/validate.ts";
import type { Story } from "./story.ts";

const STORIES: readonly Story[] = [
  deployFirst,
  deployToStaging,
  validatePullRequest,
  validateForProduction,
  detectDrift,
  detectNothing,
  detectIntoIssue,
  publishDrafts,
  importEverything,
  resolveOnPull,
  resolveAfterMerge,
  syncSafely,
  syncByForce,
  packageTag,
  scaffoldFromIssue,
];
const isWhole = process.env["PROVE"] === "full";
const PLAYED = STORIES.filter(({ ordinaryStep }) => isWhole || ordinaryStep !== undefined);
/** Runs side by side; most of the time they wait. */
const PARALLEL = isWhole ? 5 : 3;

/** Why a case did not end as stated; undefined if it did. */
async function problemOf(one: Case, { player, story, undisturbed }: { player: Player; story: Story; undisturbed: Undisturbed }): Promise<string | undefined> {
  let played: Played | undefined;
  try {
    played = await player.play(one, undisturbed);
    tellCase({ matrix: "faults", subject: story.action, what: wordsOf(one), outcome: expectStatedEnd(one, played, undisturbed) });
    return undefined;
  } catch (error) {
    const { outcome = "", "reason-code": reason = "" } = played?.run.outputs ?? {};
    const said = played?.run.annotations.map(({ level, message }) => `${level}: ${message}`).join("\n") ?? "";
    return `### ${wordsOf(one)} => ${outcome} ${reason}\n${(error as Error).message}\n${said}`;
  }
}

async function problemsOf(story: Story, cases: readonly Case[], undisturbed: Undisturbed): Promise<string[]> {
  const waiting = [...cases];
  const problems: string[] = [];
  const work = async (): Promise<void> => {
    const player = new Player(story);
    for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
      const problem = await problemOf(one, { player, story, undisturbed });
      if (problem !== undefined) problems.push(problem);
    }
    const end = await player.finish();
    if (end !== undefined) expect(end.picture).toEqual(undisturbed.picture);
  };
  await Promise.all(Array.from({ length: Math.min(PARALLEL, cases.length) }, work));
  return problems;
}

describe("every call of an action, spoilt in every way, ends as stated, and a run without faults brings the rest", () => {
  test.each(PLAYED.map((story) => [`${story.action} ${story.name}`, story] as const))("%s", async (_name, story) => {
    const undisturbed = await playUndisturbed(story);
    const cases = spread(casesFor(undisturbed.calls), isWhole ? story.step : (story.ordinaryStep ?? story.step));
    expect(cases).not.toEqual([]);
    expect((await problemsOf(story, cases, undisturbed)).join("\n\n")).toBe("");
  }, 1_800_000);
});
