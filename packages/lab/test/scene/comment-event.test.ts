import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Person } from "@retell-actions/lab/scene/person";
import { agentFile, sampleFiles } from "@retell-actions/lab/scene/sample-files";
import { startScene, type Scene } from "@retell-actions/lab/scene/scene";

const runnerTemp = mkdtempSync(join(tmpdir(), "comment-event-"));
let scene: Scene;
beforeAll(async () => {
  scene = await startScene({ files: sampleFiles({ sales: {} }) });
  await scene.repository.commit({ branch: "feature", parent: "staging", files: { "agents/sales/agent.json": agentFile("Sales") }, message: "f" });
  await scene.repository.openPullRequest({ head: "feature", base: "staging", title: "T" });
});
afterAll(async () => {
  await scene.stop();
  rmSync(runnerTemp, { recursive: true, force: true });
});

test("any bundle runs for a comment's event: on the default branch, with the text of the moment", async () => {
  const person = new Person(scene.repository, "dana");
  const id = await person.comment(1, "/retell status");
  await person.editComment(id, "/retell use-git");
  for (const [action, body] of [["created", "/retell status"], ["edited", "/retell use-git"]] as const) {
    const result = await scene.action("list-workspaces", { comment: { id, action }, runnerTemp });
    expect(result.conclusion).toBe("success");
    expect(JSON.parse(readFileSync(join(runnerTemp, "_github_workflow", "event.json"), "utf8"))).toMatchObject({ action, comment: { id, body }, issue: { number: 1, pull_request: {} }, sender: { login: "dana" } });
    expect(scene.repository.runs.get(result.runId)).toMatchObject({ event: "issue_comment", headBranch: "develop", headSha: await scene.repository.tip("develop") });
  }
  await expect(scene.action("list-workspaces", { comment: { id: 1 } })).rejects.toThrow("no event created of comment 1");
});

test("also for a comment that starts no workflow on GitHub", async () => {
  const token = scene.repository.issueToken({ kind: "actions", permissions: { "pull-requests": "write" } });
  const response = await fetch(`${scene.github.apiUrl}/repos/acme/voices/issues/1/comments`, { method: "POST", headers: { authorization: `Bearer ${token}`, "content-type": "application/json" }, body: JSON.stringify({ body: "/retell status" }) });
  const { id } = (await response.json()) as { id: number };
  expect(scene.repository.heldEvents).toHaveLength(1);
  expect((await scene.action("list-workspaces", { comment: { id } })).conclusion).toBe("success");
});
