import { describe, expect, test } from "@jest/globals";
import { liveDigestOf } from "@retell-actions/core/plan/live-digest";
import type { AgentPlan } from "@retell-actions/core/plan/plan";
import type { Problem } from "@retell-actions/core/project/problem";
import { renderValidationSummary } from "@retell-actions/core/report/job-summary";
import { renderComment } from "@retell-actions/core/report/pull-request-comment";
import type { ValidationReport } from "@retell-actions/core/report/report-input";
import { agent, change, conflict, conflictedAgent, consoleEdit, gitChange, IDENTITY, STAGING, validation, workspaceReport } from "./fixtures.ts";

/** The comment as a person sees it, without the hidden first line. */
function comment(report: ValidationReport): string {
  return renderComment(report, IDENTITY).body.replace(/^<!--.*-->\n/, "");
}

const sales = agent("sales", {
  class: "local-change",
  operation: "update",
  wanted: true,
  changes: [gitChange(["agent", "voice_id"], "11labs-Adrian", "11labs-Lily"), gitChange(["llm", "general_prompt"], "You sell things to people who call.\nBe nice.", "You sell good things to people who call.\nBe nice.")],
});
const created = agent("welcome", { class: "not-deployed", operation: "create", wanted: true, agentId: null, version: null, modifiedAt: null });
const edited = agent("returns", { class: "console-edit", changes: [consoleEdit(["agent", "voice_speed"], 1, 1.3)] });

const problems: Problem[] = [
  { code: "unknown-field", severity: "warning", file: "agents/sales/agent.json", line: 4, column: 3, message: 'Retell has no field "voice_sped".', hint: 'Did you mean "voice_speed"?' },
  { code: "missing-section", severity: "error", file: "agents/support/agent.json", line: 9, column: 20, message: 'There is no section "base/greting" in prompts/.', hint: 'Did you mean "base/greeting"?' },
  { code: "no-agent-json", severity: "error", file: "agents/empty", message: "The folder has no agent.json." },
];

describe("the comment", () => {
  test("passed", () => {
    expect(comment(validation({ workspaces: [workspaceReport([agent("billing"), sales, created])] }))).toMatchInlineSnapshot(`
"## ✅ Validation Passed

Ready to deploy to **staging** workspace. Merge this PR to trigger deployment: 1 agent created, 1 agent updated.

### Agents to be deployed:

| Agent | Deploy would | Changed fields |
| --- | --- | --- |
| \`sales\` | update | 2: \`agent.voice_id\` and \`llm.general_prompt\` |
| \`welcome\` | create | all |

<details><summary><code>sales</code>: 2 fields</summary>

| Field | Last deployed | Git |
| --- | --- | --- |
| \`agent.voice_id\` | \`"11labs-Adrian"\` | \`"11labs-Lily"\` |
| \`llm.general_prompt\` | (text) | +1 −1 lines |

\`llm.general_prompt\`, changed in **Git** (+1 −1 lines):

\`\`\`diff
@@ line 1 @@
-You sell things to people who call.
+You sell good things to people who call.
! You sell {+good +}things to people who call.
 Be nice.
\`\`\`

</details>

1 agent without changes: \`billing\`.
"
`);
  });

  test("passed, nothing to deploy", () => {
    expect(comment(validation({ workspaces: [workspaceReport([agent("billing"), agent("sales")], { unmanaged: 2 })] }))).toMatchInlineSnapshot(`
"## ✅ Validation Passed

Nothing to deploy to **staging** workspace: merging this PR changes no agent.

2 agents without changes: \`billing\`, \`sales\`. 2 agents in Retell are not managed by this repository.
"
`);
  });

  test("passed, with drift elsewhere and notes", () => {
    const noted = { ...sales, changes: [], notes: ["secret://CRM_TOKEN was not compared: RETELL_SECRET_CRM_TOKEN is not set in this job."] };
    expect(comment(validation({ workspaces: [workspaceReport([noted, edited, agent("old", { class: "removed-from-git", notes: ["Its folder was removed from Git; the agent stays in Retell until a run with prune: delete."] })])] }))).toMatchInlineSnapshot(`
"## ✅ Validation Passed

Ready to deploy to **staging** workspace. Merge this PR to trigger deployment: 1 agent updated.

### Agents to be deployed:

| Agent | Deploy would | Changed fields |
| --- | --- | --- |
| \`sales\` | update | – |

### Different in Retell

These agents block nothing here, and deploy leaves them as they are.

| Agent | State | Changed fields | Last changed in Retell |
| --- | --- | --- | --- |
| \`returns\` | changed in the Retell console | 1: \`agent.voice_speed\` | 2026-11-24 02:30 UTC |
| \`old\` | removed from Git, still in Retell | – | 2026-11-24 02:30 UTC |

<details><summary><code>returns</code>: 1 field</summary>

| Field | Changed in | Last deployed | Git | Retell console |
| --- | --- | --- | --- | --- |
| \`agent.voice_speed\` | console | \`1\` | \`1\` | \`1.3\` |

</details>

**Notes**

- \`sales\`: secret://CRM_TOKEN was not compared: RETELL_SECRET_CRM_TOKEN is not set in this job.
- \`old\`: Its folder was removed from Git; the agent stays in Retell until a run with prune: delete.
"
`);
  });

  test("conflict", () => {
    expect(
  comment(
    validation({
      outcome: "conflicts",
      reason: "conflict",
      sharedSections: new Map([["prompts/support/refunds.txt", ["sales", "support"]]]),
      workspaces: [workspaceReport([agent("billing"), { ...sales, changes: [] }, conflictedAgent()])]
    })
  )
).toMatchInlineSnapshot(`
"## ⚠️ Conflicts Detected with staging Workspace

The following agents have configurations on Retell that differ from what was deployed last. This typically means someone modified the agent via the Retell Console. If this PR were merged now: 1 agent left as it is, 1 agent updated.

### \`support\` is left alone

Git and the Retell console changed agent.voice_speed, llm.general_prompt differently.

Last changed in Retell: **2026-11-24 02:30 UTC** (version 3, draft), the agent as a whole; Retell tells neither which field changed then nor by whom. Last deployed from Git: **2026-11-20 10:00 UTC** from commit \`0123456\` by \`github-actions[bot]\`.

| Field | Changed in | Last deployed | Git | Retell console |
| --- | --- | --- | --- | --- |
| \`agent.voice_speed\` | **both** | \`1\` | \`1.1\` | \`1.2\` |
| \`llm.general_prompt\` | **both** | (text) | +1 −1 lines | +1 −1 lines |
| \`llm.model_temperature\` | console | \`0.2\` | \`0.2\` | \`0.4\` |

\`llm.general_prompt\`, changed in **Git** (+1 −1 lines):

\`\`\`diff
@@ prompts/base/greeting.txt:1 @@
 You are the friendly voice of Acme Corp support.
 Greet the caller by name.
-Ask how you can help today.
+Always ask how you can help today.
! [-Ask-]{+Always ask+} how you can help today.
 
\`\`\`

\`llm.general_prompt\`, changed in the **Retell console** (+1 −1 lines). \`prompts/support/refunds.txt\` is also used by \`sales\`.

\`\`\`diff
@@ prompts/support/refunds.txt:1 @@
-Refunds take five working days.
+Refunds take three working days.
! Refunds take [-five-]{+three+} working days.
 Never promise a date.
\`\`\`

<details><summary>Console's whole <code>llm.general&#95;prompt</code></summary>

\`\`\`text
You are the friendly voice of Acme Corp support.
Greet the caller by name.
Ask how you can help today.

Refunds take three working days.
Never promise a date.
\`\`\`

</details>

### Resolution Required

Write one of the lines below as a comment on this pull request. This needs the workflow \`retell-commands.yml\` and write permission. The \`@…\` names what Retell held when this was written: if somebody changes it there meanwhile, nothing is decided and the answer is a fresh comparison.

- \`use-git\` lets Git's values win: the next deploy overwrites exactly the console's values shown here, and nothing that is changed later.
- \`use-console\` accepts the console's values: they are written into the files.
- \`merge\` keeps both: texts of which the sides changed different lines or sentences are merged, and what only the console changed is accepted. What both changed differently stays open.

To decide field by field, write names of fields before the \`@\`, as the tables have them; a name with blanks or quotes stands in backticks.

\`\`\`text
/retell use-git staging support @515f14929608
\`\`\`

\`\`\`text
/retell use-console staging support @515f14929608
\`\`\`

\`\`\`text
/retell merge staging support @515f14929608
\`\`\`

\`\`\`text
/retell diff --full staging support
\`\`\`

<details><summary>Without commands: by hand</summary>

Choose one:

1. **Keep your changes** (overwrite the console's): add the file \`overwrite.staging.json\` from below to this pull request. Deploy then replaces exactly the console values in it, and nothing that is changed after this check.
2. **Accept the console's changes** (update your PR): write the values listed below into the files.
3. **Decide when deploying**: run the deploy workflow of \`staging\` by hand with \`on-console-edit: overwrite\`, which replaces every console edit of the agents named in its input \`agents\`.

#### \`support\`: what to write

To accept the console's changes:

- \`agents/support/agent.json\`: set \`voice_speed\` to \`1.2\`
- \`agents/support/agent.json\`: set \`llm_config.model_temperature\` to \`0.4\`
- \`prompts/support/refunds.txt\` (also used by \`sales\`): make the console's changes of \`llm.general_prompt\` shown above

To keep yours, \`agents/support/overwrite.staging.json\`:

\`\`\`json
{
  "deployed_at": "2026-11-20T10:00:00Z",
  "fields": {
    "agent.voice_speed": 1.2,
    "llm.model_temperature": 0.4,
    "llm.general_prompt": "You are the friendly voice of Acme Corp support.\\nGreet the caller by name.\\nAsk how you can help today.\\n\\nRefunds take three working days.\\nNever promise a date."
  }
}
\`\`\`

</details>

### Agents to be deployed:

| Agent | Deploy would | Changed fields |
| --- | --- | --- |
| \`sales\` | update | – |

1 agent without changes: \`billing\`.
"
`);
  });

  test("conflict of an agent that was never deployed from here, in one of two workspaces", () => {
    const unknown = agent("sales", {
      class: "conflict",
      wanted: true,
      changes: [change(["agent", "voice_id"], { class: "conflict", desired: "11labs-Lily", live: "11labs-Adrian" })],
      blocks: [{ reason: "conflict", message: "Git and the Retell console changed agent.voice_id differently." }],
    });
    const lost = { ...unknown, material: { ...unknown.material, state: undefined, baseline: null } };
    const eu = { ...STAGING, name: "prod-eu", kind: "production" as const };
    expect(
  comment(
    validation({
      outcome: "conflicts",
      reason: "conflict",
      targetBranch: "production",
      workspaces: [workspaceReport([lost], { workspace: eu }), workspaceReport([created], { workspace: { ...eu, name: "prod-us" } })]
    })
  )
).toMatchInlineSnapshot(`
"## ⚠️ Conflicts Detected with prod-eu Workspace

The following agents have configurations on Retell that differ from what was deployed last. This typically means someone modified the agent via the Retell Console. If this PR were merged now: 1 agent left as it is, 1 agent created in prod-us.

## Workspace \`prod-eu\`

### \`sales\` is left alone

Git and the Retell console changed agent.voice_id differently.

Last changed in Retell: **2026-11-24 02:30 UTC** (version 3, draft), the agent as a whole; Retell tells neither which field changed then nor by whom. Never deployed by this repository, so it is not known which side changed.

| Field | Changed in | Last deployed | Git | Retell console |
| --- | --- | --- | --- | --- |
| \`agent.voice_id\` | not known | – | \`"11labs-Lily"\` | \`"11labs-Adrian"\` |

### Resolution Required

Write one of the lines below as a comment on this pull request. This needs the workflow \`retell-commands.yml\` and write permission. The \`@…\` names what Retell held when this was written: if somebody changes it there meanwhile, nothing is decided and the answer is a fresh comparison.

- \`use-git\` lets Git's values win: the next deploy overwrites exactly the console's values shown here, and nothing that is changed later.
- \`use-console\` accepts the console's values: they are written into the files.

\`\`\`text
/retell use-git prod-eu sales @4c73177cf3a1
\`\`\`

\`\`\`text
/retell use-console prod-eu sales @4c73177cf3a1
\`\`\`

<details><summary>Without commands: by hand</summary>

Choose one:

1. **Keep your changes** (overwrite the console's): add the file \`overwrite.prod-eu.json\` from below to this pull request. Deploy then replaces exactly the console values in it, and nothing that is changed after this check.
2. **Accept the console's changes** (update your PR): write the values listed below into the files.
3. **Decide when deploying**: run the deploy workflow of \`prod-eu\` by hand with \`on-console-edit: overwrite\`, which replaces every console edit of the agents named in its input \`agents\`.

#### \`sales\`: what to write

To accept the console's changes:

- \`agents/sales/agent.prod-eu.json\`: set \`voice_id\` to \`"11labs-Adrian"\`

To keep yours, \`agents/sales/overwrite.prod-eu.json\`:

\`\`\`json
{
  "deployed_at": null,
  "fields": {
    "agent.voice_id": "11labs-Adrian"
  }
}
\`\`\`

</details>

## Workspace \`prod-us\`

### Agents to be deployed:

| Agent | Deploy would | Changed fields |
| --- | --- | --- |
| \`welcome\` | create | all |
"
`);
  });

  test("invalid files", () => {
    expect(comment(validation({ outcome: "invalid", reason: "invalid-files", problems }))).toMatchInlineSnapshot(`
"## ❌ Validation Failed

The files have 2 errors and 1 warning. A merge would deploy nothing until this is corrected.

### Findings in files: 2 errors and 1 warning

- ❌ \`agents/empty\`: The folder has no agent.json.
- ❌ \`agents/support/agent.json:9:20\`: There is no section "base/greting" in prompts/. Did you mean "base/greeting"?
- ⚠️ \`agents/sales/agent.json:4:3\`: Retell has no field "voice_sped". Did you mean "voice_speed"?
"
`);
  });

  test("offline", () => {
    expect(comment(validation({ outcome: "passed-offline", reason: "no-keys-in-this-job", problems: problems.slice(0, 1) }))).toMatchInlineSnapshot(`
"## ☑️ Validation Passed (files only)

3 agents checked without Retell: Pull requests from forks and Dependabot get no keys, so only files were checked.

**Not checked:** console edits, conflicts, API keys, and whether the content was deployed to staging. Deploy checks all of it again before it writes anything.

### Findings in files: 1 warning

- ⚠️ \`agents/sales/agent.json:4:3\`: Retell has no field "voice_sped". Did you mean "voice_speed"?
"
`);
  });

  test("staging required", () => {
    const blocked = { ...sales, operation: "none" as const, blocks: [{ reason: "staging-required" as const, message: "This content has not been deployed to staging." }] };
    const production = { ...STAGING, name: "production", kind: "production" as const };
    expect(
  comment(validation({ outcome: "staging-required", reason: "staging-required", targetBranch: "production", workspaces: [workspaceReport([blocked, created], { workspace: production })] }))
).toMatchInlineSnapshot(`
"## 🚧 Staging Required First

This content has not been deployed to staging. Deploy it to staging, then run this check again. If this PR were merged now: 1 agent left as it is, 1 agent created.

### Agents left alone

| Agent | State | Why, and what to do |
| --- | --- | --- |
| \`sales\` | changed in Git | This content has not been deployed to staging. |

### Agents to be deployed:

| Agent | Deploy would | Changed fields |
| --- | --- | --- |
| \`welcome\` | create | all |
"
`);
  });

  test("failed", () => {
    expect(comment(validation({ outcome: "failed", reason: "unauthorized", explanation: "Retell refused the key in RETELL_STAGING_API_KEY (401)." }))).toMatchInlineSnapshot(`
"## ❌ Validation Could Not Be Completed

Retell refused the key in RETELL_STAGING_API_KEY (401). It is not known whether this change can be deployed; run the check again when the cause is removed.
"
`);
  });
});

test("the summary has the whole texts of all sides", () => {
  const summary = renderValidationSummary(validation({ outcome: "conflicts", reason: "conflict", workspaces: [workspaceReport([conflictedAgent()])] }));
  for (const side of ["Last deployed", "Git", "Retell console"]) expect(summary).toContain(`<details><summary>${side}: whole <code>llm.general&#95;prompt</code></summary>`);
  expect(summary).toContain("Write one of the lines below as a comment on the pull request.");
  expect(summary).toContain("gh workflow run retell-commands.yml -f command='use-git staging support @");
});

test("what no file settles gets no command, but what helps", () => {
  const lost = agent("sales", { class: "version-deleted", wanted: true, blocks: [{ reason: "version-deleted", message: "The version that was deployed last was deleted in Retell." }] });
  const body = comment(validation({ outcome: "conflicts", reason: "version-deleted", workspaces: [workspaceReport([lost])] }));
  expect(body).not.toContain("/retell ");
  expect(body).toContain("### Resolution Required\n\n**Decide when deploying**: run the deploy workflow of `staging` by hand with `on-console-edit: overwrite`");
});

test("several agents can be decided at once, and one command names exactly those that wait", () => {
  const other = { ...conflictedAgent(), name: "orders" };
  const body = comment(validation({ outcome: "conflicts", reason: "conflict", workspaces: [workspaceReport([conflictedAgent(), other, edited])] }));
  expect(body).toContain("#### All 2: `support` and `orders`");
  expect(body).toContain(`/retell use-console staging all @${liveDigestOf([conflictedAgent(), other])}\n`);
  expect(body).not.toContain("/retell use-git staging returns");
});

test("merging is offered where it settles something", () => {
  const offers = (...changes: AgentPlan["changes"]): boolean => {
    const waiting = agent("support", { class: "conflict", wanted: true, changes, blocks: [{ reason: "conflict", message: "x" }] });
    return comment(validation({ outcome: "conflicts", reason: "conflict", workspaces: [workspaceReport([waiting])] })).includes("/retell merge staging support @");
  };
  const speed = conflict(["agent", "voice_speed"], 1, 2, 3);
  const edit = consoleEdit(["agent", "voice_id"], "a", "b");
  const words = conflict(["llm", "general_prompt"], "Be kind.\n\nBe brief.", "Be very kind.\n\nBe brief.", "Be kind.\n\nBe very brief.");
  const sameWords = conflict(["llm", "general_prompt"], "Be kind.", "Be very kind.", "Be quite kind.");
  expect(offers(edit)).toBe(true);
  expect(offers(edit, speed, words)).toBe(true);
  expect(offers(edit, speed)).toBe(false);
  expect(offers(sameWords)).toBe(false);
  expect(offers({ ...words, seen: "Retell made something else of it." })).toBe(false);
});
