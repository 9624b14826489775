import { describe, expect, test } from "@jest/globals";
import { renderDeploySummary, renderValidationSummary } from "@retell-actions/core/report/job-summary";
import { renderMergedConflictComment } from "@retell-actions/core/report/merged-conflict-comment";
import { agent, conflictedAgent, deployReport, gitChange, plan, result, validation, workspaceReport } from "./fixtures.ts";

const sales = agent("sales", { class: "local-change", operation: "update", wanted: true, changes: [gitChange(["agent", "voice_id"], "11labs-Adrian", "11labs-Lily")] });
const speed = gitChange(["agent", "voice_speed"], 1, 1.1);

describe("the summary of a deploy", () => {
  test("partial failure", () => {
    const report = deployReport({
      outcome: "partially-deployed",
      reason: "write-failed",
      plan: plan([agent("billing"), agent("returns", { class: "local-change", operation: "update", wanted: true, changes: [speed] }), sales]),
      stateCommit: "fedcba9876543210fedcba9876543210fedcba98",
      results: [
        result("billing", { status: "unchanged", version: 2 }),
        result("returns", { status: "failed", reason: "write-failed", version: 7, partly: true, message: "Retell answered update-agent with 500 three times. Run the deploy again: it goes on where this one stopped." }),
        result("sales", {
          status: "updated",
          observed: [
            { name: "agent.voice_model", before: "eleven_turbo_v2", after: null, mentioned: false },
            { name: "llm.begin_message", before: "Hello", after: "Hi there", mentioned: true },
          ],
        }),
      ],
    });
    expect(renderDeploySummary(report)).toMatchInlineSnapshot(`
"## ⚠️ Partially Deployed to staging

Retell did not accept, or did not confirm, a write.

1 agent failed, 1 agent updated, 1 agent unchanged.

Commit [89abcde](https://github.com/acme/voice/commit/89abcdef0123456789abcdef0123456789abcdef), [this run](https://github.com/acme/voice/actions/runs/77/attempts/1)  
Workspace \`staging\`, plan \`sha256:5f1d\`  
State recorded in commit [fedcba9](https://github.com/acme/voice/commit/fedcba9876543210fedcba9876543210fedcba98)

### Results

| Agent | Result | Version | Changed fields |  |
| --- | --- | --- | --- | --- |
| \`returns\` | ❌ failed, written in part | 7 | 1: \`agent.voice_speed\` | Retell answered update-agent with 500 three times. Run the deploy again: it goes on where this one stopped. |
| \`sales\` | ✅ updated | 4 | 1: \`agent.voice_id\` |  |
| \`billing\` | unchanged | 2 | – |  |

### Also changed in Retell while deploying

Fields that this run did not send and that differ afterwards: side effects of Retell, or somebody's edit at that moment.

| Agent | Field | Before | After |  |
| --- | --- | --- | --- | --- |
| \`sales\` | \`agent.voice_model\` | \`"eleven_turbo_v2"\` | \`null\` | recorded: Git is silent about it |
| \`sales\` | \`llm.begin_message\` | \`"Hello"\` | \`"Hi there"\` | kept as a console edit: Git has this field |

### Changes by Git

<details><summary><code>returns</code>: 1 field</summary>

| Field | Last deployed | Git |
| --- | --- | --- |
| \`agent.voice_speed\` | \`1\` | \`1.1\` |

</details>

<details><summary><code>sales</code>: 1 field</summary>

| Field | Last deployed | Git |
| --- | --- | --- |
| \`agent.voice_id\` | \`"11labs-Adrian"\` | \`"11labs-Lily"\` |

</details>
"
`);
  });

  test("nothing to do", () => {
    const report = deployReport({ outcome: "unchanged", reason: "nothing-to-do", plan: plan([agent("billing")]), results: [result("billing", { status: "unchanged" })] });
    expect(renderDeploySummary(report)).toMatchInlineSnapshot(`
"## ✅ Nothing to Deploy to staging

Git, the recorded state and Retell agree.

1 agent unchanged.

Commit [89abcde](https://github.com/acme/voice/commit/89abcdef0123456789abcdef0123456789abcdef), [this run](https://github.com/acme/voice/actions/runs/77/attempts/1)  
Workspace \`staging\`, plan \`sha256:5f1d\`

### Results

| Agent | Result | Version | Changed fields |  |
| --- | --- | --- | --- | --- |
| \`billing\` | unchanged | 4 | – |  |
"
`);
  });

  test("dry run", () => {
    const report = deployReport({ outcome: "planned", dryRun: true, plan: plan([sales]), results: [result("sales", { status: "planned", version: 3 })] });
    expect(renderDeploySummary(report)).toMatchInlineSnapshot(`
"## 📋 Plan for staging (dry run, nothing written)

1 agent would be deployed.

Commit [89abcde](https://github.com/acme/voice/commit/89abcdef0123456789abcdef0123456789abcdef), [this run](https://github.com/acme/voice/actions/runs/77/attempts/1)  
Workspace \`staging\`, plan \`sha256:5f1d\`

### Results

| Agent | Result | Version | Changed fields |  |
| --- | --- | --- | --- | --- |
| \`sales\` | would be deployed | 3 | 1: \`agent.voice_id\` |  |

### Agents to be deployed:

| Agent | Deploy would | Changed fields |
| --- | --- | --- |
| \`sales\` | update | 1: \`agent.voice_id\` |

<details><summary><code>sales</code>: 1 field</summary>

| Field | Last deployed | Git |
| --- | --- | --- |
| \`agent.voice_id\` | \`"11labs-Adrian"\` | \`"11labs-Lily"\` |

</details>
"
`);
  });

  test("an early end without a plan", () => {
    expect(renderDeploySummary(deployReport({ outcome: "wrong-branch", reason: "wrong-branch" }))).toMatchInlineSnapshot(`
"## ❌ Wrong Branch for the workspace

The commit is not on the branch that deploys to this workspace.

Commit [89abcde](https://github.com/acme/voice/commit/89abcdef0123456789abcdef0123456789abcdef), [this run](https://github.com/acme/voice/actions/runs/77/attempts/1)
"
`);
  });
});

test("what deploy says on the merged pull request", () => {
  const report = deployReport({
    outcome: "conflicts",
    reason: "conflict",
    plan: plan([{ ...conflictedAgent(), changes: conflictedAgent().changes.slice(0, 2) }, sales]),
    results: [result("sales", { status: "updated" }), result("support", { status: "left-alone", reason: "conflict" })],
  });
  const { body, dropped } = renderMergedConflictComment(report, { kind: "deploy", repositoryId: 42, folder: "", workspace: "staging" });
  expect(dropped).toEqual([]);
  expect(body).toMatchInlineSnapshot(`
"<!-- retell-actions {"kind":"deploy","format":1,"repository":42,"folder":"","workspaces":["staging"],"shown":{"staging":{"support":"515f14929608"}},"digest":"sha256:0fb3a3cb7b3d636b1725539c7d9ef3737dbd107adfabd34c4cb6c663245a64da"} -->
## ⚠️ Conflicts Detected with staging Workspace

This PR is merged, but 1 agent was left as it is in Retell. The following agents have configurations on Retell that differ from what was deployed last. This typically means someone modified the agent via the Retell Console.

### \`support\` is left alone

Git and the Retell console changed agent.voice_speed, llm.general_prompt differently.

Last changed in Retell: **2026-11-24 02:30 UTC** (version 3, draft), the agent as a whole; Retell tells neither which field changed then nor by whom. Last deployed from Git: **2026-11-20 10:00 UTC** from commit \`0123456\` by \`github-actions[bot]\`.

| Field | Changed in | Last deployed | Git | Retell console |
| --- | --- | --- | --- | --- |
| \`agent.voice_speed\` | **both** | \`1\` | \`1.1\` | \`1.2\` |
| \`llm.model_temperature\` | console | \`0.2\` | \`0.2\` | \`0.4\` |

### Resolution Required

Write one of the lines below as a comment on this pull request, merged as it is: what is decided comes as a new pull request. This needs the workflow \`retell-commands.yml\` and write permission. The \`@…\` names what Retell held when this was written: if somebody changes it there meanwhile, nothing is decided and the answer is a fresh comparison.

- \`use-git\` lets Git's values win: the next deploy overwrites exactly the console's values shown here, and nothing that is changed later.
- \`use-console\` accepts the console's values: they are written into the files.

To decide field by field, write names of fields before the \`@\`, as the tables have them; a name with blanks or quotes stands in backticks.

Without a comment: \`gh workflow run retell-commands.yml -f command='use-git staging support @515f14929608'\`, and so on.

\`\`\`text
/retell use-git staging support @515f14929608
\`\`\`

\`\`\`text
/retell use-console staging support @515f14929608
\`\`\`

<details><summary>Without commands: by hand</summary>

Choose one:

1. **Keep your changes** (overwrite the console's): add the file \`overwrite.staging.json\` from below to a new pull request. Deploy then replaces exactly the console values in it, and nothing that is changed after this check.
2. **Accept the console's changes** (in a new pull request): write the values listed below into the files.
3. **Decide when deploying**: run the deploy workflow of \`staging\` by hand with \`on-console-edit: overwrite\`, which replaces every console edit of the agents named in its input \`agents\`.

#### \`support\`: what to write

To accept the console's changes:

- \`agents/support/agent.json\`: set \`voice_speed\` to \`1.2\`
- \`agents/support/agent.json\`: set \`llm_config.model_temperature\` to \`0.4\`

To keep yours, \`agents/support/overwrite.staging.json\`:

\`\`\`json
{
  "deployed_at": "2026-11-20T10:00:00Z",
  "fields": {
    "agent.voice_speed": 1.2,
    "llm.model_temperature": 0.4
  }
}
\`\`\`

</details>
"
`);
});

test("the summary of a validation adds commit, run and fingerprint", () => {
  expect(renderValidationSummary(validation({ workspaces: [workspaceReport([agent("billing")])] }))).toMatchInlineSnapshot(`
"## ✅ Validation Passed

Nothing to deploy to **staging** workspace: merging this PR changes no agent.

Commit [89abcde](https://github.com/acme/voice/commit/89abcdef0123456789abcdef0123456789abcdef), [this run](https://github.com/acme/voice/actions/runs/77/attempts/1), for branch \`staging\`  
\`staging\`: plan \`sha256:5f1d\`

1 agent without changes: \`billing\`.
"
`);
});
