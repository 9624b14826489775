import { expect, test } from "@jest/globals";
import { tokenPermissions } from "@retell-actions/lab/runner/permissions";

test.each<[string, Parameters<typeof tokenPermissions>[0], Record<string, string>]>([
  ["nothing named: the restricted default", { workflow: undefined, job: undefined, fork: false }, { contents: "read", packages: "read" }],
  ["unnamed means none", { workflow: { contents: "read" }, job: undefined, fork: false }, { contents: "read" }],
  ["an empty block grants nothing", { workflow: {}, job: undefined, fork: false }, {}],
  ["the job's block replaces the workflow's", { workflow: { contents: "write" }, job: { statuses: "write" }, fork: false }, { statuses: "write" }],
  ["'none' is left out", { workflow: { contents: "none" }, job: undefined, fork: false }, {}],
  ["a fork reads at most", { workflow: { contents: "write", "id-token": "write", "pull-requests": "write" }, job: undefined, fork: true }, { contents: "read", "pull-requests": "read" }],
])("%s", (_, options, expected) => {
  expect(tokenPermissions(options)).toEqual(expected);
});

test("write-all writes everything that can be written", () => {
  expect(tokenPermissions({ workflow: "write-all", job: undefined, fork: false })).toMatchObject({ contents: "write", "id-token": "write", models: "read" });
  expect(tokenPermissions({ workflow: "read-all", job: undefined, fork: false })).not.toHaveProperty("id-token");
});
