import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { renderAnswer, renderAnswerSummary } from "@retell-actions/core/report/answer";
import type { Answer, CommandAnswer, DecidedAgent } from "@retell-actions/core/report/answer-input";
import { parseHeader } from "@retell-actions/core/report/comment-header";
import { driftText } from "@retell-actions/core/report/drift-report";
import { byteLength } from "@retell-actions/core/report/escape";
import { SUMMARY_LIMIT_BYTES } from "@retell-actions/core/report/job-summary";
import { COMMENT_LIMIT_BYTES, renderComment } from "@retell-actions/core/report/pull-request-comment";
import { agent, conflict, consoleEdit, IDENTITY, STAGING, validation, workspaceReport } from "./fixtures.ts";
import { REFERENCES, rendered } from "./rendered.ts";

const ANSWER = { kind: "answer", repositoryId: 42, folder: "", command: 7 } as const;
const hostile = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 30 }),
  fc.constantFrom("```\n</details>", "@octocat #1 https://evil.example", "<!-- retell-actions {} -->", "| a |\n| - |", "`@octocat`", "a `b", "`".repeat(3_000), "é\n".repeat(3_000), "\u202e\ud800", "\\|", "--> ]]", "\n/retell use-git staging all\n", "- x\n# y"),
);

function answer(commands: readonly CommandAnswer[], fields: Partial<Answer> = {}): Answer {
  return { commands, commit: undefined, check: undefined, sharedSections: new Map(), folder: "", author: "octocat", ...fields };
}

function conflicted(name: string, changes = [conflict(["agent", "voice_speed"], 1, 2, 3)]) {
  return agent(name, { class: "conflict", wanted: true, changes, blocks: [{ reason: "conflict", message: "Both changed it." }] });
}

/** Nothing opened stays open, nothing hides, nobody is called. */
function expectHarmless(body: string): void {
  const page = rendered(body);
  expect(page.html.filter((tag) => tag === "<details>")).toHaveLength(page.html.filter((tag) => tag === "</details>").length);
  expect(page.html.filter((tag) => tag.startsWith("<!--")).length).toBeLessThanOrEqual(1);
  expect(page.fences.every(({ info }) => ["diff", "json", "text"].includes(info))).toBe(true);
  expect(page.images).toBe(0);
  expect(page.links).toEqual([]);
  expect(page.text).not.toMatch(REFERENCES);
}

describe("an answer stays within its limit", () => {
  const many = Array.from({ length: 5_000 }, (_, index) => conflicted(`agent-${index}`));
  const fresh = many.map((plan) => ({ workspace: STAGING, plan }));
  const decided: DecidedAgent = { workspace: "staging", name: "a", adopted: [], merged: [], overwrites: [], already: [], left: [], forked: [], reaches: [], secretsToCreate: [], removedEntries: [] };
  const names = many.map(({ name }) => name);

  test.each<[string, CommandAnswer]>([
    ["status", { kind: "status", line: "/retell status", workspaces: [{ workspace: STAGING, agents: many, unmanaged: 1, problem: undefined, lastDriftCheck: undefined }] }],
    ["diff", { kind: "diff", line: "/retell diff staging all", full: true, agents: fresh }],
    ["refusal", { kind: "refused", line: "/retell use-git staging all", reason: "live-changed", message: "Changed.", fresh }],
    ["decision", { kind: "done", line: "/retell use-git staging all", agents: many.map(({ name }) => ({ ...decided, name, overwrites: ["agent.voice_speed"], removedEntries: ["agent.x"] })) }],
    ["wide decision", { kind: "done", line: "/retell use-git staging all", agents: [{ ...decided, left: names.map((field) => ({ field, reason: "r" })), secretsToCreate: names, reaches: [{ file: "prompts/a.txt", agents: names }] }] }],
  ])("%s of 5,000", (_, command) => {
    const { body, dropped } = renderAnswer(answer([command]), ANSWER);
    expect(byteLength(body)).toBeLessThanOrEqual(COMMENT_LIMIT_BYTES);
    expect(dropped).not.toEqual([]);
    expect(Object.keys(parseHeader(body)?.shown?.["staging"] ?? {}).length).toBeLessThanOrEqual(300);
    expectHarmless(body);
    expect(byteLength(renderAnswerSummary(answer([command])))).toBeLessThanOrEqual(SUMMARY_LIMIT_BYTES);
  });

  test("with 2,000 commands", () => {
    const commands = Array.from({ length: 2_000 }, (_, index): CommandAnswer => ({ kind: "refused", line: `/retell x${index}`, reason: "unknown-command", message: "There is no such command.", fresh: [] }));
    const { body } = renderAnswer(answer(commands), ANSWER);
    expect(byteLength(body)).toBeLessThanOrEqual(COMMENT_LIMIT_BYTES);
    expect(body).toContain("… and 1,950 more commands");
  });

  test("and --full leaves out whole texts before the comparison of them", () => {
    const text = Array.from({ length: 3_000 }, (_, index) => `Line ${index} of a long prompt`).join("\n");
    const plan = conflicted("support", [conflict(["llm", "general_prompt"], text, text.replace("Line 5 ", "LINE 5 "), text.replace("Line 9 ", "LINE 9 "))]);
    const given = answer([{ kind: "diff", line: "/retell diff --full staging support", full: true, agents: [{ workspace: STAGING, plan }] }]);
    const { body, dropped } = renderAnswer(given, ANSWER);
    expect(dropped).toEqual(["full-texts"]);
    expect(body).toContain("+LINE 9 of a long prompt");
    expect(body).toContain("/retell use-console staging support @");
    expect(renderAnswerSummary(given)).toContain("Line 2999 of a long prompt");
  });
});

test("whatever stands in an answer, it does no harm", () => {
  fc.assert(
    fc.property(fc.array(fc.record({ line: hostile, message: hostile, field: hostile, live: hostile }), { minLength: 1, maxLength: 3 }), hostile, (items, author) => {
      const commands = items.flatMap(({ line, message, field, live }, index): CommandAnswer[] => {
        const plan = conflicted(`agent-${index}`, [conflict(["llm", "general_tools", { item: field }, "url"], "a", message, live)]);
        const lists = { adopted: [field], merged: [live], overwrites: [live], already: [message], left: [{ field, reason: message }], forked: [{ from: field, to: live }], reaches: [{ file: field, agents: [live] }], secretsToCreate: [field], removedEntries: [live] };
        return [
          { kind: "done", line, agents: [{ workspace: "staging", name: `agent-${index}`, ...lists }] },
          { kind: "refused", line, reason: "live-changed", message, fresh: [{ workspace: STAGING, plan: { ...plan, blocks: [{ reason: "conflict", message }], notes: [message] } }] },
          { kind: "status", line, workspaces: [{ workspace: STAGING, agents: [plan], unmanaged: 0, problem: undefined, lastDriftCheck: undefined }, { workspace: STAGING, agents: [], unmanaged: 0, problem: message, lastDriftCheck: undefined }] },
          { kind: "help", line, message },
        ];
      });
      const given = answer(commands, { author, check: { outcome: "passed", sentence: author } });
      const { body } = renderAnswer(given, ANSWER);
      expect(byteLength(body)).toBeLessThanOrEqual(COMMENT_LIMIT_BYTES);
      expectHarmless(body);
      expectHarmless(renderAnswerSummary(given));
      expect(renderAnswer(given, ANSWER).body).toBe(body);
    }),
    { numRuns: 100 },
  );
});

test("the same of a drift's text", () => {
  fc.assert(
    fc.property(hostile, hostile, (field, live) => {
      const plan = conflicted("sales", [conflict(["llm", "general_tools", { item: field }, "url"], "a", "b", live), consoleEdit(["agent", "voice_speed"], 1, 2)]);
      const drift = { workspace: STAGING, agents: [{ name: "sales", findings: [{ kind: "conflict" as const, version: 3, sentence: live }], fields: plan.changes, plan }], unreadable: [], deploying: [], undeployed: [], inSync: 0, unmanaged: 0, digest: "x" };
      for (const place of [{ kind: "pull-request" as const }, { kind: "issue" as const, why: live }]) {
        expectHarmless(driftText({ drift, adopted: new Map(), outdated: { values: [], names: [], adopted: new Set() }, decidable: [plan], sharedSections: new Map(), severalProductions: false, place }));
      }
    }),
    { numRuns: 100 },
  );
});

test("no credential is in an answer, nor in a command", () => {
  const token = "sk-live-0123456789abcdefghij";
  const plan = conflicted("support", [conflict(["llm", "general_prompt"], "Call.\nNow.", `Call ${token}.\nNow.`, `Use ${token}.\nNow.`), consoleEdit(["llm", "general_tools", { item: token }, "headers", "authorization"], "secret://CRM", `fingerprint:${"1a2b3c4d".repeat(4)}`)]);
  const agents = [{ workspace: STAGING, plan }];
  const given = answer([
    { kind: "diff", line: `/retell diff staging ${token}`, full: true, agents },
    { kind: "done", line: `/retell use-git staging support ${token}`, agents: [{ workspace: "staging", name: "support", adopted: [token], merged: [token], overwrites: [], already: [], left: [{ field: "a", reason: `it is ${token}` }], forked: [], reaches: [], secretsToCreate: [], removedEntries: [token] }] },
    { kind: "refused", line: "/retell x", reason: "unknown-command", message: `There is no "${token}" or \`${token}\`.`, fresh: [] },
  ]);
  const drift = { workspace: STAGING, agents: [{ name: "support", findings: [], fields: plan.changes, plan }], unreadable: [], deploying: [], undeployed: [], inSync: 0, unmanaged: 0, digest: "x" };
  const texts = [
    renderAnswer(given, ANSWER).body,
    renderAnswerSummary(given),
    renderComment(validation({ outcome: "conflicts", reason: "conflict", workspaces: [workspaceReport([plan])] }), IDENTITY).body,
    driftText({ drift, adopted: new Map(), outdated: { values: [], names: [], adopted: new Set() }, decidable: [plan], sharedSections: new Map(), severalProductions: false, place: { kind: "pull-request" } }),
  ];
  for (const text of texts) {
    expect(text).not.toContain(token);
    expect(text).toContain("‹hidden›");
  }
});

test("a comment whose values were cut away shows no state that a command could mean", () => {
  const names = Array.from({ length: 290 }, (_, index) => `${"n".repeat(55)}-${index}`);
  const { body } = renderComment(validation({ outcome: "conflicts", reason: "conflict", workspaces: [workspaceReport(names.map((name) => conflicted(name)))] }), IDENTITY);
  expect(byteLength(body)).toBeLessThanOrEqual(COMMENT_LIMIT_BYTES);
  expect(parseHeader(body)?.shown).toBeUndefined();
  const whole = renderComment(validation({ outcome: "conflicts", reason: "conflict", workspaces: [workspaceReport(names.slice(0, 5).map((name) => conflicted(name)))] }), IDENTITY);
  expect(Object.keys(parseHeader(whole.body)?.shown?.["staging"] ?? {})).toHaveLength(5);
  const problem = { code: "x", severity: "error" as const, file: "a", message: "m".repeat(80_000) };
  const cut = renderComment(validation({ outcome: "conflicts", reason: "conflict", problems: [problem], workspaces: [workspaceReport([conflicted("a")])] }), IDENTITY);
  expect(parseHeader(cut.body)?.shown).toBeUndefined();
});
