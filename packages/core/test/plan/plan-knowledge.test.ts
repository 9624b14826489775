import { describe, expect, test } from "@jest/globals";
import { contentHash } from "@retell-actions/core/canonical/content-hash";
import type { PlanOptions } from "@retell-actions/core/plan/options";
import { knowledgeContent, liveHash, planKnowledge, type KnowledgeSides } from "@retell-actions/core/plan/plan-knowledge";
import type { KnowledgePlan } from "@retell-actions/core/plan/resource-plan";
import type { RemoteKnowledgeBase } from "@retell-actions/core/ports/knowledge-bases";
import type { DesiredKnowledge, DesiredSource } from "@retell-actions/core/project/desired-resources";
import { emptyKnowledgeState, type KnowledgeState } from "@retell-actions/core/state/knowledge-state";
import { planContext } from "./fixture.ts";
import { toldAll } from "./told.ts";

const source = (kind: DesiredSource["kind"], title: string, hash = "h"): DesiredSource => ({ kind, title, hash, upload: { texts: [], urls: [], files: [] } });
const HOURS = source("text", "Hours");
const desiredOf = (sources: readonly DesiredSource[] = [HOURS], settings: DesiredKnowledge["settings"] = { name: "FAQ" }): DesiredKnowledge => ({ kind: "knowledge", name: "faq", settings, sources, file: "knowledge/faq/knowledge.json", problems: [] });
const remote = (more: Partial<RemoteKnowledgeBase> = {}): RemoteKnowledgeBase => ({
  id: "kb_1",
  name: "FAQ",
  status: "complete",
  sources: [{ id: "s1", kind: "text", title: "Hours" }],
  settings: { autoRefresh: false, maxChunkSize: 2000, minChunkSize: 400 },
  raw: {},
  ...more,
});
const SETTINGS = { name: "FAQ", enable_auto_refresh: false, max_chunk_size: 2000, min_chunk_size: 400 };
const deployed = (more: Partial<KnowledgeState> = {}): KnowledgeState => ({
  ...emptyKnowledgeState("staging"),
  knowledge_base_id: "kb_1",
  config_hash: contentHash(knowledgeContent(desiredOf())),
  sent: { name: "FAQ" },
  seen: SETTINGS,
  sources: [{ kind: "text", title: "Hours", hash: "h", source_id: "s1" }],
  ...more,
});

interface Case {
  /** Null: the folder is gone. */
  readonly desired?: DesiredKnowledge | null;
  readonly state?: KnowledgeState;
  readonly live?: readonly RemoteKnowledgeBase[];
  readonly sides?: Partial<KnowledgeSides>;
  readonly options?: Partial<PlanOptions>;
}

const plan = ({ desired = desiredOf(), state, live = [remote()], sides, options = {} }: Case): KnowledgePlan =>
  planKnowledge(
    {
      name: "faq",
      symbol: "knowledge://faq",
      desired: desired ?? undefined,
      record: state === undefined ? undefined : { kind: "knowledge", state },
      list: { kind: "read", all: live },
      others: new Set(),
      hasWaited: false,
      ...sides,
    },
    planContext({ options }),
  );

const HOURS_CHANGED = desiredOf([source("text", "Hours", "i")]);
const WITH_ADDRESS = desiredOf([HOURS, source("url", "https://example.com")]);
const SMALLER = desiredOf([HOURS], { name: "FAQ", max_chunk_size: 1000 });
const TYPED = remote({ sources: [{ id: "s1", kind: "text", title: "Hours" }, { id: "s9", kind: "text", title: "Typed" }] });
const BROKEN = remote({ status: "error", sources: [] });
const journal = (operation: "create" | "update" | "delete", more: Partial<NonNullable<KnowledgeState["pending"]>> = {}): NonNullable<KnowledgeState["pending"]> => ({ operation, settings: { name: "FAQ" }, sources: [{ kind: "text", title: "Hours", hash: "h" }], over: [], ...more });

describe("a knowledge base that Retell holds", () => {
  test("as it was deployed, or changed by Git", () => {
    const decisions = toldAll<Case>(
      [
        ["nothing changed", { state: deployed() }],
        ["Retell refreshes its addresses", { state: deployed(), live: [remote({ status: "refreshing_in_progress" })] }],
        ["a source changed", { state: deployed(), desired: HOURS_CHANGED }],
        ["a source was added", { state: deployed(), desired: WITH_ADDRESS }],
        ["a source was removed", { state: deployed(), desired: desiredOf([]) }],
        ["a setting changed", { state: deployed(), desired: SMALLER }],
        ["a setting changed, with allow-replace", { state: deployed(), desired: SMALLER, options: { allowReplace: true } }],
        ["two settings changed", { state: deployed(), desired: desiredOf([HOURS], { name: "Other", max_chunk_size: 1000 }) }],
        ["a setting is not told any more", { state: deployed({ sent: { name: "FAQ", min_chunk_size: 300 }, seen: { ...SETTINGS, min_chunk_size: null } }), live: [remote({ settings: { autoRefresh: false, maxChunkSize: 2000, minChunkSize: null } })], options: { allowReplace: true } }],
        ["what Git says of it is written in another way", { state: deployed({ config_hash: "sha256:other" }) }],
      ],
      plan,
    );
    expect(decisions).toMatchInlineSnapshot(`
"nothing changed
  in-sync none, seen A desired B live C, knowledge://faq is kb_1
  same name: kb_1
  keep s1
Retell refreshes its addresses
  in-sync none, seen A desired B live C, knowledge://faq is kb_1
  same name: kb_1
  keep s1
a source changed
  local-change update wanted, seen A desired B live C, knowledge://faq is kb_1
  text Hours: local-change
  note: Knowledge bases have no versions: the change reaches every agent that uses it at once, published versions too.
  same name: kb_1
  add text Hours
  remove s1
a source was added
  local-change update wanted, seen A desired B live C, knowledge://faq is kb_1
  url https://example.com: local-change
  note: Knowledge bases have no versions: the change reaches every agent that uses it at once, published versions too.
  same name: kb_1
  add url https://example.com
  keep s1
a source was removed
  local-change update wanted, seen A desired B live C, knowledge://faq is kb_1
  text Hours: local-change
  note: Knowledge bases have no versions: the change reaches every agent that uses it at once, published versions too.
  same name: kb_1
  remove s1
a setting changed
  local-change none wanted, seen A desired B live C, knowledge://faq is kb_1
  max_chunk_size: local-change
  blocked, needs-replace: Retell cannot change max_chunk_size of a knowledge base. Run deploy with allow-replace: true to make a new one beside it, which the agents then use; the old one stays.
  same name: kb_1
  keep s1
a setting changed, with allow-replace
  local-change replace wanted, seen A desired B live C, knowledge://faq is kb_1
  max_chunk_size: local-change
  same name: kb_1
  add text Hours
two settings changed
  local-change none wanted, seen A desired B live C, knowledge://faq is kb_1
  name: local-change
  max_chunk_size: local-change
  blocked, needs-replace: Retell cannot change name, max_chunk_size of a knowledge base. Run deploy with allow-replace: true to make a new one beside it, which the agents then use; the old one stays.
  keep s1
a setting is not told any more
  local-change replace wanted, seen A desired B live C, knowledge://faq is kb_1
  min_chunk_size: local-change
  note: Git says nothing of min_chunk_size any more, and Retell does not tell it: it is taken to be what was sent last.
  same name: kb_1
  add text Hours
what Git says of it is written in another way
  in-sync record, seen A desired B live C, knowledge://faq is kb_1
  same name: kb_1
  keep s1"
`);
  });

  test("changed in the console", () => {
    const decisions = toldAll<Case>(
      [
        ["a source was added", { state: deployed(), live: [TYPED] }],
        ["a source was added, and Git wants another", { state: deployed(), live: [TYPED], desired: WITH_ADDRESS }],
        ["the same, keep", { state: deployed(), live: [TYPED], desired: WITH_ADDRESS, options: { onConsoleEdit: "keep" } }],
        ["the same, overwrite", { state: deployed(), live: [TYPED], desired: WITH_ADDRESS, options: { onConsoleEdit: "overwrite" } }],
        ["a source was removed, and Git changed it", { state: deployed(), live: [remote({ sources: [] })], desired: HOURS_CHANGED }],
        ["both added the same address", { state: deployed(), live: [remote({ sources: [...remote().sources, { id: "s2", kind: "url", title: "https://example.com" }] })], desired: WITH_ADDRESS }],
        ["its files are rearranged beside it", { state: deployed({ config_hash: "sha256:other" }), live: [TYPED] }],
      ],
      plan,
    );
    expect(decisions).toMatchInlineSnapshot(`
"a source was added
  console-edit none, seen A desired B live C, knowledge://faq is kb_1
  text Typed: console-edit
  same name: kb_1
  keep s1
a source was added, and Git wants another
  console-edit none wanted, seen A desired B live C, knowledge://faq is kb_1
  text Typed: console-edit
  url https://example.com: local-change
  blocked, console-edit: Somebody changed text Typed in the Retell console. Take the change over into Git, undo it there, or run deploy with on-console-edit: overwrite to let Git win.
  same name: kb_1
  add url https://example.com
  keep s1
the same, keep
  console-edit update wanted, seen A desired B live C, knowledge://faq is kb_1
  text Typed: console-edit
  url https://example.com: local-change
  note: Knowledge bases have no versions: the change reaches every agent that uses it at once, published versions too.
  same name: kb_1
  add url https://example.com
  keep s1
the same, overwrite
  local-change update wanted, seen A desired B live C, knowledge://faq is kb_1
  text Typed: local-change
  url https://example.com: local-change
  note: Knowledge bases have no versions: the change reaches every agent that uses it at once, published versions too.
  same name: kb_1
  add url https://example.com
  remove s9
  keep s1
a source was removed, and Git changed it
  conflict none wanted, seen A desired B live C, knowledge://faq is kb_1
  text Hours: conflict
  blocked, conflict: Git and the Retell console changed text Hours differently. Make one like the other by hand, or run deploy with on-console-edit: overwrite to let Git win.
  same name: kb_1
  keep s1
both added the same address
  converged record, seen A desired B live C, knowledge://faq is kb_1
  url https://example.com: converged
  same name: kb_1
  keep s1
  keep s2
its files are rearranged beside it
  console-edit none, seen A desired B live C, knowledge://faq is kb_1
  text Typed: console-edit
  same name: kb_1
  keep s1"
`);
  });

  test("that nobody recorded", () => {
    const fresh = { desired: desiredOf([HOURS, source("document", "b.pdf"), source("url", "u")]) };
    const there = remote({ sources: [{ id: "s1", kind: "text", title: "Hours" }, { id: "s2", kind: "document", title: "b.pdf" }, { id: "s3", kind: "url", title: "u" }] });
    const decisions = toldAll<Case>(
      [
        ["it bears the name", {}],
        ["adopted, with a text that Retell does not return", { options: { adopt: true } }],
        ["adopted, with two", { ...fresh, live: [there], options: { adopt: true } }],
        ["adopted, overwrite", { ...fresh, live: [there], options: { adopt: true, onConsoleEdit: "overwrite" } }],
        ["adopted, with addresses alone", { desired: desiredOf([source("url", "u")]), live: [remote({ sources: [{ id: "s3", kind: "url", title: "u" }] })], options: { adopt: true } }],
        ["adopted, of another size", { desired: desiredOf([source("url", "u")], { name: "FAQ", max_chunk_size: 1000 }), live: [remote({ sources: [{ id: "s3", kind: "url", title: "u" }] })], options: { adopt: true } }],
        ["recorded by its id alone", { state: deployed({ sent: null, seen: null, sources: [], config_hash: null }), desired: desiredOf([source("url", "u")]), live: [remote({ sources: [] })] }],
        ["two bear the name", { live: [remote({ id: "kb_2" }), remote()] }],
        ["one of the two is another folder's", { live: [remote({ id: "kb_2" }), remote()], sides: { others: new Set(["kb_1"]) } }],
        ["of another name", { live: [remote({ name: "Other" })] }],
      ],
      plan,
    );
    expect(decisions).toMatchInlineSnapshot(`
"it bears the name
  conflict none wanted, seen - desired A live B, knowledge://faq is kb_1
  name: converged
  text Hours: conflict
  blocked, name-taken: Retell has a knowledge base of the same name (kb_1) that was not made from this repository. Run deploy with adopt: true to take it over, or rename one of the two.
  same name: kb_1
adopted, with a text that Retell does not return
  conflict record wanted, seen - desired A live B, knowledge://faq is kb_1
  name: converged
  text Hours: conflict
  blocked, conflict: Retell does not return what text Hours holds, so it cannot be compared with Git. Run deploy with adopt: true and on-console-edit: overwrite to upload Git's instead. Name only the agents that use it in the input agents: overwrite lets Git win over console edits of every agent of the run.
  same name: kb_1
adopted, with two
  conflict record wanted, seen - desired A live B, knowledge://faq is kb_1
  name: converged
  document b.pdf: conflict
  text Hours: conflict
  url u: converged
  blocked, conflict: Retell does not return what document b.pdf, text Hours hold, so it cannot be compared with Git. Run deploy with adopt: true and on-console-edit: overwrite to upload Git's instead. Name only the agents that use it in the input agents: overwrite lets Git win over console edits of every agent of the run.
  same name: kb_1
  keep s3
adopted, overwrite
  local-change update wanted, seen - desired A live B, knowledge://faq is kb_1
  name: converged
  document b.pdf: local-change
  text Hours: local-change
  url u: converged
  note: Knowledge bases have no versions: the change reaches every agent that uses it at once, published versions too.
  same name: kb_1
  add text Hours
  add document b.pdf
  remove s1
  remove s2
  keep s3
adopted, with addresses alone
  converged record, seen - desired A live B, knowledge://faq is kb_1
  name: converged
  url u: converged
  same name: kb_1
  keep s3
adopted, of another size
  conflict record wanted, seen - desired A live B, knowledge://faq is kb_1
  name: converged
  max_chunk_size: conflict
  url u: converged
  blocked, conflict: Git and the Retell console changed max_chunk_size differently. Make one like the other by hand, or run deploy with on-console-edit: overwrite to let Git win.
  same name: kb_1
  keep s3
recorded by its id alone
  local-change update wanted, seen - desired A live B, knowledge://faq is kb_1
  name: converged
  url u: local-change
  note: Knowledge bases have no versions: the change reaches every agent that uses it at once, published versions too.
  same name: kb_1
  add url u
two bear the name
  not-deployed none wanted, seen - desired - live -, knowledge://faq is null
  blocked, name-taken: Retell has several of this name that are not recorded (kb_1, kb_2). Delete those that are not needed in the Retell console, or rename one of them.
  same name: kb_1 kb_2
one of the two is another folder's
  conflict none wanted, seen - desired A live B, knowledge://faq is kb_2
  name: converged
  text Hours: conflict
  blocked, name-taken: Retell has a knowledge base of the same name (kb_2) that was not made from this repository. Run deploy with adopt: true to take it over, or rename one of the two.
  same name: kb_1 kb_2
of another name
  not-deployed create wanted, seen - desired A live -, knowledge://faq is null
  add text Hours"
`);
  });

  test("while Retell indexes it", () => {
    const live = [remote({ status: "in_progress", sources: [] })];
    const decisions = toldAll<Case>(
      [
        ["nothing changed", { state: deployed(), live }],
        ["Git added a source", { state: deployed(), live, desired: WITH_ADDRESS }],
        ["after the wait", { state: deployed(), live, sides: { hasWaited: true } }],
        ["a refresh after a run that died", { state: deployed({ pending: journal("update") }), live: [remote({ status: "refreshing_in_progress" })] }],
        ["the same, after the wait", { state: deployed({ pending: journal("update") }), live: [remote({ status: "refreshing_in_progress" })], sides: { hasWaited: true } }],
        ["a refresh after the wait", { state: deployed(), live: [remote({ status: "refreshing_in_progress" })], sides: { hasWaited: true } }],
      ],
      plan,
    );
    expect(decisions).toMatchInlineSnapshot(`
"nothing changed
  in-sync none, seen A desired B live C, knowledge://faq is kb_1
  note: Retell is still indexing it, so its sources were not compared; deploy waits for that.
  same name: kb_1
  unsettled
  keep s1
Git added a source
  local-change update wanted, seen A desired B live C, knowledge://faq is kb_1
  url https://example.com: local-change
  note: Retell is still indexing it, so its sources were not compared; deploy waits for that.
  note: Knowledge bases have no versions: the change reaches every agent that uses it at once, published versions too.
  same name: kb_1
  unsettled
  add url https://example.com
  keep s1
after the wait
  unreadable none wanted, seen - desired - live -, knowledge://faq is kb_1
  blocked, unreadable: Retell has been indexing it for more than ten minutes, so what it holds is not known. Run again when it is done.
a refresh after a run that died
  in-sync none, seen A desired B live C, knowledge://faq is kb_1
  note: Retell is still indexing it, so its sources were not compared; deploy waits for that.
  same name: kb_1
  unsettled
  keep s1
the same, after the wait
  unreadable none wanted, seen - desired - live -, knowledge://faq is kb_1
  blocked, unreadable: Retell has been indexing it for more than ten minutes, so what it holds is not known. Run again when it is done.
a refresh after the wait
  in-sync none, seen A desired B live C, knowledge://faq is kb_1
  same name: kb_1
  keep s1"
`);
  });

  test("of which the indexing failed", () => {
    const decisions = toldAll<Case>(
      [
        ["Git says the same", { state: deployed(), live: [BROKEN] }],
        ["Git says something else", { state: deployed(), live: [BROKEN], desired: HOURS_CHANGED }],
        ["Git says something else, with allow-replace", { state: deployed(), live: [BROKEN], desired: HOURS_CHANGED, options: { allowReplace: true } }],
        ["Git says what the run that died was sending", { state: deployed({ pending: journal("update", { sources: [{ kind: "text", title: "Hours", hash: "i" }] }) }), live: [BROKEN], desired: HOURS_CHANGED, options: { allowReplace: true } }],
        ["Git says what was there before the run that died", { state: deployed({ pending: journal("update", { sources: [{ kind: "text", title: "Hours", hash: "i" }] }) }), live: [BROKEN], options: { allowReplace: true } }],
        ["it only bears the name", { live: [BROKEN], options: { adopt: true } }],
      ],
      plan,
    );
    expect(decisions).toMatchInlineSnapshot(`
"Git says the same
  unreadable none wanted, seen - desired - live -, knowledge://faq is kb_1
  blocked, unreadable: Retell could not index it (kb_1), so what it holds is not known. Correct its sources in Git and run deploy with allow-replace: true to make a new one beside it; to try the same sources once more, delete it in the Retell console and run deploy with recreate: true.
Git says something else
  local-change none wanted, seen - desired A live B, knowledge://faq is kb_1
  text Hours: local-change
  blocked, needs-replace: Retell could not index it (kb_1), and does not say what it holds. Git has other content since: run deploy with allow-replace: true to make a new one of it, which the agents then use; the old one stays.
  note: Retell could not index kb_1; it can be deleted in the Retell console once a new one is there.
  same name: kb_1
  add text Hours
Git says something else, with allow-replace
  local-change replace wanted, seen - desired A live B, knowledge://faq is kb_1
  text Hours: local-change
  note: Retell could not index kb_1; it can be deleted in the Retell console once a new one is there.
  same name: kb_1
  add text Hours
Git says what the run that died was sending
  unreadable none wanted, seen - desired - live -, knowledge://faq is kb_1
  blocked, unreadable: Retell could not index it (kb_1), so what it holds is not known. Correct its sources in Git and run deploy with allow-replace: true to make a new one beside it; to try the same sources once more, delete it in the Retell console and run deploy with recreate: true.
Git says what was there before the run that died
  local-change replace wanted, seen - desired A live B, knowledge://faq is kb_1
  text Hours: local-change
  note: Retell could not index kb_1; it can be deleted in the Retell console once a new one is there.
  same name: kb_1
  add text Hours
it only bears the name
  unreadable none wanted, seen - desired - live -, knowledge://faq is null
  blocked, unreadable: Retell could not index it (kb_1), so what it holds is not known. Delete or rename it in the Retell console, then run deploy again."
`);
  });

  test("after a run that died", () => {
    const state = deployed({ knowledge_base_id: null, sent: null, seen: null, sources: [], config_hash: null, pending: journal("create", { others: ["kb_0"] }) });
    const decisions = toldAll<Case>(
      [
        ["it had made it", { state, live: [remote({ id: "kb_0" }), remote()] }],
        ["it had not made it", { state, live: [remote({ id: "kb_0" })] }],
        ["it had been made twice", { state, live: [remote(), remote({ id: "kb_2" })] }],
        ["it had added the source", { state: deployed({ pending: journal("update", { sources: [{ kind: "text", title: "Hours", hash: "h" }, { kind: "url", title: "https://example.com", hash: "h" }], over: ["s1"] }) }), live: [remote({ sources: [...remote().sources, { id: "s2", kind: "url", title: "https://example.com" }] })], desired: WITH_ADDRESS }],
      ],
      plan,
    );
    expect(decisions).toMatchInlineSnapshot(`
"it had made it
  in-sync record, seen A desired B live C, knowledge://faq is kb_1
  same name: kb_0 kb_1
  keep s1
it had not made it
  not-deployed create wanted, seen - desired A live -, knowledge://faq is null
  same name: kb_0
  add text Hours
it had been made twice
  not-deployed none wanted, seen - desired - live -, knowledge://faq is null
  blocked, name-taken: Retell has several of this name that are not recorded (kb_1, kb_2). Delete those that are not needed in the Retell console, or rename one of them.
  same name: kb_1 kb_2
it had added the source
  in-sync record, seen A desired B live C, knowledge://faq is kb_1
  same name: kb_1
  keep s1
  keep s2"
`);
  });
});

test("a knowledge base that Retell does not hold", () => {
  const decisions = toldAll<Case>(
    [
      ["never made", { live: [] }],
      ["deleted in the console", { state: deployed(), live: [] }],
      ["deleted in the console, and Git changed it", { state: deployed(), live: [], desired: HOURS_CHANGED }],
      ["the same, recreate", { state: deployed(), live: [remote({ id: "kb_2" })], desired: HOURS_CHANGED, options: { recreate: true } }],
      ["deleted in the console, recreate", { state: deployed(), live: [], options: { recreate: true } }],
    ],
    plan,
  );
  expect(decisions).toMatchInlineSnapshot(`
"never made
  not-deployed create wanted, seen - desired A live -, knowledge://faq is null
  add text Hours
deleted in the console
  missing-remote none, seen - desired A live -, knowledge://faq is kb_1
  note: Retell has no knowledge base kb_1 any more: it was deleted in the console.
  add text Hours
deleted in the console, and Git changed it
  missing-remote none wanted, seen - desired A live -, knowledge://faq is kb_1
  blocked, missing-remote: The knowledge base was deleted in Retell. Run deploy with recreate: true to make it again (with a new id), or remove its folder.
  note: Retell has no knowledge base kb_1 any more: it was deleted in the console.
  add text Hours
the same, recreate
  missing-remote create wanted, seen - desired A live -, knowledge://faq is kb_1
  note: Retell has no knowledge base kb_1 any more: it was deleted in the console.
  same name: kb_2
  add text Hours
deleted in the console, recreate
  missing-remote create wanted, seen - desired A live -, knowledge://faq is kb_1
  note: Retell has no knowledge base kb_1 any more: it was deleted in the console.
  add text Hours"
`);
});

test("a knowledge base that Git has removed", () => {
  const decisions = toldAll<Case>(
    [
      ["it stays", { state: deployed(), desired: null }],
      ["with prune", { state: deployed(), desired: null, options: { prune: "delete" } }],
      ["with prune, and somebody added to it", { state: deployed(), desired: null, live: [TYPED], options: { prune: "delete" } }],
      ["the same, overwrite", { state: deployed(), desired: null, live: [TYPED], options: { prune: "delete", onConsoleEdit: "overwrite" } }],
      ["somebody added to it, and it stays", { state: deployed(), desired: null, live: [TYPED] }],
      ["it is gone", { state: deployed(), desired: null, live: [], options: { prune: "delete" } }],
      ["never recorded", { desired: null, options: { prune: "delete" } }],
    ],
    plan,
  );
  expect(decisions).toMatchInlineSnapshot(`
"it stays
  removed-from-git none, seen - desired - live A, knowledge://faq is kb_1
  note: Its folder was removed from Git; the knowledge base stays in Retell until a run with prune: delete.
with prune
  removed-from-git delete wanted, seen - desired - live A, knowledge://faq is kb_1
  note: Its folder was removed from Git.
with prune, and somebody added to it
  removed-from-git none wanted, seen - desired - live A, knowledge://faq is kb_1
  blocked, console-edit: Somebody added sources to it in the Retell console. Look at them there; to delete it all the same, run deploy with on-console-edit: overwrite.
  note: Its folder was removed from Git.
the same, overwrite
  removed-from-git delete wanted, seen - desired - live A, knowledge://faq is kb_1
  note: Its folder was removed from Git.
somebody added to it, and it stays
  removed-from-git none, seen - desired - live A, knowledge://faq is kb_1
  note: Its folder was removed from Git; the knowledge base stays in Retell until a run with prune: delete.
it is gone
  removed-from-git delete wanted, seen - desired - live -, knowledge://faq is kb_1
  note: Its folder was removed from Git.
never recorded
  removed-from-git delete wanted, seen - desired - live -, knowledge://faq is null
  note: Its folder was removed from Git."
`);
});

test("what cannot be read is never in sync", () => {
  const decisions = toldAll<Case>(
    [
      ["its record", { sides: { record: { kind: "unreadable", problem: "not valid JSON" } } }],
      ["what Retell holds", { state: deployed(), sides: { list: { kind: "unreadable", reason: "unreadable", problem: "Retell does not answer." } } }],
    ],
    plan,
  );
  expect(decisions).toMatchInlineSnapshot(`
"its record
  unreadable none wanted, seen - desired - live -, knowledge://faq is null
  blocked, unreadable-state: The recorded state cannot be read: not valid JSON. Restore the file on the state branch from its history.
what Retell holds
  unreadable none wanted, seen - desired - live -, knowledge://faq is kb_1
  blocked, unreadable: Retell does not answer."
`);
});

test("the hash of what Retell tells does not depend on the order of sources, but on each of them and on each setting", () => {
  const same = liveHash({ ...TYPED, sources: [...TYPED.sources].reverse(), raw: { last_modified: 1 }, status: "refreshing_in_progress" });
  expect(same).toBe(liveHash(TYPED));
  const others = [{ ...TYPED, id: "kb_2" }, { ...TYPED, name: "x" }, { ...TYPED, sources: [] }, { ...TYPED, settings: { ...TYPED.settings, maxChunkSize: 1000 } }, { ...TYPED, sources: TYPED.sources.map((one) => ({ ...one, title: "x" })) }];
  expect(new Set([same, ...others.map(liveHash)]).size).toBe(1 + others.length);
});

test("what was compared is told to those who write it", () => {
  const { material } = plan({ state: deployed(), desired: WITH_ADDRESS });
  expect(material.baseline).toEqual({ sent: { name: "FAQ" }, seen: SETTINGS, sources: deployed().sources });
  expect(material.live).toEqual(remote());
  expect(material.state).toEqual(deployed());
  expect(plan({ state: deployed(), desired: null }).material).toMatchObject({ baseline: { seen: SETTINGS }, live: remote() });
  expect(plan({ state: deployed({ pending: journal("update", { sources: [] }) }), live: [BROKEN], options: { allowReplace: true } }).material.live).toEqual(BROKEN);
});
