import { execFileSync } from "node:child_process";
import { describe, expect, test } from "@jest/globals";
import type { CommitLine } from "@retell-actions/core/ports/github";
import { byteLength } from "@retell-actions/core/report/escape";
import { shellWord } from "@retell-actions/core/report/shell-word";
import { renderSyncRequest, type SyncRequest } from "@retell-actions/core/report/sync-pull-request";
import type { SyncedTarget, SyncReport } from "@retell-actions/core/report/sync-report";
import { renderSyncSummary } from "@retell-actions/core/report/sync-summary";
import fc from "fast-check";
import { REFERENCES, rendered } from "./rendered.ts";

const sha = (digit: string): string => digit.repeat(40);
const commit = (digit: string, subject: string, author = "octocat"): CommitLine => ({ sha: sha(digit), subject, message: subject, author });

const none: SyncedTarget = {
  role: "develop",
  branch: "develop",
  status: "unchanged",
  how: undefined,
  reason: "nothing-to-do",
  message: undefined,
  before: sha("a"),
  after: sha("a"),
  pullRequest: undefined,
  backup: undefined,
  brought: [],
  left: [],
  deploy: undefined,
};

const report: SyncReport = {
  outcome: "partially-synced",
  reason: "dispatch-failed",
  explanation: "staging: no deploy",
  source: { role: "production", branch: "production", commit: sha("c") },
  strategy: "force",
  repositoryUrl: "https://github.com/octo/agents",
  runUrl: "https://github.com/octo/agents/actions/runs/7",
  targets: [
    {
      ...none,
      role: "staging",
      branch: "staging",
      status: "synced",
      how: "force",
      reason: "dispatch-failed",
      message: "staging contains production, but its deploy was not started:\npermissions:\n  actions: write",
      after: sha("c"),
      backup: "retell/backup/staging/aaaaaaa",
      brought: [commit("b", "Older"), commit("c", "Newer")],
      left: [commit("a", "Work of a week")],
      deploy: "failed",
    },
    none,
  ],
};

describe("summary", () => {
  test("says of each branch what happened, what left and how to get it back", () => {
    expect(renderSyncSummary(report)).toBe(`## ⚠️ Branches Partially Synced

From \`production\` at [ccccccc](https://github.com/octo/agents/commit/${sha("c")}), strategy \`force\`, [this run](https://github.com/octo/agents/actions/runs/7)

| Branch | Result | From | To |  |
| --- | --- | --- | --- | --- |
| \`staging\` | ⚠️ replaced by the source | [aaaaaaa](https://github.com/octo/agents/commit/${sha("a")}) | [ccccccc](https://github.com/octo/agents/commit/${sha("c")}) | old tip kept as [retell/backup/staging/aaaaaaa](https://github.com/octo/agents/tree/retell/backup/staging/aaaaaaa); **deploy not started** |
| \`develop\` | nothing to bring over | [aaaaaaa](https://github.com/octo/agents/commit/${sha("a")}) | [aaaaaaa](https://github.com/octo/agents/commit/${sha("a")}) |  |

### \`staging\`: what to know

\`\`\`text
staging contains production, but its deploy was not started:
permissions:
  actions: write
\`\`\`

### 1 commit left \`staging\`

They are on \`retell/backup/staging/aaaaaaa\`; to look at them:

\`\`\`text
git fetch origin
git log origin/retell/backup/staging/aaaaaaa
\`\`\`

- \`aaaaaaa\` Work of a week (octocat)

### 2 commits brought over to \`staging\`

- \`ccccccc\` Newer (octocat)
- \`bbbbbbb\` Older (octocat)
`);
  });

  test("long lists end in a number, long subjects in an ellipsis", () => {
    const many = Array.from({ length: 500 }, (_, index) => commit("d", `Commit ${index} ${"x".repeat(5_000)}`));
    const text = renderSyncSummary({ ...report, targets: [{ ...none, status: "synced", how: "force", left: many, brought: many }] });
    expect(text).toContain("… and 300 older commits");
    expect(text).toContain("… and 470 older commits");
    expect(text).toContain("Commit 499");
    expect(byteLength(text)).toBeLessThan(60_000);
  });
});

const request: SyncRequest = {
  source: "production",
  target: "develop",
  branch: "retell/sync/production-to-develop",
  reason: "merge-conflicts",
  rule: "",
  commits: [commit("b", "Hotfix")],
  head: "identical",
};

describe("pull request", () => {
  test("says why, what to do, and what comes", () => {
    expect(renderSyncRequest(request)).toBe(`\`production\` has 1 commit that \`develop\` lacks. Both branches changed the same lines, so a person has to choose.

### What to do

Resolve the conflicts here, by the button below, or by hand:

\`\`\`text
git fetch origin
git switch retell/sync/production-to-develop
git merge origin/develop
# resolve the conflicts, then
git commit
git push origin retell/sync/production-to-develop
\`\`\`

Merge this pull request **with a merge commit**. After a squash or a rebase Git does not know that \`production\` was brought over, and the next sync meets the same conflicts again.

### Commits

- \`bbbbbbb\` Hotfix (octocat)
`);
  });

  test("names GitHub's rule, and commits of other people on its branch", () => {
    const body = renderSyncRequest({ ...request, reason: "branch-protected", rule: "A rule forbids it.\nGH006", head: "diverged" });
    expect(body).toContain("> A rule forbids it. GH006");
    expect(body).toContain("Somebody committed to `retell/sync/production-to-develop`");
    expect(body).not.toContain("Resolve the conflicts");
  });

  test("lists fifty commits and counts the rest", () => {
    const body = renderSyncRequest({ ...request, commits: Array.from({ length: 51 }, () => commit("b", "x")) });
    expect(body.match(/^- /gm)).toHaveLength(50);
    expect(body).toContain("… and 1 older commit");
  });
});

const hostile = fc.constantFrom("@octo fixes #1", "| a | b |", "```\n# x", "<img src=x>", "![x](http://x.example)", "[x](javascript:1)", "GH-12", "- x\n\n# y", "`", "\u202e", "www.example.com", "‮$`;'\"");

test("names, subjects and messages stay text", () => {
  fc.assert(
    fc.property(hostile, hostile, hostile, (subject, author, branch) => {
      const commits = [commit("b", subject, author)];
      const target: SyncedTarget = { ...none, branch, status: "failed", message: subject, brought: commits, left: commits, backup: `retell/backup/${branch}` };
      for (const text of [renderSyncSummary({ ...report, targets: [target] }), renderSyncRequest({ ...request, source: branch, commits, rule: author })]) {
        const page = rendered(text);
        expect(page.html).toEqual([]);
        expect(page.images).toBe(0);
        expect(page.text.replaceAll("pull request", "")).not.toMatch(REFERENCES);
        expect(page.links.every((address) => address.startsWith("https://github.com/octo/agents/"))).toBe(true);
        expect(new Set(page.rows).size).toBeLessThanOrEqual(1);
        expect(text).not.toContain("\u202e");
      }
    }),
  );
});

test("a credential in a commit's subject is hidden", () => {
  expect(renderSyncRequest({ ...request, commits: [commit("b", "Use key sk-live-0123456789abcdef")] })).not.toContain("0123456789abcdef");
});

test("a shell reads a word as the text that it was", () => {
  fc.assert(
    fc.property(fc.oneof(hostile, fc.string({ maxLength: 20 })).filter((text) => !text.includes("\0") && text !== ""), (text) => {
      expect(execFileSync("sh", ["-c", `printf %s ${shellWord(text)}`], { encoding: "utf8" })).toBe(text.toWellFormed());
    }),
    { numRuns: 60 },
  );
});
