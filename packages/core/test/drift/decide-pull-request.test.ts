import { describe, expect, test } from "@jest/globals";
import { decidePullRequest, type DriftBranchState } from "@retell-actions/core/drift/decide-pull-request";
import { claimedDigest, driftBranch, driftMessage, editsBetween, editsDigest } from "@retell-actions/core/drift/drift-branch";
import type { PullRequest } from "@retell-actions/core/ports/pull-requests";
import { parseDriftHeader, renderDriftHeader, withDriftHeader, type DriftHeader } from "@retell-actions/core/report/drift-header";

const header = (more: Partial<DriftHeader> = {}): DriftHeader => ({ kind: "drift", format: 1, repository: 7, folder: "", workspace: "staging", drift: "sha256:1", head: null, ...more });

function pull(more: Partial<PullRequest> = {}, about: Partial<DriftHeader> = {}): PullRequest {
  return {
    number: 4,
    state: "open",
    merged: false,
    head: "retell/drift/staging",
    headSha: "t",
    base: "staging",
    title: "",
    body: `${renderDriftHeader(header(about))}\ntext`,
    labels: [],
    authorIsBot: true,
    url: "",
    ...more,
  };
}

const ours = (edits: string | undefined): DriftBranchState => ({ tip: "t", owner: "ours", edits });
const person: DriftBranchState = { tip: "t", owner: "person", edits: undefined };

type Input = Parameters<typeof decidePullRequest>[0];
const input = (more: Partial<Input>): Input => ({ drift: "sha256:1", edits: "e1", branch: undefined, pullRequests: [], ...more });
const gone = { drift: undefined, edits: undefined };

describe("the one rolling pull request", () => {
  test.each<[string, Partial<Input>, object]>([
    ["a first drift is told", {}, { kind: "keep", pullRequest: undefined, write: true }],
    ["a branch that a killed run made is used", { branch: ours("e1") }, { kind: "keep", pullRequest: undefined, write: false }],
    ["nothing new, nothing done", { branch: ours("e1"), pullRequests: [pull()] }, { kind: "keep", write: false }],
    ["other edits move the branch", { branch: ours("e0"), pullRequests: [pull()] }, { kind: "keep", write: true }],
    ["a branch that its base has caught up with is made anew", { branch: ours(undefined), pullRequests: [] }, { kind: "keep", write: true }],
    ["a person's commits are never moved", { branch: person, pullRequests: [pull()] }, { kind: "comment" }],
    ["a person's branch without a pull request is left", { branch: person }, { kind: "left", tip: "t" }],
    ["what a person closed stays closed", { branch: ours("e1"), pullRequests: [pull({ state: "closed" })] }, { kind: "dismissed" }],
    ["also when the branch is deleted", { pullRequests: [pull({ state: "closed" })] }, { kind: "dismissed" }],
    ["until the drift changes", { drift: "sha256:2", pullRequests: [pull({ state: "closed" })] }, { kind: "keep", pullRequest: undefined }],
    ["a drift that was gone and comes back is told again", { pullRequests: [pull({ state: "closed" }, { closed: "gone" })] }, { kind: "keep", pullRequest: undefined }],
    ["a merged one that comes back is told again", { pullRequests: [pull({ state: "closed", merged: true })] }, { kind: "keep", pullRequest: undefined }],
    ["only the newest counts", { pullRequests: [pull({ number: 9, state: "closed" }, { closed: "gone" }), pull({ state: "closed" })] }, { kind: "keep" }],
    ["the end of the drift closes it", { ...gone, branch: ours("e1"), pullRequests: [pull()] }, { kind: "close", tip: "t" }],
    ["also when only text is left to tell", { edits: undefined, branch: ours("e1"), pullRequests: [pull()] }, { kind: "close" }],
    ["but not over a person's commits", { ...gone, branch: person, pullRequests: [pull()] }, { kind: "comment" }],
    ["a leftover branch goes", { ...gone, branch: ours("e1"), pullRequests: [pull({ state: "closed", merged: true })] }, { kind: "tidy", tip: "t" }],
    ["a person's leftover branch stays", { ...gone, branch: person }, { kind: "none" }],
    ["nothing there, nothing to do", gone, { kind: "none" }],
  ])("%s", (_, given, expected) => {
    expect(decidePullRequest(input(given))).toMatchObject(expected);
  });
});

describe("header and trailer", () => {
  test("the header survives what could end it, and the text below stays", () => {
    const one = header({ folder: "a --> b", workspace: "prod-eu", closed: "gone", head: "abc" });
    expect(parseDriftHeader(`${renderDriftHeader(one)}\ntext`)).toEqual(one);
    expect(renderDriftHeader(one).indexOf("-->")).toBe(renderDriftHeader(one).length - 3);
    expect(withDriftHeader(`${renderDriftHeader(header())}\ntext\nmore`, one)).toBe(`${renderDriftHeader(one)}\ntext\nmore`);
    expect(parseDriftHeader("text")).toBeUndefined();
    expect(parseDriftHeader('<!-- retell-actions {"kind":"validation"} -->')).toBeUndefined();
  });

  test("a commit names what it changes, by content", () => {
    const file = (text: string) => ({ kind: "file", text }) as const;
    const edits = editsBetween(new Map([["a", file("1")], ["b", file("1")]]), new Map([["a", file("2")], ["c", file("3")], ["b", file("1")]]));
    expect([...edits.keys()]).toEqual(["a", "c"]);
    expect(claimedDigest(driftMessage("Drift", edits))).toBe(editsDigest(edits));
    expect(claimedDigest("Drift\n\nRetell-Drift: nothing")).toBeUndefined();
    expect(editsDigest(new Map([...edits].reverse()))).toBe(editsDigest(edits));
    expect(editsDigest(new Map([["a", { before: "1", after: undefined }]]))).not.toBe(editsDigest(new Map([["a", { before: "1", after: "null" }]])));
  });

  test("branches of several projects differ", () => {
    expect([driftBranch("", "staging"), driftBranch("voice", "staging")]).toEqual(["retell/drift/staging", "retell/drift/voice/staging"]);
  });
});
