import { afterEach, describe, expect, test } from "@jest/globals";
import type { Repository } from "@retell-actions/lab/github/model/repository";
import { startGitHubLab, type GitHubLab } from "@retell-actions/lab/github/server";
import { GitHubActions, type LabRun } from "@retell-actions/lab/runner/github-actions";
import { conversationOf } from "@retell-actions/lab/scene/look-at";
import { Person } from "@retell-actions/lab/scene/person";

let lab: GitHubLab | undefined;
afterEach(async () => {
  await lab?.stop();
  expect(lab?.violations).toEqual([]);
});

/** Echoes what a job of a comment sees; the body goes through the environment, as data. */
const workflow = (job = ""): string => `on:
  issue_comment:
    types: [created]
permissions: {}
jobs:
  commands:
    name: Commands
    if: github.event.issue.pull_request && startsWith(github.event.comment.body, '/retell')
    runs-on: ubuntu-latest
${job}    steps:
      - run: echo "$GITHUB_EVENT_NAME on $GITHUB_REF by $GITHUB_ACTOR about $NUMBER - $BODY - secret $HAS_SECRET"
        env:
          NUMBER: \${{ github.event.issue.number }}
          BODY: \${{ github.event.comment.body }}
          HAS_SECRET: \${{ secrets.KEY == 'k' }}
`;

async function start(text: string): Promise<{ repository: Repository; actions: GitHubActions; person: Person }> {
  lab = await startGitHubLab();
  const repository = await lab.createRepository({ owner: "acme", name: "voices", defaultBranch: "develop", files: { ".github/workflows/commands.yml": text } });
  Object.assign(repository.secrets, { KEY: "k" });
  await repository.commit({ branch: "feature", files: { f: "1" }, message: "f" });
  await repository.openPullRequest({ head: "feature", base: "develop", title: "T" });
  return { repository, actions: new GitHubActions({ repository, actions: {} }), person: new Person(repository, "dana") };
}

const echoes = (runs: readonly LabRun[]): string[] => runs.map((run) => (run.jobs["commands"]?.steps[0]?.stdout ?? run.conclusion).trim());

describe("a workflow on issue_comment", () => {
  test("runs on the default branch for commands on pull requests, and for nothing else", async () => {
    const { repository, actions, person } = await start(workflow());
    const issue = await repository.openIssue({ title: "I" });
    const id = await person.comment(1, "/retell status");
    await person.comment(1, "Looks good. /retell status");
    await person.comment(issue.number, "/retell status");
    await actions.idle();
    expect(echoes(actions.runs)).toEqual(["issue_comment on refs/heads/develop by dana about 1 - /retell status - secret true", "skipped", "skipped"]);
    expect([...repository.runs.runs.values()].map(({ event, headBranch }) => `${event} ${headBranch}`)).toEqual(Array.from({ length: 3 }, () => "issue_comment develop"));
    // Neither an edit nor a deletion is among the types.
    expect((await person.editComment(id, "/retell use-git")).status).toBe(200);
    expect((await person.deleteComment(id)).status).toBe(204);
    await actions.idle();
    expect(actions.runs).toHaveLength(3);
  });

  test("runs for strangers on a fork's pull request with secrets and a token that may write, which is the danger", async () => {
    const { repository, actions } = await start(workflow("    permissions: { contents: write }\n"));
    const fork = await lab?.forkRepository("acme/voices", { owner: "mallory" });
    await fork?.commit({ branch: "evil", files: { z: "1" }, message: "z" });
    const { number } = await repository.openPullRequest({ head: "evil", base: "develop", title: "E", headRepo: "mallory/voices", user: "mallory" });
    await repository.comment(number, "/retell use-console", "mallory");
    await actions.idle();
    expect(echoes(actions.runs)).toEqual([`issue_comment on refs/heads/develop by mallory about ${number} - /retell use-console - secret true`]);
    expect(actions.runs[0]?.jobs["commands"]?.legs[0]?.permissions).toEqual({ contents: "write" });
  });

  test("does not run for the job's own comments, but for those of other apps", async () => {
    const { repository, actions } = await start(workflow());
    const token = repository.issueToken({ kind: "actions", permissions: { "pull-requests": "write" } });
    const response = await fetch(`${lab?.apiUrl}/repos/acme/voices/issues/1/comments`, { method: "POST", headers: { authorization: `Bearer ${token}`, "content-type": "application/json" }, body: JSON.stringify({ body: "/retell status" }) });
    expect(response.status).toBe(201);
    await repository.comment(1, "/retell help", "app[bot]");
    await actions.idle();
    expect(echoes(actions.runs)).toEqual([expect.stringContaining("by app[bot] about 1 - /retell help")]);
    expect(conversationOf({ repository }, 1).map(({ author, body }) => [author, body])).toEqual([["github-actions[bot]", "/retell status"], ["app[bot]", "/retell help"]]);
  });

  test("commands of one pull request wait for each other in their group, and read their keys from an environment", async () => {
    const group = "    environment: retell-read\n    concurrency: { group: 'retell-commands-${{ github.event.issue.number }}', queue: max }\n";
    const { repository, actions, person } = await start(workflow(group).replace("secrets.KEY == 'k'", "secrets.READ_KEY == 'r'"));
    repository.setEnvironment({ name: "retell-read", secrets: { READ_KEY: "r" } });
    for (const word of ["status", "diff", "help"]) await person.comment(1, `/retell ${word}`);
    await actions.idle();
    expect(echoes(actions.runs)).toEqual(["status", "diff", "help"].map((word) => expect.stringContaining(`/retell ${word} - secret true`)));
  });

  test("an expression with contains, and a body that tries to be a script, stay data", async () => {
    const text = workflow().replace("startsWith(github.event.comment.body, '/retell')", "contains(github.event.comment.body, '/retell ')");
    const { actions, person } = await start(text);
    const body = 'On it.\n/retell status $(echo pwned) `id` "; exit 3; ${{ secrets.KEY }} \'"';
    await person.comment(1, body);
    await person.comment(1, "/RETELL status");
    await person.comment(1, "retell");
    await actions.idle();
    // GitHub's functions ignore case.
    expect(actions.runs.map(({ conclusion }) => conclusion)).toEqual(["success", "success", "skipped"]);
    expect(echoes(actions.runs)[0]).toContain(body);
  });
});

test("a person with read permission comments, but neither merges nor closes", async () => {
  const { repository } = await start(workflow());
  const reader = new Person(repository, "rita", "read");
  const id = await reader.comment(1, "/retell status");
  expect(conversationOf({ repository }, 1)).toEqual([{ id, author: "rita", body: "/retell status", reactions: [] }]);
  expect((await reader.editComment(id, "x")).status).toBe(200);
  expect([(await reader.merge(1)).status, (await reader.close(1)).status]).toEqual([403, 403]);
  expect(repository.collaborators.get("rita")).toBe("read");
  await expect(reader.comment(99, "x")).rejects.toThrow("404");
});
