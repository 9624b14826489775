import { describe, expect, test } from "@jest/globals";
import { labScene, losses } from "./lab-scene.ts";

const issue = { title: "Drift in production", body: "<!-- retell -->\nText", labels: ["drift-detection"] };
const ISSUES = "POST /issues";

describe("issues", () => {
  test("are opened with labels, changed and listed; people's and pull requests are left out", async () => {
    const { repository, github } = await labScene();
    await repository.openIssue({ title: "Person" });
    await repository.commit({ branch: "x", files: { x: "1" }, message: "x" });
    await github.pullRequests.open({ head: "x", base: "main", title: "T", body: "" });
    const made = await github.issues.create(issue);
    expect(made).toEqual({ number: 3, state: "open", title: issue.title, body: issue.body, authorIsBot: true, url: expect.stringMatching(/\/octo\/agents\/issues\/3$/) });
    expect(repository.issues.get(3)?.labels).toEqual(["drift-detection"]);
    const second = await github.issues.create({ title: "Second", body: "", labels: [] });
    await github.issues.update(3, { state: "closed", body: "New", title: "Changed" });
    expect(await github.issues.listByBots()).toEqual([{ ...made, state: "closed", body: "New", title: "Changed" }, second]);
  });

  test("are read one by one, whoever opened them; one that is gone is none", async () => {
    const { repository, github } = await labScene();
    await repository.openIssue({ title: "Person", body: "Please" });
    expect(await github.issues.get(1)).toMatchObject({ number: 1, body: "Please", authorIsBot: false });
    expect(await github.issues.get(7)).toBeUndefined();
  });

  test("are read over all pages, the oldest first", async () => {
    const { repository, github } = await labScene();
    await github.issues.create({ title: "t", body: "", labels: [] });
    const [first] = [...repository.issues.values()];
    if (first === undefined) throw new Error("not made");
    for (let number = 2; number <= 101; number += 1) repository.issues.set(number, { ...first, number });
    expect((await github.issues.listByBots()).map(({ number }) => number)).toEqual(Array.from({ length: 101 }, (_, index) => index + 1));
  });

  test.each(losses)("through %s are opened once", async (_name, action) => {
    const { repository, github, spoil } = await labScene();
    const old = await github.issues.create(issue);
    await github.issues.update(old.number, { state: "closed" });
    spoil(ISSUES, action);
    expect(await github.issues.create(issue)).toMatchObject({ number: 2, state: "open" });
    expect(repository.issues.size).toBe(2);
    spoil("PATCH /issues/2", action);
    await github.issues.update(2, { body: "again" });
    expect(repository.issues.get(2)?.body).toBe("again");
  });

  test("that never get an answer say that they may be there", async () => {
    const { github, spoil, count } = await labScene();
    spoil(ISSUES, { kind: "status", status: 502 }, 9);
    await expect(github.issues.create(issue)).rejects.toMatchObject({ reason: "github-unavailable", ambiguous: true });
    expect(count(ISSUES)).toBe(2);
  });

  test("without the permission or the setting say what to change", async () => {
    const { repository, github, githubWith } = await labScene();
    const reader = githubWith({ issues: "read" });
    await expect(reader.issues.create(issue)).rejects.toThrow("permissions:\n  issues: write");
    await expect(githubWith({ contents: "read" }).issues.listByBots()).rejects.toThrow("permissions:\n  issues: read");
    const { number } = await repository.openIssue({ title: "t" });
    await expect(reader.issues.update(number, { title: "x" })).rejects.toThrow("permissions:\n  issues: write");
    repository.settings.hasIssues = false;
    await expect(github.issues.create(issue)).rejects.toMatchObject({ reason: "github-forbidden", message: expect.stringContaining("Settings → General → Features") });
  });
});
