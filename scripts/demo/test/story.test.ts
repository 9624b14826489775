import { beforeAll, describe, expect, test } from "@jest/globals";
import type { Story } from "../chapter.ts";
import { printChapter, printEnding, printOpening } from "../print.ts";
import { reportPage } from "../report-page.ts";
import { runRows } from "../run-table.ts";
import { playStory } from "../story.ts";
import { paintFor, type TerminalOptions } from "../terminal.ts";

function printed(played: Story, terminal: TerminalOptions): string {
  const options = { paint: paintFor(terminal), report: "r.html" };
  return [printOpening(played, options), ...played.chapters.map((chapter, index) => printChapter(chapter, index + 1, options)), printEnding(played, options)].join("");
}

let story: Story;
beforeAll(async () => {
  story = await playStory();
});

describe("the demo", () => {
  test("comes out as told", () => {
    expect(story.broken).toEqual([]);
    expect(runRows(story).map(({ run }) => `${run.workflow} ${run.outcome}`)).toEqual([
      "retell-deploy-staging.yml deployed",
      "retell-validate.yml conflicts",
      "retell-validate.yml passed",
      "retell-deploy-staging.yml deployed",
      "retell-deploy-staging.yml unchanged",
    ]);
  });

  test("checks write nothing to Retell and one comment to GitHub, and the last run writes nothing at all", () => {
    const runs = runRows(story).map(({ run }) => run);
    const checks = runs.filter(({ workflow }) => workflow === "retell-validate.yml");
    expect(checks.map(({ retell, github }) => [retell.writes, github.writes])).toEqual([[0, 1], [0, 1]]);
    expect([runs.at(-1)?.retell.writes, runs.at(-1)?.github.writes]).toEqual([0, 0]);
    expect(runs.every(({ retell }) => retell.calls > 0)).toBe(true);
  });

  test("a claim that does not hold is printed and named", () => {
    const [first, ...rest] = story.chapters;
    if (first === undefined) throw new Error("There is no chapter.");
    const wrong = { ...story, chapters: [{ ...first, claims: [{ text: "Pigs fly", held: false }] }, ...rest], broken: ["First deploy: Pigs fly"] };
    const text = printed(wrong, { isTty: false, environment: {} });
    expect(text).toContain("not so: Pigs fly");
    expect(text).not.toContain("Everything came out as told");
  });

  test("is printed without colours unless on a terminal that wants them", () => {
    const print = (isTty: boolean, environment: Record<string, string>): string => printed(story, { isTty, environment });
    const plain = print(false, {});
    expect(plain).not.toContain("\u001b");
    expect(print(true, { NO_COLOR: "1" })).toBe(plain);
    expect(print(true, {})).toContain("\u001b[");
    expect(plain).toContain("billing is left alone");
    expect(Math.max(...plain.split("\n").map((line) => line.length))).toBeLessThanOrEqual(110);
  });
});

describe("the report", () => {
  test("shows every comment and summary, and needs nothing but itself", () => {
    const page = reportPage(story);
    expect(page.match(/<article class="box">/g)).toHaveLength(2 + 5 + 3);
    expect(page).toContain("<summary>Console's whole");
    expect(page).not.toMatch(/<script|<img|<link|<iframe|\ssrc=|url\(|@import/);
    const targets = [...page.matchAll(/href="([^"]*)"/g)].map(([, target]) => target ?? "");
    const ids = new Set([...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => `#${id ?? ""}`));
    expect(targets.filter((target) => !ids.has(target))).toEqual([]);
  });

  test("every element is closed where it was opened", () => {
    const open: string[] = [];
    for (const [, slash, name = ""] of reportPage(story).matchAll(/<(\/?)([a-z][a-z0-9]*)[^>]*>/g)) {
      if (["meta", "br", "hr"].includes(name)) continue;
      if (slash === "") open.push(name);
      else expect(name).toBe(open.pop());
    }
    expect(open).toEqual([]);
  });
});
