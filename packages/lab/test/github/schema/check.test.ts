import { describe, expect, test } from "@jest/globals";
import { SchemaCheck } from "@retell-actions/lab/github/schema/check";
import { operationIds } from "@retell-actions/lab/github/schema/operation-ids";
import { routes } from "@retell-actions/lab/github/rest/routes";
import { at, failure, jobClient, startLab } from "../support.ts";

describe("the check against GitHub's description", () => {
  test("covers exactly the operations of the lab", () => {
    expect(routes.map(({ operation }) => operation).sort()).toEqual([...operationIds].sort());
  });

  test("finds missing fields, wrong types, unlisted nulls and undescribed statuses in answers", () => {
    const check = new SchemaCheck();
    const object = { type: "commit", sha: "1".repeat(40), url: "https://example.com/" };
    const good = { ref: "refs/heads/main", node_id: "x", url: "https://example.com/", object };
    check.response("git/get-ref", { status: 200, body: good });
    expect(check.violations).toEqual([]);
    check.response("git/get-ref", { status: 200, body: { ...good, ref: null } });
    check.response("git/get-ref", { status: 200, body: { ...good, object: { type: "commit" } } });
    check.response("git/get-ref", { status: 202, body: good });
    check.response("git/get-ref", { status: 403, body: {} });
    expect(check.violations.map(({ side, message }) => `${side} ${message}`)).toEqual([
      "lab 200: /ref must be string",
      "lab 200: /object must have required property 'sha'",
      "lab 200: /object must have required property 'url'",
      "lab status 202 is not described",
      "lab an error 403 without message",
    ]);
  });

  test("accepts null where GitHub's description says nullable", async () => {
    const { lab, repository } = await startLab();
    await repository.commit({ branch: "feature", files: { f: "1" }, message: "f" });
    const pull = await repository.openPullRequest({ head: "feature", base: "main", title: "No body" });
    const { data } = await jobClient(lab, repository).rest.pulls.get({ ...at, pull_number: pull.number });
    expect(data.body).toBeNull();
    expect(lab.violations).toEqual([]);
  });

  test("refuses requests with unknown or missing fields and records them", async () => {
    const { lab, repository } = await startLab();
    const client = jobClient(lab, repository);
    const send = (route: string, fields: object) => client.request(route, { ...at, ...fields });
    const typo = { ref: "refs/heads/x", sha: await repository.tip("main"), forse: true };
    expect(await failure(send("POST /repos/{owner}/{repo}/git/refs", typo))).toMatchObject({ status: 422, message: expect.stringContaining('"forse" is not a permitted key.') });
    expect((await failure(send("POST /repos/{owner}/{repo}/git/refs", { ref: "refs/heads/x" }))).status).toBe(422);
    expect((await failure(send("GET /repos/{owner}/{repo}/pulls", { state: "opened" }))).status).toBe(422);
    expect(lab.violations.map(({ side, operation }) => [side, operation])).toEqual([["client", "git/create-ref"], ["client", "git/create-ref"], ["client", "pulls/list"]]);
  });
});
