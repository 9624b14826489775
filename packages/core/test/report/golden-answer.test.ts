import { describe, expect, test } from "@jest/globals";
import type { Answer, CommandAnswer, DecidedAgent } from "@retell-actions/core/report/answer-input";
import { renderAnswer, renderAnswerSummary } from "@retell-actions/core/report/answer";
import { agent, conflict, conflictedAgent, consoleEdit, DEPLOYED_AT, gitChange, STAGING } from "./fixtures.ts";

const IDENTITY = { kind: "answer", repositoryId: 42, folder: "", command: 1001 } as const;

function answer(commands: readonly CommandAnswer[], fields: Partial<Answer> = {}): Answer {
  return { commands, commit: undefined, check: undefined, sharedSections: new Map([["prompts/support/refunds.txt", ["sales", "support"]]]), folder: "", author: "octocat", ...fields };
}

const body = (given: Answer): string => renderAnswer(given, IDENTITY).body.replace(/^<!--.*-->\n/, "");

const decided: DecidedAgent = { workspace: "staging", name: "support", adopted: [], merged: [], overwrites: [], already: [], left: [], forked: [], reaches: [], secretsToCreate: [], removedEntries: [] };
const committed = {
  commit: { sha: "89abcdef0123456789abcdef0123456789abcdef", url: "https://github.com/acme/voice/commit/89abcdef0123456789abcdef0123456789abcdef", branch: "feature/louder", pullRequest: undefined },
  check: { outcome: "passed", sentence: "Ready to deploy to staging." },
} satisfies Partial<Answer>;

describe("the answer", () => {
  test("to decisions", () => {
    const line = "/retell merge staging support @0123456789ab";
    const agents = [
      {
        ...decided,
        adopted: ["llm.general_tools[crm].headers.authorization"],
        merged: ["llm.general_prompt"],
        overwrites: ["agent.voice_id"],
        already: ["llm.model_temperature"],
        left: [{ field: "agent.voice_speed", reason: "both sides changed it" }],
        forked: [{ from: "prompts/support/refunds.txt", to: "prompts/support/support/refunds.txt" }],
        reaches: [{ file: "prompts/base/greeting.txt", agents: ["billing", "sales"] }],
        secretsToCreate: ["CRM_TOKEN"],
        removedEntries: ["agent.language"],
      },
      { ...decided, name: "sales" },
    ];
    expect(body(answer([{ kind: "done", line, agents }], committed))).toMatchInlineSnapshot(`
"## ⚠️ Decided in Part

Asked for by octocat. Committed as [89abcde](https://github.com/acme/voice/commit/89abcdef0123456789abcdef0123456789abcdef) to \`feature/louder\`. Check of that commit: ✅ passed. Ready to deploy to staging.

### ✅ \`/retell merge staging support @0123456789ab\`

| Agent | Workspace | Field | Decision |
| --- | --- | --- | --- |
| \`support\` | \`staging\` | \`agent.voice_speed\` | **still open**: both sides changed it |
| \`support\` | \`staging\` | \`llm.general_tools[crm].headers.authorization\` | accepted from the console: it is in the files now |
| \`support\` | \`staging\` | \`llm.general_prompt\` | merged of both sides: it is in the files now, and the next deploy overwrites the console's value with it, if that is still the same |
| \`support\` | \`staging\` | \`agent.voice_id\` | Git wins: the next deploy overwrites the console's value, if that is still the same |
| \`support\` | \`staging\` | \`llm.model_temperature\` | was decided like this already |

Nothing was open for \`sales\`.

**Secrets to create before the next deploy.** Credentials were typed into the console. Git never stores them: create these secrets with their values, and pass them to the deploy job.

- \`RETELL_SECRET_CRM_TOKEN\`

- \`prompts/base/greeting.txt\` was changed, which other agents use too: \`billing\` and \`sales\`.
- \`prompts/support/refunds.txt\` is used by other agents too, so it was copied to \`prompts/support/support/refunds.txt\` for \`support\`.
- Entries of \`overwrite.staging.json\` that were spent were removed for \`support\`: \`agent.language\`.
"
`);
  });

  test("on a merged pull request, with a check that does not pass", () => {
    const pullRequest = { number: 12, url: "https://github.com/acme/voice/pull/12" };
    const text = body(
      answer([{ kind: "done", line: "/retell use-git staging all", agents: [{ ...decided, overwrites: ["agent.voice_id"] }] }], {
        commit: { ...committed.commit, branch: "retell/resolve/staging", pullRequest },
        check: { outcome: "conflicts", sentence: undefined },
      }),
    );
    expect(text).toContain("## ✅ Decided");
    expect(text).toContain("to `retell/resolve/staging`, [pull request 12](https://github.com/acme/voice/pull/12). Check of that commit: ❌ conflicts.");
  });

  test("an outcome that nobody knows is not called good", () => {
    expect(body(answer([], { check: { outcome: "toString", sentence: undefined } }))).toContain("❌ toString.");
  });

  test("to a decision that was read from another state", () => {
    const refused: CommandAnswer = { kind: "refused", line: "/retell use-console staging support @000000000000", reason: "live-changed", message: "Retell holds something else by now.", fresh: [{ workspace: STAGING, plan: conflictedAgent() }] };
    expect(renderAnswer(answer([refused]), IDENTITY).body).toMatchInlineSnapshot(`
"<!-- retell-actions {"kind":"answer","format":1,"repository":42,"folder":"","workspaces":["staging"],"command":1001,"shown":{"staging":{"support":"515f14929608"}},"digest":"sha256:f6d3eee6315441c06ceb2f75070e52be6bd721da35d8ef1115024ace138c2b64"} -->
## ❌ Not Carried Out

Asked for by octocat.

### ❌ \`/retell use-console staging support @000000000000\`

Retell holds something else by now. (\`live-changed\`)

#### \`support\` in \`staging\`

Changed differently in Git and in the Retell console. Git and the Retell console changed agent.voice_speed, llm.general_prompt differently.

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

#### How to decide in \`staging\`

Write one of the lines below as a new comment. This needs the workflow \`retell-commands.yml\` and write permission. The \`@…\` names what Retell held when this was written: if somebody changes it there meanwhile, nothing is decided and the answer is a fresh comparison.

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
"
`);
  });

  test("to diff of what is in sync, and of what only Git changed", () => {
    const changed = agent("sales", { class: "local-change", operation: "update", wanted: true, changes: [gitChange(["agent", "voice_speed"], 1, 1.1)] });
    const agents = [agent("billing"), changed].map((plan) => ({ workspace: STAGING, plan }));
    expect(body(answer([{ kind: "diff", line: "/retell diff", full: false, agents }]))).toMatchInlineSnapshot(`
"## 💬 Answer

Asked for by octocat.

### 🔍 \`/retell diff\`

#### \`billing\` in \`staging\`

✅ No conflicts detected. Configuration is in sync with Retell.

Last changed in Retell: **2026-11-24 02:30 UTC** (version 3, draft), the agent as a whole; Retell tells neither which field changed then nor by whom. Last deployed from Git: **2026-11-20 10:00 UTC** from commit \`0123456\` by \`github-actions[bot]\`.

#### \`sales\` in \`staging\`

✅ No conflicts detected. The next deploy writes what Git says.

Last changed in Retell: **2026-11-24 02:30 UTC** (version 3, draft), the agent as a whole; Retell tells neither which field changed then nor by whom. Last deployed from Git: **2026-11-20 10:00 UTC** from commit \`0123456\` by \`github-actions[bot]\`.

| Field | Last deployed | Git |
| --- | --- | --- |
| \`agent.voice_speed\` | \`1\` | \`1.1\` |
"
`);
  });

  test("to diff --full", () => {
    const text = body(answer([{ kind: "diff", line: "/retell diff --full staging support", full: true, agents: [{ workspace: STAGING, plan: conflictedAgent() }] }]));
    for (const title of ["Last deployed: whole", "Git: whole", "Retell console: whole"]) expect(text).toContain(`<details><summary>${title} <code>llm.general&#95;prompt</code></summary>`);
  });

  test("to diff all, with a command on all of them", () => {
    const agents = ["a", "b"].map((name) => ({ workspace: STAGING, plan: agent(name, { class: "console-edit", changes: [consoleEdit(["agent", "voice_speed"], 1, 2)] }) }));
    const text = body(answer([{ kind: "diff", line: "/retell diff staging all", full: false, agents }]));
    expect(text).toContain("#### All 2: `a` and `b`");
    expect(text).toMatch(/^\/retell use-git staging all @[0-9a-f]{12}$/m);
    expect(body(answer([{ kind: "diff", line: "/retell diff staging a", full: false, agents: agents.slice(0, 1) }]))).not.toContain("staging all");
  });

  test("of one agent to several commands shows it once", () => {
    const refused: CommandAnswer = { kind: "refused", line: "/retell use-git staging support agent.voice_speed", reason: "digest-missing", message: "No report shows this agent.", fresh: [{ workspace: STAGING, plan: conflictedAgent() }] };
    const text = body(answer([refused, { ...refused, line: "/retell use-console staging support llm.general_prompt" }]));
    expect(text.match(/#### `support` in `staging`/g)).toHaveLength(1);
    expect(text).toContain("The agents are shown above.");
  });

  test("to status", () => {
    const running = agent("sales", { class: "conflict", wanted: true, version: 5, changes: [conflict(["agent", "voice_speed"], 1, 2, 3)], blocks: [{ reason: "conflict", message: "Both changed agent.voice_speed." }] });
    const published = { ...agent("billing"), isPublished: true };
    const production = { ...STAGING, name: "production", kind: "production" as const };
    const check = { endedAt: Date.parse(DEPLOYED_AT), conclusion: "success", url: "https://github.com/acme/voice/actions/runs/5" };
    const workspaces = [
      { workspace: STAGING, agents: [published, running], unmanaged: 2, problem: undefined, lastDriftCheck: check },
      { workspace: production, agents: [], unmanaged: undefined, problem: "Retell refused the key in RETELL_PRODUCTION_API_KEY (401).", lastDriftCheck: undefined },
    ];
    expect(body(answer([{ kind: "status", line: "/retell status", workspaces }]))).toMatchInlineSnapshot(`
"## 💬 Answer

Asked for by octocat.

### 📋 \`/retell status\`

#### Workspace \`staging\`

⚠️ 1 agent of 2 needs a look.

Last drift check: [2026-11-20 10:00 UTC](https://github.com/acme/voice/actions/runs/5) (success).

| Agent | State | Deployed | Recorded version | Version in Retell | Published |
| --- | --- | --- | --- | --- | --- |
| \`sales\` | changed differently in Git and in the Retell console; left alone: Both changed agent.voice_speed. | 2026-11-20 10:00 UTC | 3 | 5 | not this version |
| \`billing\` | in sync | 2026-11-20 10:00 UTC | 3 | 3 | version 3 |

2 agents in Retell are not managed by this repository.

#### Workspace \`production\`

❌ It is not known how its agents are: Retell refused the key in RETELL_PRODUCTION_API_KEY (401).

Last drift check: none is known.
"
`);
  });

  test("to status of what is in sync", () => {
    const text = body(answer([{ kind: "status", line: "/retell status staging", workspaces: [{ workspace: STAGING, agents: [agent("billing")], unmanaged: 0, problem: undefined, lastDriftCheck: undefined }] }]));
    expect(text).toContain("✅ No conflicts detected. Configuration is in sync with Retell. Last deployed: 2026-11-20 10:00 UTC.");
    expect(text).toContain("Last drift check: none is known.");
  });

  test("to what is no command", () => {
    expect(body(answer([{ kind: "help", line: "/retell use-gti", message: 'There is no command "use-gti". Did you mean `use-git`?' }]))).toMatchInlineSnapshot(`
"## ❌ Not Carried Out

Asked for by octocat.

### 💡 \`/retell use-gti\`

There is no command "use-gti". Did you mean \`use-git\`?

| Command | What it does |
| --- | --- |
| \`/retell use-git\` | Git's values win: the next deploy overwrites exactly the console's values that the report shows. |
| \`/retell use-console\` | The console's values win: they are written into the files. |
| \`/retell merge\` | Both: texts of which the sides changed different lines or sentences are merged, and what only the console changed is accepted. |
| \`/retell diff\` | Shows both sides as they are now, with commands to copy; \`diff --full\` with the whole texts. |
| \`/retell status\` | Shows how the agents are, which versions exist, and when drift was last looked for. |
| \`/retell help\` | Shows this. |

One command per line, at the line's start: \`/retell VERB [WORKSPACE] AGENT [FIELD …] [@DIGEST]\`.

- \`AGENT\` is an agent's name or \`all\`; the workspace can be left out where only one is meant.
- Fields are named as the tables have them; without fields a command is about every open one. A name with blanks or quotes stands in backticks.
- \`@DIGEST\` names what Retell held when a report was written; the reports print it with their commands. If Retell holds something else meanwhile, nothing is decided and the answer is a fresh comparison. Without it, the digest of the last report before your comment counts.
- By hand: \`gh workflow run retell-commands.yml -f command='use-git staging my-agent @DIGEST'\`. There the digest has to be written out.
- Only people with write permission may command; quoted and edited comments are not carried out.
"
`);
  });
});

test("the summary of a run has every text in full, and commands for a comment and by hand", () => {
  const summary = renderAnswerSummary(answer([{ kind: "diff", line: "/retell diff staging support", full: false, agents: [{ workspace: STAGING, plan: conflictedAgent() }] }]));
  expect(summary).toContain("Retell console: whole <code>");
  expect(summary).toContain("as a comment on the pull request");
  expect(summary).toContain("gh workflow run retell-commands.yml -f command='use-git staging support @");
  expect(summary).not.toContain("<!--");
});
