import { afterEach, describe, expect, test } from "@jest/globals";
import { deliver } from "@retell-actions/lab/github/model/events";
import type { Repository } from "@retell-actions/lab/github/model/repository";
import { startGitHubLab, type GitHubLab } from "@retell-actions/lab/github/server";
import { GitHubActions } from "@retell-actions/lab/runner/github-actions";

let lab: GitHubLab | undefined;
afterEach(async () => {
  await lab?.stop();
});

const workflow = (job: string, on = "push"): string => `on: ${on}\npermissions: {}\njobs:\n  main:\n    name: Main\n    runs-on: ubuntu-latest\n${job}`;

async function start(files: Readonly<Record<string, string>>, machine: Record<string, string> = {}): Promise<{ repository: Repository; actions: GitHubActions }> {
  lab = await startGitHubLab();
  const named = Object.fromEntries(Object.entries(files).map(([name, text]) => [`.github/workflows/${name}`, text]));
  const repository = await lab.createRepository({ owner: "acme", name: "lab", defaultBranch: "main", files: named });
  return { repository, actions: new GitHubActions({ repository, actions: {}, machine }) };
}

const push = (repository: Repository, message = "Push"): Promise<string> => repository.commit({ branch: "main", files: {}, message });

describe("GitHub Actions of the lab", () => {
  test("files of the event's commit run, in order; other files, branches and skipped commits start nothing", async () => {
    const text = workflow("    steps: [{ run: echo $GITHUB_REF }]\n", "{ push: { branches: [main] } }");
    const { repository, actions } = await start({ "b.yml": text, "a.yaml": text, "c.txt": text, "deep/d.yml": text });
    await push(repository);
    await repository.commit({ branch: "other", files: {}, message: "Other" });
    await push(repository, "No [skip ci]");
    await actions.idle();
    expect(actions.runs.map(({ workflow: path, conclusion }) => `${path} ${conclusion}`)).toEqual([".github/workflows/a.yaml success", ".github/workflows/b.yml success"]);
    expect(actions.runs[0]?.log).toContain("refs/heads/main");
  });

  test("a run and its job are on record, and their check says how they ended", async () => {
    const { repository, actions } = await start({ "a.yml": workflow("    steps: [{ run: exit 3 }]\n") });
    const sha = await push(repository);
    await actions.idle();
    const [run] = [...repository.runs.runs.values()];
    expect(run).toMatchObject({ headSha: sha, headBranch: "main", event: "push", attempts: [{ status: "completed", conclusion: "failure", jobs: [{ name: "Main", status: "completed", conclusion: "failure" }] }] });
    expect(repository.checkRuns).toMatchObject([{ name: "Main", headSha: sha, conclusion: "failure" }]);
    expect(repository.isContextGreen(sha, "Main")).toBe(false);
  });

  test("a skipped job counts as green under the name that others see, a file with errors is a startup failure", async () => {
    const { repository, actions } = await start({ "a.yml": workflow("    if: false\n    steps: [{ run: exit 1 }]\n"), "b.yml": "on: push\njobs: {}\n" });
    const sha = await push(repository);
    await actions.idle();
    expect(actions.runs.map(({ conclusion }) => conclusion)).toEqual(["skipped", "startup_failure"]);
    expect(repository.checkRuns).toMatchObject([{ name: "Main", conclusion: "skipped" }]);
    expect(repository.isContextGreen(sha, "Main")).toBe(true);
  });

  test("annotations of all steps are on the job's check, 50 at most", async () => {
    const noisy = `for i in 1 2 3 4 5 6 7 8 9 10; do echo "::LEVEL::$i"; done`;
    const steps = ["error", "warning", "notice"].flatMap((level) => [1, 2].map(() => `      - run: '${noisy.replace("LEVEL", level)}'\n`)).join("");
    const { repository, actions } = await start({
      "a.yml": workflow("    steps:\n      - run: echo '::warning file=agents/a.json,line=3,col=5,endColumn=9,title=Odd::Look here'\n      - run: exit 3\n"),
      "b.yml": workflow(`    steps:\n${steps}`),
    });
    await push(repository);
    await actions.idle();
    const [few, many] = repository.checkRuns;
    expect(few?.annotations).toEqual([
      { path: "agents/a.json", start_line: 3, end_line: 3, start_column: 5, end_column: 9, annotation_level: "warning", message: "Look here", title: "Odd" },
      { path: ".github", start_line: 1, end_line: 1, annotation_level: "failure", message: "Process completed with exit code 3." },
    ]);
    expect(many?.annotations).toHaveLength(50);
  });

  test("a job that its environment refuses says so on its check", async () => {
    const { repository, actions } = await start({ "a.yml": workflow("    environment: guarded\n    steps: [{ run: echo done }]\n") });
    repository.setEnvironment({ name: "guarded", branches: ["release"] });
    await push(repository);
    await actions.idle();
    expect(repository.checkRuns).toMatchObject([{ conclusion: "failure", annotations: [{ annotation_level: "failure", message: expect.stringContaining("not allowed to deploy to guarded") }] }]);
  });

  test("tokens have the job's permissions and end with the job", async () => {
    const { repository, actions } = await start({ "a.yml": workflow("    permissions: { contents: read, actions: write }\n    steps: [{ run: 'echo token=$TOKEN | sed s/ghs_/x_/', env: { TOKEN: '${{ github.token }}' } }]\n") });
    await push(repository);
    await actions.idle();
    const [run] = actions.runs;
    expect(run?.jobs["main"]?.legs[0]?.permissions).toEqual({ contents: "read", actions: "write" });
    const value = /token=x_([0-9a-f]+)/.exec(run?.jobs["main"]?.steps[0]?.stdout ?? "")?.[1] ?? "";
    expect(value).not.toBe("");
    expect(repository.world.tokens.find(`ghs_${value}`)).toBeUndefined();
  });

  test("secrets and variables of the environment stand over the repository's; the machine's variables below everything", async () => {
    const env = "    environment: place\n    env: { SECRET: '${{ secrets.A }}', VARIABLE: '${{ vars.V }}', OVER: job }\n";
    const { repository, actions } = await start({ "a.yml": workflow(`${env}    steps: [{ run: 'echo $SECRET $VARIABLE $OVER $UNDER | tr a-z A-Z' }]\n`) }, { OVER: "machine", UNDER: "machine" });
    Object.assign(repository.secrets, { A: "repository" });
    repository.setEnvironment({ name: "place", secrets: { A: "environment" }, variables: { V: "variable" } });
    await push(repository);
    await actions.idle();
    expect(actions.runs[0]?.jobs["main"]?.steps[0]?.stdout).toContain("ENVIRONMENT VARIABLE JOB MACHINE");
  });

  test("reviewers: idle() returns while a job waits, also with another one behind it; answers let it go on", async () => {
    const job = "    environment: guarded\n    concurrency:\n      group: one\n      queue: max\n    steps: [{ run: echo done }]\n";
    const { repository, actions } = await start({ "a.yml": workflow(job) });
    repository.setEnvironment({ name: "guarded", requiredReviewers: ["boss"] });
    await push(repository);
    await push(repository);
    await actions.idle();
    expect(actions.runs).toEqual([]);
    expect(actions.approvals.environments).toEqual(["guarded"]);
    expect([...repository.runs.runs.values()].map(({ attempts }) => attempts[0]?.status)).toEqual(["waiting", "queued"]);
    actions.approvals.answer("guarded", { approved: true });
    await actions.idle();
    expect(actions.runs.map(({ conclusion }) => conclusion)).toEqual(["success"]);
    actions.approvals.answer("guarded", { approved: false, reason: "Not today." });
    await actions.idle();
    expect(actions.runs.map(({ conclusion }) => conclusion)).toEqual(["success", "failure"]);
    expect(actions.runs[1]?.jobs["main"]?.reason).toBe("Not today.");
  });

  test("an older run that is cancelled before its job began does not decide the check", async () => {
    const head = "concurrency: { group: one, cancel-in-progress: true }\n";
    const { repository, actions } = await start({ "a.yml": head + workflow("    environment: guarded\n    steps: [{ run: echo done }]\n", "create") });
    repository.setEnvironment({ name: "guarded", requiredReviewers: ["boss"] });
    await repository.git.run(["branch", "old", "main"]);
    const sha = await repository.tip("main");
    const event = { name: "create", ref: "refs/heads/old", sha, actor: "acme", payload: {} };
    deliver(repository, event);
    await actions.idle();
    repository.environments.clear();
    deliver(repository, event);
    await actions.idle();
    expect(actions.runs.map(({ conclusion }) => conclusion)).toEqual(["cancelled", "success"]);
    expect(repository.checkRuns.map(({ conclusion }) => conclusion)).toEqual(["cancelled", "success"]);
    expect(actions.approvals.environments).toEqual([]);
  });

  test("a re-run is the next attempt of the same run and decides the check", async () => {
    const { repository, actions } = await start({ "a.yml": workflow("    steps: [{ run: 'test $GITHUB_RUN_ATTEMPT = 2' }]\n") });
    const sha = await push(repository);
    await actions.idle();
    expect(repository.isContextGreen(sha, "Main")).toBe(false);
    const [first] = actions.runs;
    if (first === undefined) throw new Error("There was no run.");
    actions.rerun(first);
    await actions.idle();
    expect(actions.runs.map(({ run, conclusion }) => `${run.attempt} ${conclusion}`)).toEqual(["1 failure", "2 success"]);
    expect(repository.isContextGreen(sha, "Main")).toBe(true);
  });

  test("'Re-run failed jobs' keeps what succeeded, with its artifacts", async () => {
    const text = `on: push
permissions: {}
jobs:
  plan:
    runs-on: x
    steps:
      - run: echo $GITHUB_RUN_ATTEMPT > print
      - { uses: actions/upload-artifact@v7, with: { name: plan, path: print } }
  deploy:
    needs: plan
    runs-on: x
    steps:
      - { uses: actions/download-artifact@v8, with: { name: plan } }
      - run: cat print && test $GITHUB_RUN_ATTEMPT = 2
`;
    const { repository, actions } = await start({ "a.yml": text });
    await push(repository);
    await actions.idle();
    const [first] = actions.runs;
    if (first === undefined) throw new Error("There was no run.");
    actions.rerunFailed(first);
    await actions.idle();
    expect(actions.runs.map(({ run, conclusion }) => `${run.attempt} ${conclusion}`)).toEqual(["1 failure", "2 success"]);
    expect(actions.runs[1]?.jobs["deploy"]?.steps[1]?.stdout).toBe("1\n");
    expect(actions.artifacts(first).names).toEqual(["plan"]);
  });

  test("a schedule runs the default branch's files that have the line, wherever else it stands", async () => {
    const cron = (line: string): string => workflow("    steps: [{ run: echo $GITHUB_REF $GITHUB_EVENT_NAME $CRON, env: { CRON: '${{ github.event.schedule }}' } }]\n", `{ schedule: [{ cron: '${line}' }] }`);
    const { repository, actions } = await start({ "a.yml": cron("17 */6 * * *"), "b.yml": cron("5 4 * * *") });
    await repository.commit({ branch: "other", files: { ".github/workflows/c.yml": cron("17 */6 * * *") }, message: "Elsewhere" });
    await actions.schedule("17 */6 * * *");
    await actions.idle();
    expect(actions.runs.map(({ workflow: path, event }) => `${path} ${event.name}`)).toEqual([".github/workflows/a.yml schedule"]);
    expect(actions.runs[0]?.jobs["main"]?.steps[0]?.stdout).toBe("refs/heads/main schedule 17 */6 * * *\n");
    expect(actions.runs[0]?.event.sha).toBe(await repository.tip("main"));
  });

  test("a release runs the files of its tag, on its tag", async () => {
    const { repository, actions } = await start({ "a.yml": workflow("    steps: [{ run: echo $GITHUB_REF $GITHUB_REF_TYPE $TAG, env: { TAG: '${{ github.event.release.tag_name }}' } }]\n", "{ release: { types: [published] } }") });
    await repository.git.run(["tag", "v1.0.0", "main"]);
    const sha = await repository.tip("main");
    await push(repository);
    for (const action of ["created", "published"]) deliver(repository, { name: "release", ref: "refs/tags/v1.0.0", sha, actor: "acme", payload: { action, release: { tag_name: "v1.0.0" } } });
    await actions.idle();
    expect(actions.runs.map(({ jobs }) => jobs["main"]?.steps[0]?.stdout)).toEqual(["refs/tags/v1.0.0 tag v1.0.0\n"]);
  });

  test("a job sees no secret of its environment until the reviewer has said yes; without record where it asks for none", async () => {
    const job = "    environment: { name: guarded, deployment: false }\n    env: { KEY: '${{ secrets.KEY }}' }\n    steps: [{ run: 'echo $KEY | tr a-z A-Z' }]\n";
    const { repository, actions } = await start({ "a.yml": workflow(job) });
    repository.setEnvironment({ name: "guarded", requiredReviewers: ["boss"], secrets: { KEY: "before" } });
    await push(repository);
    await actions.idle();
    expect(actions.runs).toEqual([]);
    // A key that the job had read before the approval would still be the old one.
    repository.setEnvironment({ name: "guarded", requiredReviewers: ["boss"], secrets: { KEY: "after" } });
    actions.approvals.answer("guarded", { approved: true });
    await actions.idle();
    expect(actions.runs[0]?.jobs["main"]?.steps[0]?.stdout).toBe("AFTER\n");
    expect(actions.deployments).toEqual([]);
  });

  test("a run that waits for its reviewer holds up the next one from its first job on", async () => {
    const text = `on: push
permissions: {}
concurrency: { group: deploy, queue: max }
jobs:
  plan:
    runs-on: x
    steps: [{ run: echo plan }]
  deploy:
    needs: plan
    runs-on: x
    environment: guarded
    steps: [{ run: echo deploy }]
`;
    const { repository, actions } = await start({ "a.yml": text });
    repository.setEnvironment({ name: "guarded", requiredReviewers: ["boss"] });
    await push(repository);
    await push(repository);
    await actions.idle();
    expect([...repository.runs.runs.values()].map(({ attempts }) => attempts[0]?.jobs.filter(({ status }) => status === "completed").map(({ name }) => name))).toEqual([["plan"], []]);
    actions.approvals.answer("guarded", { approved: true });
    await actions.idle();
    actions.approvals.answer("guarded", { approved: true });
    await actions.idle();
    expect(actions.runs.map(({ conclusion }) => conclusion)).toEqual(["success", "success"]);
  });

  test("what a job's token does: a dispatch starts a run, a push none, and a pull request waits for a click", async () => {
    const api = (path: string, body: string): string => `curl --fail --silent --show-error -H "authorization: Bearer $TOKEN" -d '${body}' "$GITHUB_API_URL/repos/$GITHUB_REPOSITORY/${path}"`;
    const script = (sha: string): string => [
      api("git/refs", `{"ref":"refs/heads/made","sha":"${sha}"}`),
      api("pulls", '{"title":"Made","head":"feature","base":"main"}'),
      api("actions/workflows/b.yml/dispatches", '{"ref":"main"}'),
    ].join("\n");
    const { repository, actions } = await start({
      "b.yml": workflow("    steps: [{ run: echo $GITHUB_ACTOR $GITHUB_EVENT_NAME }]\n", "{ push: { branches: [main, made] }, pull_request: {}, workflow_dispatch: {} }"),
    });
    repository.settings.allowActionsToCreatePullRequests = true;
    await repository.commit({ branch: "feature", files: { a: "a" }, message: "Feature" });
    const job = `    permissions: { contents: write, pull-requests: write, actions: write }\n    steps: ${JSON.stringify([{ run: script(await repository.tip("main")), env: { TOKEN: "${{ github.token }}" } }])}\n`;
    await repository.commit({ branch: "main", files: { ".github/workflows/a.yml": workflow(job, "{ push: { branches: [main] } }") }, message: "Act" });
    await actions.idle();
    expect(actions.runs.map(({ workflow: path, event, conclusion }) => `${path.slice(-5)} ${event.name} ${event.actor} ${conclusion}`)).toEqual(["a.yml push acme success", "b.yml push acme success", "b.yml workflow_dispatch github-actions[bot] success"]);
    expect(repository.heldEvents.map(({ event, reason }) => `${event.name} ${reason}`)).toEqual(expect.arrayContaining(["push suppressed", "pull_request approval-required"]));
    const held = repository.heldEvents.find(({ reason }) => reason === "approval-required");
    if (held === undefined) throw new Error("No pull request waits.");
    repository.approve(held);
    await actions.idle();
    expect(actions.runs.at(-1)?.event.name).toBe("pull_request");
  });

  test("paths filters see the files that the event changed", async () => {
    const { repository, actions } = await start({ "a.yml": workflow("    steps: [{ run: echo hi }]\n", "{ push: { paths: ['docs/**'] }, pull_request: { paths: ['docs/**'] } }") });
    await repository.commit({ branch: "main", files: { "src/a": "a" }, message: "Source" });
    await repository.commit({ branch: "main", files: { "docs/a": "a" }, message: "Docs" });
    await repository.git.run(["branch", "feature", "main"]);
    await repository.commit({ branch: "main", files: { "docs/b": "b" }, message: "Docs on main" });
    await repository.commit({ branch: "feature", files: { "src/b": "b" }, message: "Source" });
    await repository.openPullRequest({ head: "feature", base: "main", title: "Source" });
    await actions.idle();
    expect(actions.runs.map(({ event }) => event.payload["head_commit"])).toMatchObject([{ message: "Docs" }, { message: "Docs on main" }]);
  });

  test("what the lab itself gets wrong is thrown by idle()", async () => {
    const { repository, actions } = await start({});
    deliver(repository, { name: "push", ref: "refs/heads/main", sha: "0".repeat(40), actor: "acme", payload: {} });
    await expect(actions.idle()).rejects.toThrow();
    await expect(actions.idle()).resolves.toBeUndefined();
  });
});
