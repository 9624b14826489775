import { describe, expect, test } from "@jest/globals";
import { at, failure, jobClient, startLab } from "../support.ts";

/** A pull request 1 and a person's issue 2. */
async function withBoth(options = {}) {
  const { lab, repository } = await startLab(options);
  await repository.commit({ branch: "feature", files: { "f.txt": "1" }, message: "f" });
  await repository.openPullRequest({ head: "feature", base: "main", title: "Feature" });
  await repository.openIssue({ title: "Person's", labels: ["bug"], user: "mona" });
  return { lab, repository, client: jobClient(lab, repository) };
}

describe("issues", () => {
  test("are opened, changed, closed and opened again", async () => {
    const { lab, repository, client } = await withBoth();
    const { status, data } = await client.rest.issues.create({ ...at, title: "T", body: "B", labels: ["new", "new"] });
    expect(status).toBe(201);
    expect(data).toMatchObject({ number: 3, state: "open", body: "B", user: { login: "github-actions[bot]", type: "Bot" }, labels: [{ name: "new" }] });
    expect(data.html_url).toMatch(/\/octo\/agents\/issues\/3$/);
    await client.rest.issues.update({ ...at, issue_number: 3, title: "U", state: "closed", labels: [] });
    expect((await client.rest.issues.get({ ...at, issue_number: 3 })).data).toMatchObject({ title: "U", body: "B", state: "closed", state_reason: "completed", labels: [] });
    expect(repository.issues.get(3)?.closedAt).not.toBeNull();
    await client.rest.issues.update({ ...at, issue_number: 3, state: "open", body: null });
    expect(repository.issues.get(3)).toMatchObject({ state: "open", body: null, closedAt: null });
    expect((await failure(client.rest.issues.update({ ...at, issue_number: 9, title: "x" }))).status).toBe(404);
    expect((await failure(client.rest.issues.create({ ...at, title: "" }))).status).toBe(422);
    expect(lab.violations).toEqual([]);
  });

  test("are listed with pull requests, the newest first; filters", async () => {
    const { lab, repository, client } = await withBoth();
    await client.rest.issues.create({ ...at, title: "T" });
    await client.rest.issues.update({ ...at, issue_number: 3, state: "closed" });
    const numbers = async (query: object): Promise<number[]> => (await client.rest.issues.listForRepo({ ...at, ...query })).data.map(({ number }) => number);
    expect(await numbers({})).toEqual([2, 1]);
    expect(await numbers({ state: "all" })).toEqual([3, 2, 1]);
    expect(await numbers({ state: "all", direction: "asc", sort: "created" })).toEqual([1, 2, 3]);
    expect(await numbers({ state: "closed" })).toEqual([3]);
    expect(await numbers({ labels: "bug" })).toEqual([2]);
    expect(await numbers({ state: "all", creator: "github-actions[bot]" })).toEqual([3]);
    const { data } = await client.rest.issues.listForRepo({ ...at });
    expect(data.map((issue) => issue.pull_request !== undefined)).toEqual([false, true]);
    const pages = await client.rest.issues.listForRepo({ ...at, state: "all", per_page: 2 });
    expect(pages.headers.link).toContain('rel="next"');
    expect(repository.issues.size).toBe(2);
    expect(lab.violations).toEqual([]);
  });

  test("are all that a token without pull requests sees of a private repository, and the other way round", async () => {
    const { lab, repository } = await withBoth({ private: true });
    const numbers = async (permissions: Record<string, "read" | "write">): Promise<number[]> => (await jobClient(lab, repository, permissions).rest.issues.listForRepo({ ...at })).data.map(({ number }) => number);
    expect(await numbers({ issues: "read" })).toEqual([2]);
    expect(await numbers({ "pull-requests": "read" })).toEqual([1]);
    expect((await failure(numbers({ contents: "read" }))).status).toBe(403);
    expect((await failure(jobClient(lab, repository, { "pull-requests": "read" }).rest.issues.get({ ...at, issue_number: 2 }))).status).toBe(404);
  });

  test("have comments and labels, and raise events on the default branch", async () => {
    const { lab, repository, client } = await withBoth();
    const comment = await client.rest.issues.createComment({ ...at, issue_number: 2, body: "x" });
    expect(comment.data.html_url).toContain("/issues/2#issuecomment-");
    await client.rest.issues.addLabels({ ...at, issue_number: 2, labels: ["more"] });
    expect(repository.issues.get(2)?.labels).toEqual(["bug", "more"]);
    expect(repository.events.filter(({ name }) => name === "issues")).toMatchObject([{ ref: "refs/heads/main", sha: await repository.tip("main"), actor: "mona", payload: { action: "opened", issue: { number: 2 } } }]);
    expect(repository.heldEvents.map(({ event, reason }) => [event.name, event.payload["action"], reason])).toEqual([["issue_comment", "created", "suppressed"], ["issues", "labeled", "suppressed"]]);
    expect(lab.violations).toEqual([]);
  });
});
