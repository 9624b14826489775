import { beforeAll, describe, expect, test } from "@jest/globals";
import { storyOf, type Story } from "../chapter.ts";
import { escapeHtml } from "../markdown.ts";
import { printChapter, printEnding, printOpening } from "../print.ts";
import { outcomeOf } from "../record.ts";
import { reportPage } from "../report-page.ts";
import { jobRows, runRows } from "../run-table.ts";
import { playStory } from "../story.ts";
import { paintFor, type TerminalOptions } from "../terminal.ts";

/** All of the story is played once: some forty workflow runs. */
const PLAYING_MS = 600_000;

const TITLES = [
  "Three agents become files",
  "The merge to staging deploys",
  "Production is planned, and waits",
  "Rosa approves exactly that plan",
  "Two people change different fields of one agent",
  "The console's field comes into Git",
  "One prompt, changed on both sides",
  "A comment merges the two sides",
  "The same line, changed on both sides",
  "A comment takes the console's side",
  "The changes go on to production",
  "Two console edits become two pull requests",
  "The friendlier greeting is accepted",
  "The wrong number is rejected by a comment",
  "A bad prompt reaches callers",
  "The revert goes straight to production",
  "A release",
  "Two regions, and one of them breaks",
  "Running again finishes the other region",
  "A second run writes nothing",
];

function printed(played: Story, terminal: TerminalOptions): string {
  const options = { paint: paintFor(terminal), report: "r.html" };
  return [printOpening(played, options), ...played.chapters.map((chapter, index) => printChapter(chapter, index + 1, options)), printEnding(played, options)].join("");
}

let story: Story;
beforeAll(async () => {
  story = await playStory();
}, PLAYING_MS);

const runs = () => runRows(story).map(({ run }) => run);

describe("the demo", () => {
  test("comes out as told, in order, and claims something in every chapter", () => {
    expect(story.broken).toEqual([]);
    expect(story.chapters.map(({ title }) => title)).toEqual(TITLES);
    expect(story.chapters.filter(({ claims }) => claims.length === 0)).toEqual([]);
    expect(runRows(story).map(({ cells: [run, result] }) => `${run ?? ""}: ${result ?? ""}`)).toEqual([
      "1 validate: passed-offline",
      "1 validate: passed-offline",
      "2 validate: passed",
      "2 deploy-staging: deployed",
      "3 validate: passed",
      "4 deploy-production: deployed, published, synced",
      "4 deploy-staging: unchanged",
      "5 validate: passed",
      "5 deploy-staging: deployed",
      "6 drift-detection: drift-detected",
      "6 deploy-staging: unchanged",
      "7 validate: conflicts",
      "8 commands: resolved",
      "8 deploy-staging: deployed",
      "9 validate: conflicts",
      "10 commands: resolved",
      "10 deploy-staging: deployed",
      "11 validate: passed",
      "11 deploy-production: deployed, published, synced",
      "11 deploy-staging: unchanged",
      "12 drift-detection: drift-detected",
      "13 deploy-production: published, synced",
      "13 deploy-staging: deployed",
      "14 commands: resolved",
      "14 deploy-staging: deployed",
      "14 drift-detection: in-sync",
      "15 validate: passed",
      "15 deploy-staging: deployed",
      "15 validate: passed",
      "15 deploy-production: deployed, published, synced",
      "15 deploy-staging: unchanged",
      "16 validate: passed",
      "16 deploy-production: deployed, published, synced",
      "16 deploy-staging: deployed",
      "17 release: packaged",
      "18 validate: passed",
      "18 deploy-staging: deployed",
      "18 validate: passed",
      "18 deploy-multi-production: partially-deployed, failed",
      "19 deploy-multi-production: deployed, published, synced",
      "19 deploy-staging: unchanged",
      "20 deploy-staging: unchanged",
      "20 deploy-production: unchanged",
    ]);
  });

  test("checks, commands and detections write nothing to Retell, checks one comment to GitHub, and idle runs nothing at all", () => {
    const ofWorkflow = (name: string) => runs().filter(({ workflow }) => workflow === name);
    expect(ofWorkflow("retell-validate.yml").map(({ lab, retell, github }) => [retell.writes, github.writes, lab.event.name])).toEqual([
      [0, 1, "pull_request"],
      [0, 0, "push"],
      ...Array.from({ length: 11 }, () => [0, 1, "pull_request"]),
    ]);
    expect(ofWorkflow("retell-drift-detection.yml").map(({ retell }) => retell.writes)).toEqual([0, 0, 0]);
    expect(ofWorkflow("retell-commands.yml").map(({ retell, lab }) => [retell.writes, lab.event.name])).toEqual(Array.from({ length: 3 }, () => [0, "issue_comment"]));
    const unchanged = runs().filter((run) => outcomeOf(run) === "unchanged");
    // What the console had and Git took over has to be recorded, in one commit.
    const recording = runRows(story).filter(({ title }) => title === "The console's field comes into Git").map(({ run }) => run);
    expect(unchanged.filter((run) => recording.includes(run)).map(({ retell, github }) => [retell.writes, github.writes])).toEqual([[0, 1]]);
    const idle = unchanged.filter((run) => !recording.includes(run));
    expect(idle.length).toBeGreaterThanOrEqual(5);
    expect(idle.map(({ retell, github }) => retell.writes + github.writes)).toEqual(idle.map(() => 0));
    expect(idle.every(({ retell }) => retell.calls > 0)).toBe(true);
  });

  test("a run is counted in one chapter, and a job is shown in one", () => {
    const attempts = runs().map(({ lab }) => lab.run);
    expect(new Set(attempts).size).toBe(attempts.length);
    const shown = story.chapters.flatMap((chapter) => jobRows(chapter).map(({ job }) => job));
    expect(new Set(shown).size).toBe(shown.length);
  });

  test("a claim that does not hold is printed and named", () => {
    const [first, ...rest] = story.chapters;
    if (first === undefined) throw new Error("There is no chapter.");
    const wrong = storyOf({ ...story, chapters: [{ ...first, claims: [{ text: "Pigs fly", held: false }] }, ...rest] });
    expect(wrong.broken).toEqual([`${first.title}: Pigs fly`]);
    const text = printed(wrong, { isTty: false, environment: {} });
    expect(text).toContain("not so: Pigs fly");
    expect(text).not.toContain("Everything came out as told");
    expect(reportPage(wrong)).toContain("Not so: Pigs fly");
  });

  test("is printed without colours unless on a terminal that wants them", () => {
    const print = (isTty: boolean, environment: Record<string, string>): string => printed(story, { isTty, environment });
    const plain = print(false, {});
    expect(plain).not.toContain("\u001b");
    expect(print(true, { NO_COLOR: "1" })).toBe(plain);
    expect(print(true, {})).toContain("\u001b[");
    expect(plain).toContain("billing is left alone");
    expect(plain).toMatch(/dana commented on pull request #\d+: 👀 👍\n.*│ \/retell merge staging front-desk @[0-9a-f]{12}\n/);
    expect(plain).toContain("Plan for production (dry run, nothing written)");
    expect(plain).toContain("Production Configuration Drift Detected");
    expect(Math.max(...plain.split("\n").map((line) => line.length))).toBeLessThanOrEqual(110);
  });
});

describe("the report", () => {
  test("has all chapters in order, with a list of links to them, and needs nothing but itself", () => {
    const page = reportPage(story);
    expect([...page.matchAll(/<h2>\d+\. ([^<]*)<\/h2>/g)].map(([, title]) => title)).toEqual(TITLES.map(escapeHtml));
    const [list = ""] = /<nav[\s\S]*?<\/nav>/.exec(page) ?? [];
    expect([...list.matchAll(/<a href="#step-\d+">([^<]*)<\/a>/g)].map(([, title]) => title)).toEqual(TITLES.map(escapeHtml));
    expect(page).not.toMatch(/<script|<img|<link|<iframe|\ssrc=|url\(|@import/);
    const targets = [...page.matchAll(/href="([^"]*)"/g)].map(([, target]) => target ?? "");
    const ids = new Set([...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => `#${id ?? ""}`));
    expect(targets.filter((target) => !ids.has(target))).toEqual([]);
  });

  test("shows comments, the plan and a drift pull request rendered, and every other summary folded", () => {
    const page = reportPage(story);
    const exhibits = story.chapters.filter(({ exhibit }) => exhibit !== undefined).length;
    const shown = story.chapters.flatMap((chapter) => chapter.shown);
    const summaries = story.chapters.flatMap((chapter) => jobRows(chapter).map(({ job }) => job.summary)).filter((summary) => summary.trim() !== "");
    const shownSummaries = summaries.filter((summary) => shown.some(({ body }) => body === summary));
    expect(page.match(/<article class="box">/g)).toHaveLength(exhibits + shown.length);
    expect(page.match(/<details class="box">/g)).toHaveLength(summaries.length - shownSummaries.length);
    expect(page).toContain("Plan for production (dry run, nothing written)</h2>");
    expect(page).toContain("Production Configuration Drift Detected</h2>");
    expect(page).toContain("<summary>Console's whole");
    expect(page).not.toContain("retell-actions {");
  });

  test("shows commands to copy in a box each, and below a pull request the command, the commit and the answer", () => {
    const page = reportPage(story);
    for (const verb of ["use-git", "use-console", "merge"]) expect(page).toMatch(new RegExp(`<pre><code>/retell ${verb} staging front-desk @[0-9a-f]{12}\n</code></pre>`));
    expect(page).toMatch(/<p>\/retell merge staging front-desk @[0-9a-f]{12}<\/p>/);
    expect(page).toContain('<span class="place">@@ prompts/front-desk.md @@</span>\n<span class="removed">-Find out');
    expect(page).toMatch(/<h2>✅ Decided<\/h2>[\s\S]*?<h3>✅ <code>\/retell merge staging front-desk @/);
    // Markdown within a folded part is rendered too.
    expect(page).toMatch(/<details><summary>Without commands: by hand<\/summary>\s*<p>Choose one:<\/p>\s*<ol>/);
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
