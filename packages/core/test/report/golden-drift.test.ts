import { expect, test } from "@jest/globals";
import type { AgentDrift, WorkspaceDrift } from "@retell-actions/core/drift/drift";
import type { AgentPlan } from "@retell-actions/core/plan/plan";
import { parseHeader } from "@retell-actions/core/report/comment-header";
import { driftComment, driftText, type DriftReport } from "@retell-actions/core/report/drift-report";
import { renderDriftSummary } from "@retell-actions/core/report/drift-summary";
import { liveDigest, liveDigestOf } from "@retell-actions/core/plan/live-digest";
import { agent, conflict, consoleEdit, STAGING } from "./fixtures.ts";

const sales = agent("sales", { class: "conflict", changes: [consoleEdit(["agent", "voice_speed"], 1, 1.3), conflict(["llm", "general_tools", { item: "look up" }, "url"], "a", "b", "c")] });
const support = agent("support", { class: "console-edit", changes: [consoleEdit(["llm", "model_temperature"], 0.2, 0.4)] });
const gone = agent("gone", { class: "missing-remote", modifiedAt: null, version: null });

function drifted(plan: AgentPlan, kind: AgentDrift["findings"][number]["kind"] = "draft-edited"): AgentDrift {
  return { name: plan.name, findings: [{ kind, version: plan.version, sentence: "Somebody edited the draft." }], fields: plan.changes, plan };
}

function report(agents: readonly AgentDrift[], fields: Partial<DriftReport> = {}): DriftReport {
  const drift: WorkspaceDrift = { workspace: STAGING, agents, unreadable: [], deploying: [], undeployed: [], inSync: 1, unmanaged: 0, digest: "sha256:1" };
  return { drift, adopted: new Map(), outdated: { values: [], names: [], adopted: new Set() }, decidable: agents.map(({ plan }) => plan).filter(({ changes }) => changes.length > 0), sharedSections: new Map(), severalProductions: false, place: { kind: "pull-request" }, ...fields };
}

const three = report([drifted(gone, "missing-remote"), drifted(sales), drifted(support)]);

test("the pull request has commands for each agent, for all, and for what is open", () => {
  expect(driftText(three)).toMatchInlineSnapshot(`
"## Staging Configuration Drift Detected

This PR contains changes that were made directly in the **Retell Console**: 3 agents, 0 files.

### Why This Happened

Someone modified agent configuration(s) using the Retell web interface instead of through Git. Retell does not tell who.

### Affected Agents

- \`gone\`: Somebody edited the draft.
- \`sales\`: Somebody edited the draft. Fields: 2: \`llm.general_tools["look up"].url\` and \`agent.voice_speed\`. Last changed in Retell: 2026-11-24 02:30 UTC.
- \`support\`: Somebody edited the draft. Fields: 1: \`llm.model_temperature\`. Last changed in Retell: 2026-11-24 02:30 UTC.

### Options

1. **Merge this PR** - Accept the remote changes into Git. The next deploy records them; it writes nothing to Retell for them.
2. **Close this PR and deploy with overwrite** - Reject the remote changes, restore the Git version. Run the deploy workflow by hand (Actions → Run workflow), or:

\`\`\`text
gh workflow run retell-deploy-staging.yml --ref staging -f agents=gone,sales,support -f on-console-edit=overwrite
\`\`\`

3. **Take over a part** - Commit to this branch what is to stay, and merge. From then on the branch is yours: it is not updated any more.

### Commands

Write one of the lines below as a comment on this pull request: what is decided is committed to its branch, which is yours from then on and not updated any more. This needs the workflow \`retell-commands.yml\` and write permission. The \`@…\` names what Retell held when this was written: if somebody changes it there meanwhile, nothing is decided and the answer is a fresh comparison.

- \`use-git\` lets Git's values win: the next deploy overwrites exactly the console's values shown here, and nothing that is changed later.
- \`use-console\` accepts the console's values: they are written into the files.

To decide field by field, write names of fields before the \`@\`, as the tables have them; a name with blanks or quotes stands in backticks.

#### All 2: \`sales\` and \`support\`

\`\`\`text
/retell use-git staging all @c4a3bbade034
\`\`\`

#### \`sales\`

\`\`\`text
/retell use-git staging sales @4c73177cf3a1
\`\`\`

#### \`support\`

\`\`\`text
/retell use-git staging support @515f14929608
\`\`\`

### Not in This PR

| Agent | Field | Why, and what to do |
| --- | --- | --- |
| \`gone\` | – | Run deploy with \`recreate: true\` to make the agent again (with a new id), or remove its folder. |
| \`sales\` | \`llm.general_tools["look up"].url\` | The branch has another change of this field that is not deployed yet: a person has to decide, by a command or by hand. |

To decide what is open in \`sales\`:

\`\`\`text
/retell use-git staging sales \`llm.general_tools["look up"].url\` @4c73177cf3a1
\`\`\`

\`\`\`text
/retell use-console staging sales \`llm.general_tools["look up"].url\` @4c73177cf3a1
\`\`\`

### What Changed

#### \`sales\`

Last changed in Retell: **2026-11-24 02:30 UTC** (version 3, draft), the agent as a whole; Retell tells neither which field changed then nor by whom. Last deployed from Git: **2026-11-20 10:00 UTC** from commit \`0123456\` by \`github-actions[bot]\`.

| Field | Changed in | Last deployed | Git | Retell console |
| --- | --- | --- | --- | --- |
| \`llm.general_tools["look up"].url\` | **both** | \`"a"\` | \`"b"\` | \`"c"\` |
| \`agent.voice_speed\` | console | \`1\` | \`1\` | \`1.3\` |

#### \`support\`

Last changed in Retell: **2026-11-24 02:30 UTC** (version 3, draft), the agent as a whole; Retell tells neither which field changed then nor by whom. Last deployed from Git: **2026-11-20 10:00 UTC** from commit \`0123456\` by \`github-actions[bot]\`.

| Field | Changed in | Last deployed | Git | Retell console |
| --- | --- | --- | --- | --- |
| \`llm.model_temperature\` | console | \`0.2\` | \`0.2\` | \`0.4\` |
"
`);
});

test("an issue cannot be answered with commands, so it says how to run them by hand", () => {
  const text = driftText({ ...three, place: { kind: "issue", why: undefined } });
  expect(text).not.toContain("/retell ");
  expect(text).toContain(`gh workflow run retell-commands.yml -f command='use-console staging sales @${liveDigest(sales)}'`);
  expect(text).toContain(`gh workflow run retell-commands.yml -f command='use-git staging all @${liveDigestOf([sales, support])}'`);
});

test("so does the summary of a run", () => {
  const summary = renderDriftSummary({ outcome: "drift-detected", runUrl: "https://github.com/acme/voice/actions/runs/7", workspaces: [{ kind: "seen", report: three, told: [] }] });
  expect(summary).not.toContain("/retell ");
  expect(summary).toContain("-f command='use-git staging sales");
});

test("what no file settles gets no command", () => {
  const text = driftText(report([drifted(gone, "missing-remote")]));
  expect(text).not.toContain("/retell ");
  expect(text).toContain("`recreate: true`");
});

test("the comment on a branch that a person works on names the states that it shows", () => {
  const body = driftComment(three, { repositoryId: 42, folder: "" });
  expect(parseHeader(body)?.shown).toEqual({ staging: { sales: liveDigest(sales), support: liveDigest(support) } });
});
