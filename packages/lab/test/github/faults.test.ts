import { expect, test } from "@jest/globals";
import { FaultPlan } from "@retell-actions/lab/faults/faults";
import { at, commitMutation, everything, failure, graphql, jobClient, startLab } from "./support.ts";

test("each fault is obeyed, and the number of writes counts over REST, GraphQL and git", async () => {
  const faults = new FaultPlan();
  const { lab, repository } = await startLab({ faults });
  const client = jobClient(lab, repository);
  const sha = await repository.tip("main");
  const create = (name: string) => client.rest.git.createRef({ ...at, ref: `refs/heads/${name}`, sha });
  const exists = (name: string) => repository.tip(name).then(() => true, () => false);
  const once = (action: Parameters<FaultPlan["add"]>[0]["action"]) => faults.add({ matches: ({ write }) => write, action, times: 1 });

  once({ kind: "drop-before" });
  expect([(await failure(create("a"))).status, await exists("a")]).toEqual([500, false]);
  once({ kind: "drop-after" });
  expect([(await failure(create("b"))).status, await exists("b")]).toEqual([500, true]);
  once({ kind: "status", status: 403, body: { message: "You have exceeded a secondary rate limit." }, headers: { "retry-after": "60" } });
  expect(await failure(create("c"))).toMatchObject({ status: 403, headers: { "retry-after": "60" }, message: "You have exceeded a secondary rate limit." });
  once({ kind: "truncate" });
  await create("d").catch(() => undefined);
  expect([await exists("c"), await exists("d")]).toEqual([false, true]);
  once({ kind: "body", text: "<html>Unicorn</html>" });
  expect((await create("e")).status).toBe(200);
  const calls: string[] = [];
  once({ kind: "call", when: "before", run: async () => void calls.push(`before ${await exists("f")}`) });
  once({ kind: "call", when: "after", run: async ({ path, writeIndex }) => void calls.push(`after ${await exists("f")} ${path} ${writeIndex}`) });
  once({ kind: "delay", milliseconds: 1 });
  await create("f");
  expect(calls).toEqual(["before false", "after true /repos/octo/agents/git/refs 5"]);

  const token = repository.issueToken({ kind: "actions", permissions: everything });
  await graphql(lab, token, "{ viewer { login } }");
  expect(faults.writes).toBe(6);
  await graphql(lab, token, commitMutation, { input: { branch: { repositoryNameWithOwner: "octo/agents", branchName: "main" }, expectedHeadOid: sha, message: { headline: "m" } } });
  expect(faults.writes).toBe(7);
  expect(lab.requests.filter(({ write }) => write)).toHaveLength(7);
});

test("requests are recorded with who made them and what came of them", async () => {
  const { lab, repository } = await startLab();
  await jobClient(lab, repository).rest.git.getRef({ ...at, ref: "heads/main" });
  expect(lab.requests).toMatchObject([{ kind: "rest", method: "GET", path: "/repos/octo/agents/git/ref/heads%2Fmain", login: "github-actions[bot]", status: 200, write: false }]);
  lab.clearRequests();
  expect(lab.requests).toEqual([]);
});
