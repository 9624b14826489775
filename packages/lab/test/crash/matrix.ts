import { beforeAll, describe, expect, jest, test } from "@jest/globals";
import { tellCase } from "@retell-actions/lab/evidence/tell-case";
import { FOUR_WAYS, startPool } from "@retell-actions/lab/scene/disturbed-run";
import { playDisturbed, playUndisturbed, type Case, type Played } from "./play.ts";
import type { Story } from "./story.ts";

/** A case is many runs, and the first one waits for the undisturbed story too. */
jest.setTimeout(900_000);

/** Every way to break off at every write of the stories. */
export function casesOf(stories: readonly Story[]): Case[] {
  return stories.flatMap((story) => Array.from({ length: story.writes }, (_, at) => FOUR_WAYS.map((disturbance): Case => ({ story, at, disturbance }))).flat());
}

/** A test for each case: run again, it ends as the undisturbed story does. */
export function proveStories(stories: readonly Story[], cases: readonly Case[] = casesOf(stories)): void {
  const references = new Map<Story, Promise<Played>>();
  let results: Map<Case, Promise<Played>>;
  beforeAll(() => {
    const undisturbed = startPool(stories, 1, playUndisturbed);
    for (const [story, played] of undisturbed) references.set(story, played);
    results = startPool(cases, 2, playDisturbed);
  });

  describe.each(stories)("L4: $template, $name", (story) => {
    test("undisturbed it ends as the story says, with as many writes as there are cases", async () => {
      const played = await references.get(story);
      expect(played).toMatchObject({ writes: story.writes, violations: [] });
      expect(played?.ends).toContain(`${story.template}: ${story.ends}`);
    });

    for (const one of cases.filter((candidate) => candidate.story === story)) {
      test(`L4: write ${one.at} ${one.disturbance}`, async () => {
        const [reference, played] = [await references.get(story), await results.get(one)];
        expect({ ends: played?.ends, log: String(played?.ends) === String(reference?.ends) ? "" : played?.log }).toEqual({ ends: reference?.ends, log: "" });
        expect(played?.picture).toEqual(reference?.picture);
        expect(played?.violations).toEqual([]);
        tellCase({ matrix: "crash", subject: story.template, what: `${story.name}: write ${one.at} ${one.disturbance}`, outcome: "converged" });
      });
    }
  });
}
