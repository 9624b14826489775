import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { parseHeader } from "@retell-actions/core/report/comment-header";
import { byteLength } from "@retell-actions/core/report/escape";
import { renderDeploySummary, renderValidationSummary, SUMMARY_LIMIT_BYTES } from "@retell-actions/core/report/job-summary";
import { renderMergedConflictComment } from "@retell-actions/core/report/merged-conflict-comment";
import { COMMENT_LIMIT_BYTES, renderComment } from "@retell-actions/core/report/pull-request-comment";
import type { ValidationReport } from "@retell-actions/core/report/report-input";
import { agent, conflict, consoleEdit, deployReport, gitChange, IDENTITY, plan, result, validation, workspaceReport } from "./fixtures.ts";
import { REFERENCES, rendered } from "./rendered.ts";

const lines = (number: number, text: string): string => Array.from({ length: number }, (_, index) => `${text} ${index}`).join("\n");

function conflicted(name: string, changes: Parameters<typeof agent>[1] = {}) {
  return agent(name, { class: "conflict", wanted: true, blocks: [{ reason: "conflict", message: "Both changed it." }], ...changes });
}

function report(agents: Parameters<typeof workspaceReport>[0]): ValidationReport {
  return validation({ outcome: "conflicts", reason: "conflict", workspaces: [workspaceReport(agents)] });
}

/** Everything that is opened is closed: cutting never leaves half a fence or fold. */
function expectWhole(body: string): void {
  const page = rendered(body);
  expect(page.html.filter((tag) => tag === "<details>")).toHaveLength(page.html.filter((tag) => tag === "</details>").length);
  expect(page.fences.every(({ info }) => ["diff", "json", "text"].includes(info))).toBe(true);
  expect(new Set(page.html.filter((tag) => !tag.startsWith("<!--")))).toEqual(new Set(["<details>", "<summary>", "<code>", "</code>", "</summary>", "</details>"].filter((tag) => page.html.includes(tag))));
}

describe("the comment stays within its limit", () => {
  test("with the diff of a 500 KB prompt, and says what it left out", () => {
    const base = lines(20_000, "This is a line of a very long prompt");
    const prompts = conflict(["llm", "general_prompt"], base, base.replaceAll("long", "big"), base.replaceAll("very", "quite"));
    const { body, dropped } = renderComment(report([conflicted("support", { changes: [prompts, consoleEdit(["agent", "voice_speed"], 1, 1.2)] })]), IDENTITY);
    expect(byteLength(body)).toBeLessThanOrEqual(COMMENT_LIMIT_BYTES);
    expect(dropped).toEqual(["by-hand", "full-texts", "hunks"]);
    expect(body).toContain("+20000 −20000 lines");
    expect(body).toContain("`agent.voice_speed`");
    expect(body).toContain("Left out to stay within GitHub's size limit: what to write by hand, full texts, text diffs. The job summary of this check has more of it.");
    expect(parseHeader(body)).toBeDefined();
    expectWhole(body);
  });

  test("with 5,000 agents of each kind", () => {
    const many = (kind: (index: number) => ReturnType<typeof agent>) => Array.from({ length: 5_000 }, (_, index) => kind(index));
    for (const agents of [
      many((index) => agent(`agent-${index}`)),
      many((index) => agent(`agent-${index}`, { class: "local-change", operation: "update", wanted: true, changes: [gitChange(["agent", "voice_speed"], 1, 2)] })),
      many((index) => conflicted(`agent-${index}`, { changes: [conflict(["agent", "voice_speed"], 1, 2, 3)] })),
      many((index) => agent(`agent-${index}`, { class: "console-edit", changes: [consoleEdit(["agent", "voice_speed"], 1, 2)], notes: ["A note."] })),
    ]) {
      const { body, dropped } = renderComment(report(agents), IDENTITY);
      expect(byteLength(body)).toBeLessThanOrEqual(COMMENT_LIMIT_BYTES);
      expect(dropped).not.toEqual([]);
      expect(body).toContain("Left out to stay within");
      expectWhole(body);
      expect(byteLength(renderValidationSummary(report(agents)))).toBeLessThanOrEqual(SUMMARY_LIMIT_BYTES);
    }
  });

  test("drops names of agents without changes only after the diffs, and keeps the small ones of several texts", () => {
    const big = conflicted("big", { changes: [consoleEdit(["llm", "general_prompt"], lines(3_000, "before"), lines(3_000, "after"))] });
    const small = conflicted("small", { changes: [consoleEdit(["llm", "general_prompt"], "one line\nbefore", "one line\nafter")] });
    const { body } = renderComment(report([big, small, agent("quiet")]), IDENTITY);
    expect(body).toContain("-before\n+after");
    expect(body).toContain("1 agent without changes: `quiet`.");
    expect(body).not.toContain("after 2999");
  });

  test("whatever is in it, in bytes of UTF-8", () => {
    const text = fc.oneof(fc.string({ unit: "grapheme", maxLength: 30 }), fc.constantFrom("```\n</details>", "@octocat #1 https://evil.example", "<!-- retell-actions {} -->", "| a |\n| - |", "𝒳".repeat(9_000), "`".repeat(20_000), "é\n".repeat(20_000), "\u202e\ud800", "\\|", "--> ]]"));
    fc.assert(
      fc.property(fc.array(fc.record({ field: text, before: text, git: text, live: text, message: text }), { maxLength: 6 }), (items) => {
        const agents = items.map(({ field, before, git, live, message }, index) =>
          conflicted(`agent-${index}`, { changes: [conflict(["llm", "general_tools", { item: field }, "url"], before, git, live)], blocks: [{ reason: "conflict", message }], notes: [message] }),
        );
        const problems = items.map(({ field, message, live }) => ({ code: "x", severity: "error" as const, file: field, line: 1, message, hint: live }));
        const { body } = renderComment({ ...report(agents), problems, explanation: items[0]?.live }, IDENTITY);
        expect(byteLength(body)).toBeLessThanOrEqual(COMMENT_LIMIT_BYTES);
        const page = rendered(body);
        expect(page).toMatchObject({ links: [], images: 0 });
        expect(page.text).not.toMatch(REFERENCES);
        expect(page.html.filter((tag) => tag.startsWith("<!--"))).toHaveLength(1);
        expectWhole(body);
      }),
      { numRuns: 60 },
    );
  });

  test("the deploy's comment and summary too", () => {
    const text = lines(60_000, "Some more text of a prompt");
    const agents = [conflicted("support", { changes: [conflict(["llm", "general_prompt"], text, text.replaceAll("more", "less"), text.replaceAll("text", "TEXT"))] })];
    const deploy = deployReport({ outcome: "conflicts", reason: "conflict", plan: plan(agents), results: [result("support", { status: "left-alone", reason: "conflict" })] });
    expect(byteLength(renderMergedConflictComment(deploy, { kind: "deploy", repositoryId: 1, folder: "", workspace: "staging" }).body)).toBeLessThanOrEqual(COMMENT_LIMIT_BYTES);
    const summary = renderDeploySummary(deploy);
    expect(byteLength(summary)).toBeLessThanOrEqual(SUMMARY_LIMIT_BYTES);
    expectWhole(summary);
  });
});

test("the comment names neither commit nor run, and the same input gives the same bytes", () => {
  const make = (fields: Partial<ValidationReport>) => renderComment({ ...report([conflicted("a", { changes: [conflict(["agent", "voice_speed"], 1, 2, 3)] })]), ...fields }, IDENTITY).body;
  expect(make({ commit: "f".repeat(40), runUrl: "https://github.com/acme/voice/actions/runs/78" })).toBe(make({}));
});

test("no credential is shown, whatever field holds it", () => {
  const token = "sk-live-0123456789abcdefghij";
  const pem = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg\nkqhkiG9w0BAQ\n-----END PRIVATE KEY-----";
  const secrets = conflicted("a", {
    changes: [
      conflict(["llm", "general_prompt"], `Call with ${token}.\n\nNow.`, `Call it.\n\n${pem}\n\nNow.`, `Call with ${token} today.\n\nNow.`),
      consoleEdit(["llm", "general_tools", { item: "crm" }, "url"], "https://a.example", `https://u:hunter2secret@a.example/?token=${token}`),
    ],
    blocks: [{ reason: "conflict", message: `Field says ${token}.` }],
    notes: [`Bearer ${token}`],
  });
  const texts = [renderComment(report([secrets]), IDENTITY).body, renderValidationSummary(report([secrets]))];
  for (const text of texts) {
    expect(text).not.toContain(token);
    expect(text).not.toContain("hunter2secret");
    expect(text).not.toContain("kqhkiG9w0BAQ");
    expect(text).toContain("‹hidden›");
  }
});

test("a fingerprint is short where it is read and whole where it is copied", () => {
  const fingerprint = `fingerprint:${"1a2b3c4d".repeat(4)}`;
  const body = renderComment(report([conflicted("a", { changes: [consoleEdit(["llm", "general_tools", { item: "crm" }, "headers", "authorization"], "secret://CRM", fingerprint)] })]), IDENTITY).body;
  expect(body).toContain("| `secret://CRM` | `secret://CRM` | `fingerprint:1a2b3c4d…` |");
  expect(body).toContain(`"llm.general_tools[crm].headers.authorization": "${fingerprint}"`);
  expect(body).toContain("Store it as the secret");
});
