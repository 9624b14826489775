import { describe, expect, test } from "@jest/globals";
import { publishLine } from "@retell-actions/core/report/log-lines";
import { publishVerdict, type PublishReport, type PublishResult } from "@retell-actions/core/report/publish-report";
import { publishResult } from "@retell-actions/core/report/publish-result";
import { renderPublishSummary } from "@retell-actions/core/report/publish-summary";

const result = (name: string, more: Partial<PublishResult> = {}): PublishResult => ({
  name,
  status: "published",
  reason: "ok",
  message: undefined,
  class: "in-sync",
  changedFields: [],
  notes: [],
  agentId: `agent_${name}`,
  engineId: `llm_${name}`,
  version: 7,
  ...more,
});
const left = result("left", { status: "left-alone", reason: "draft-changed", message: "Version 7 changed: llm.a|b.", changedFields: ["llm.a|b"] });
const failed = result("failed", { status: "failed", reason: "publish-failed", message: "Retell failed." });
const changed = result("changed", { status: "failed", reason: "changed-while-publishing", message: "Changed." });
const idle = result("idle", { status: "unchanged", reason: "nothing-to-do" });
const lone = result("lone", { status: "unchanged", reason: "not-deployed", version: null, message: "Run deploy first." });

const reportOf = (results: readonly PublishResult[]): PublishReport => {
  const { outcome, reason, message } = publishVerdict(results);
  return { outcome, reason, explanation: message, workspace: "prod-eu", results, problems: [], runUrl: "https://github.com/o/r/actions/runs/1", stateCommit: undefined };
};

describe("the verdict", () => {
  test.each<[string, readonly PublishResult[], [string, string]]>([
    ["nothing", [], ["unchanged", "nothing-to-do"]],
    ["idle", [idle, lone], ["unchanged", "nothing-to-do"]],
    ["published", [result("a"), idle], ["published", "ok"]],
    ["recorded only", [result("a", { status: "recorded" })], ["published", "ok"]],
    ["refused only", [left, idle], ["conflicts", "draft-changed"]],
    ["published and refused", [result("a"), left], ["partially-published", "draft-changed"]],
    ["failed only", [failed, idle], ["failed", "publish-failed"]],
    ["failed and refused", [left, failed], ["failed", "publish-failed"]],
    ["published and failed", [result("a"), failed, left], ["partially-published", "publish-failed"]],
    ["published, but something else", [changed], ["partially-published", "changed-while-publishing"]],
    ["cancelled only", [result("a", { status: "cancelled", reason: "cancelled" })], ["failed", "cancelled"]],
  ])("%s", (_, results, expected) => {
    const { outcome, reason } = publishVerdict(results);
    expect([outcome, reason]).toEqual(expected);
  });
});

test("the summary: what is urgent first, notes beside it, nothing that breaks a table", () => {
  const noted = result("noted", { notes: ["Retell has version 9 too, by @somebody."] });
  expect(renderPublishSummary(reportOf([noted, idle, lone, left]))).toBe(`## ⚠️ Partially Published in \`prod-eu\`

1 agent left alone, 1 agent published, 2 agents unchanged.

[This run](https://github.com/o/r/actions/runs/1)

### Agents

| Agent | Version | Status |  |
| --- | --- | --- | --- |
| \`left\` | 7 | ⚠️ left alone | Version 7 changed: llm.a\\|b. |
| \`noted\` | 7 | ✅ published | Retell has version 9 too, by @\u200bsomebody. |
| \`idle\` | 7 | unchanged |  |
| \`lone\` | – | unchanged | Run deploy first. |
`);
});

test("the result names fields, counts statuses, and has no values", () => {
  const made = publishResult(reportOf([result("a"), left, result("b", { status: "recorded" }), changed]));
  expect(made).toMatchObject({ schema_version: 1, action: "publish-version", workspace: "prod-eu", outcome: "partially-published", counts: { published: 1, "left-alone": 1, recorded: 1, failed: 1 }, truncated: false });
  expect(made.agents.map(({ agent, operation, changed_fields: fields }) => [agent, operation, fields])).toEqual([["a", "publish", []], ["left", "none", ["llm.a|b"]], ["b", "record", []], ["changed", "publish", []]]);
});

test("a line of the log is one line, whatever is in it", () => {
  expect(publishLine(result("sales"))).toBe("sales: published version 7");
  expect(publishLine(result("sales", { status: "failed", reason: "publish-failed", message: "no\n::error::x" }))).toBe("sales: failed (publish-failed)  no ::error::x");
});
