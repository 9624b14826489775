import { describe, expect, test } from "@jest/globals";
import { componentContent } from "@retell-actions/core/canonical/content";
import { contentHash } from "@retell-actions/core/canonical/content-hash";
import type { Json, JsonObject } from "@retell-actions/core/canonical/json";
import type { PlanContext, PlanOptions } from "@retell-actions/core/plan/options";
import { heldHash, planComponent, symbolicComponent, type ComponentSides } from "@retell-actions/core/plan/plan-component";
import type { ComponentPlan } from "@retell-actions/core/plan/resource-plan";
import type { RemoteComponent } from "@retell-actions/core/ports/components";
import type { DesiredComponent } from "@retell-actions/core/project/desired-resources";
import { emptyComponentState, type ComponentState } from "@retell-actions/core/state/component-state";
import { planContext } from "./fixture.ts";
import { toldAll } from "./told.ts";

const node = (text: string, more: JsonObject = {}): JsonObject => ({ id: "start", type: "conversation", instruction: { type: "prompt", text }, ...more });
const fields = (text = "Say hello.", more: JsonObject = {}): JsonObject => ({ name: "Greeting", nodes: [node(text)], ...more });
const desiredOf = (content: JsonObject = fields()): DesiredComponent => ({ kind: "component", name: "greeting", content: componentContent(content), references: [], file: "components/greeting.json", problems: [] });
const remote = (raw: JsonObject = fields(), more: Partial<RemoteComponent> = {}): RemoteComponent => ({ id: "c_1", name: "Greeting", modifiedAt: 1_000, linkedFlowIds: ["f_1", "f_2"], raw, ...more });
const deployed = (more: Partial<ComponentState> = {}): ComponentState => ({
  ...emptyComponentState("staging"),
  component_id: "c_1",
  config_hash: contentHash(fields()),
  sent: componentContent(fields()),
  seen: componentContent(fields()),
  ...more,
});
const journal = (operation: "create" | "update" | "delete", sent: JsonObject, more: Partial<NonNullable<ComponentState["pending"]>> = {}): NonNullable<ComponentState["pending"]> => ({ operation, sent: componentContent(sent), over: componentContent(fields()), keys: Object.keys(sent).map((key) => `component.${key}`), ...more });

interface Case {
  /** Null: the file is gone. */
  readonly desired?: DesiredComponent | null;
  readonly state?: ComponentState;
  readonly live?: readonly RemoteComponent[];
  readonly sides?: Partial<ComponentSides>;
  readonly options?: Partial<PlanOptions>;
  readonly context?: Partial<PlanContext>;
}

const references: ComponentSides["references"] = { secrets: new Map(), agentIds: new Map(), fingerprint: (value) => `fingerprint:${value}` };

const plan = ({ desired = desiredOf(), state, live = [remote()], sides, options = {}, context = {} }: Case): ComponentPlan =>
  planComponent(
    {
      name: "greeting",
      symbol: "component://greeting",
      desired: desired ?? undefined,
      record: state === undefined ? undefined : { kind: "component", state },
      list: { kind: "read", all: live },
      others: new Set(),
      references,
      ...sides,
    },
    planContext({ options, context }),
  );

const CHANGED = desiredOf(fields("Say good morning."));
const EDITED = remote(fields("Typed."));
const MOVED = remote({ ...fields(), nodes: [node("Say hello.", { display_position: { x: 1, y: 2 } })] });

describe("a component that Retell holds", () => {
  test("as it was deployed, or changed on one side or both", () => {
    const decisions = toldAll<Case>(
      [
        ["nothing changed", { state: deployed() }],
        ["moved on the canvas", { state: deployed(), live: [MOVED] }],
        ["Git changed it", { state: deployed(), desired: CHANGED }],
        ["Git changed it, one flow", { state: deployed(), desired: CHANGED, live: [remote(fields(), { linkedFlowIds: ["f_1"] })] }],
        ["Git changed it, no flow", { state: deployed(), desired: CHANGED, live: [remote(fields(), { linkedFlowIds: [] })] }],
        ["the console changed it", { state: deployed(), live: [EDITED] }],
        ["both, differently", { state: deployed(), desired: CHANGED, live: [EDITED] }],
        ["both, differently, overwrite", { state: deployed(), desired: CHANGED, live: [EDITED], options: { onConsoleEdit: "overwrite" } }],
        ["both, to the same", { state: deployed(), desired: CHANGED, live: [remote(fields("Say good morning."))] }],
        ["each another field", { state: deployed(), desired: desiredOf(fields("Say hello.", { name: "Welcome" })), live: [EDITED] }],
        ["each another field, keep", { state: deployed(), desired: desiredOf(fields("Say hello.", { name: "Welcome" })), live: [EDITED], options: { onConsoleEdit: "keep" } }],
        ["Git has its nodes in another order", { state: deployed({ sent: componentContent({ ...fields(), nodes: [node("a"), node("b", { id: "other" })] }), seen: componentContent({ ...fields(), nodes: [node("a"), node("b", { id: "other" })] }) }), desired: desiredOf({ ...fields(), nodes: [node("b", { id: "other" }), node("a")] }), live: [remote({ ...fields(), nodes: [node("a"), node("b", { id: "other" })] })] }],
      ],
      plan,
    );
    expect(decisions).toMatchInlineSnapshot(`
"nothing changed
  in-sync none, seen A desired A live A, component://greeting is c_1
  same name: c_1
  linked: 2
moved on the canvas
  in-sync none, seen A desired A live A, component://greeting is c_1
  same name: c_1
  linked: 2
Git changed it
  local-change update wanted, seen A desired B live A, component://greeting is c_1
  component.nodes[start].instruction.text: local-change
  note: Shared components have no versions: the change reaches every flow that uses it at once (2 are linked), published versions too.
  same name: c_1
  linked: 2
Git changed it, one flow
  local-change update wanted, seen A desired B live A, component://greeting is c_1
  component.nodes[start].instruction.text: local-change
  note: Shared components have no versions: the change reaches every flow that uses it at once (1 is linked), published versions too.
  same name: c_1
  linked: 1
Git changed it, no flow
  local-change update wanted, seen A desired B live A, component://greeting is c_1
  component.nodes[start].instruction.text: local-change
  note: Shared components have no versions: the change reaches every flow that uses it at once (0 are linked), published versions too.
  same name: c_1
the console changed it
  console-edit none, seen A desired A live B, component://greeting is c_1
  component.nodes[start].instruction.text: console-edit
  same name: c_1
  linked: 2
both, differently
  conflict none wanted, seen A desired B live C, component://greeting is c_1
  component.nodes[start].instruction.text: conflict
  blocked, conflict: Git and the Retell console changed component.nodes[start].instruction.text differently. Make one like the other by hand, or run deploy with on-console-edit: overwrite to let Git win.
  same name: c_1
  linked: 2
both, differently, overwrite
  local-change update wanted, seen A desired B live C, component://greeting is c_1
  component.nodes[start].instruction.text: local-change
  note: Shared components have no versions: the change reaches every flow that uses it at once (2 are linked), published versions too.
  same name: c_1
  linked: 2
both, to the same
  converged record, seen A desired B live B, component://greeting is c_1
  component.nodes[start].instruction.text: converged
  same name: c_1
  linked: 2
each another field
  console-edit none wanted, seen A desired B live C, component://greeting is c_1
  component.name: local-change
  component.nodes[start].instruction.text: console-edit
  blocked, console-edit: Somebody changed component.nodes[start].instruction.text in the Retell console. Take the change over into Git, undo it there, or run deploy with on-console-edit: overwrite to let Git win.
  linked: 2
each another field, keep
  console-edit update wanted, seen A desired B live C, component://greeting is c_1
  component.name: local-change
  component.nodes[start].instruction.text: console-edit
  note: Shared components have no versions: the change reaches every flow that uses it at once (2 are linked), published versions too.
  linked: 2
Git has its nodes in another order
  in-sync record, seen A desired B live A, component://greeting is c_1
  same name: c_1
  linked: 2"
`);
  });

  test("that nobody recorded", () => {
    const decisions = toldAll<Case>(
      [
        ["it bears the name", {}],
        ["adopted, and the same", { options: { adopt: true } }],
        ["adopted, and another", { live: [EDITED], options: { adopt: true } }],
        ["adopted, and another, overwrite", { live: [EDITED], options: { adopt: true, onConsoleEdit: "overwrite" } }],
        ["recorded by its id alone", { state: deployed({ sent: null, seen: null, config_hash: null }) }],
        ["recorded by its id alone, and another", { state: deployed({ sent: null, seen: null, config_hash: null }), live: [EDITED] }],
        ["two bear the name", { live: [remote(fields(), { id: "c_2" }), remote()] }],
        ["one of the two is another file's", { live: [remote(fields(), { id: "c_2" }), remote()], sides: { others: new Set(["c_1"]) } }],
        ["of another name", { live: [remote(fields(), { name: "Other" })] }],
        ["Git gives it no name, and Retell has one without", { desired: desiredOf({ nodes: [] }), live: [remote({}, { name: "" })] }],
      ],
      plan,
    );
    expect(decisions).toMatchInlineSnapshot(`
"it bears the name
  converged none wanted, seen - desired A live A, component://greeting is c_1
  component.name: converged
  component.nodes[start].id: converged
  component.nodes[start].instruction.text: converged
  component.nodes[start].instruction.type: converged
  component.nodes[start].type: converged
  blocked, name-taken: Retell has a component of the same name (c_1) that was not made from this repository. Run deploy with adopt: true to take it over, or rename one of the two.
  same name: c_1
  linked: 2
adopted, and the same
  converged record, seen - desired A live A, component://greeting is c_1
  component.name: converged
  component.nodes[start].id: converged
  component.nodes[start].instruction.text: converged
  component.nodes[start].instruction.type: converged
  component.nodes[start].type: converged
  same name: c_1
  linked: 2
adopted, and another
  conflict none wanted, seen - desired A live B, component://greeting is c_1
  component.name: converged
  component.nodes[start].id: converged
  component.nodes[start].instruction.text: conflict
  component.nodes[start].instruction.type: converged
  component.nodes[start].type: converged
  blocked, conflict: Git and the Retell console changed component.nodes[start].instruction.text differently. Make one like the other by hand, or run deploy with on-console-edit: overwrite to let Git win.
  same name: c_1
  linked: 2
adopted, and another, overwrite
  local-change update wanted, seen - desired A live B, component://greeting is c_1
  component.name: converged
  component.nodes[start].id: converged
  component.nodes[start].instruction.text: local-change
  component.nodes[start].instruction.type: converged
  component.nodes[start].type: converged
  note: Shared components have no versions: the change reaches every flow that uses it at once (2 are linked), published versions too.
  same name: c_1
  linked: 2
recorded by its id alone
  converged record, seen - desired A live A, component://greeting is c_1
  component.name: converged
  component.nodes[start].id: converged
  component.nodes[start].instruction.text: converged
  component.nodes[start].instruction.type: converged
  component.nodes[start].type: converged
  same name: c_1
  linked: 2
recorded by its id alone, and another
  conflict none wanted, seen - desired A live B, component://greeting is c_1
  component.name: converged
  component.nodes[start].id: converged
  component.nodes[start].instruction.text: conflict
  component.nodes[start].instruction.type: converged
  component.nodes[start].type: converged
  blocked, conflict: Git and the Retell console changed component.nodes[start].instruction.text differently. Make one like the other by hand, or run deploy with on-console-edit: overwrite to let Git win.
  same name: c_1
  linked: 2
two bear the name
  not-deployed none wanted, seen - desired - live -, component://greeting is null
  blocked, name-taken: Retell has several of this name that are not recorded (c_1, c_2). Delete those that are not needed in the Retell console, or rename one of them.
  same name: c_1 c_2
one of the two is another file's
  converged none wanted, seen - desired A live A, component://greeting is c_2
  component.name: converged
  component.nodes[start].id: converged
  component.nodes[start].instruction.text: converged
  component.nodes[start].instruction.type: converged
  component.nodes[start].type: converged
  blocked, name-taken: Retell has a component of the same name (c_2) that was not made from this repository. Run deploy with adopt: true to take it over, or rename one of the two.
  same name: c_1 c_2
  linked: 2
of another name
  not-deployed create wanted, seen - desired A live -, component://greeting is null
Git gives it no name, and Retell has one without
  conflict none wanted, seen - desired A live B, component://greeting is c_1
  component.nodes: conflict
  blocked, name-taken: Retell has a component of the same name (c_1) that was not made from this repository. Run deploy with adopt: true to take it over, or rename one of the two.
  same name: c_1
  linked: 2"
`);
  });

  test("after a run that died", () => {
    const created = deployed({ component_id: null, sent: null, seen: null, config_hash: null, pending: journal("create", fields(), { over: componentContent({}), others: ["c_0"] }) });
    const updating = deployed({ pending: journal("update", fields("Say good morning.")) });
    const decisions = toldAll<Case>(
      [
        ["it had made it", { state: created, live: [remote(fields(), { id: "c_0" }), remote()] }],
        ["it had not made it", { state: created, live: [remote(fields(), { id: "c_0" })] }],
        ["it had been made twice", { state: created, live: [remote(), remote(fields(), { id: "c_2" })] }],
        ["what it made bears no name", { state: { ...created, pending: journal("create", { nodes: [] }) }, live: [remote()] }],
        ["it had written it", { state: updating, desired: CHANGED, live: [remote(fields("Say good morning."))] }],
        ["it had written it, and Git takes it back", { state: updating, live: [remote(fields("Say good morning."))] }],
        ["it had not written it", { state: updating, desired: CHANGED }],
        ["Retell made something else of it before the run's end", { state: updating, desired: CHANGED, live: [remote(fields("Say good morning.", { name: "GREETING" }))], context: { pendingEndedAt: 1_999 } }],
        ["somebody changed it after the run's end", { state: updating, desired: CHANGED, live: [remote(fields("Say good morning.", { name: "GREETING" }))], context: { pendingEndedAt: 999 } }],
      ],
      plan,
    );
    expect(decisions).toMatchInlineSnapshot(`
"it had made it
  in-sync record, seen A desired A live A, component://greeting is c_1
  same name: c_0 c_1
  linked: 2
it had not made it
  not-deployed create wanted, seen - desired A live -, component://greeting is null
  same name: c_0
it had been made twice
  not-deployed none wanted, seen - desired - live -, component://greeting is null
  blocked, name-taken: Retell has several of this name that are not recorded (c_1, c_2). Delete those that are not needed in the Retell console, or rename one of them.
  same name: c_1 c_2
what it made bears no name
  not-deployed create wanted, seen - desired A live -, component://greeting is null
  same name: c_1
it had written it
  in-sync record, seen A desired A live A, component://greeting is c_1
  same name: c_1
  linked: 2
it had written it, and Git takes it back
  local-change update wanted, seen A desired B live A, component://greeting is c_1
  component.nodes[start].instruction.text: local-change
  note: Shared components have no versions: the change reaches every flow that uses it at once (2 are linked), published versions too.
  same name: c_1
  linked: 2
it had not written it
  local-change update wanted, seen A desired B live A, component://greeting is c_1
  component.nodes[start].instruction.text: local-change
  note: Shared components have no versions: the change reaches every flow that uses it at once (2 are linked), published versions too.
  same name: c_1
  linked: 2
Retell made something else of it before the run's end
  in-sync record, seen A desired B live A, component://greeting is c_1
  same name: c_1
  linked: 2
somebody changed it after the run's end
  console-edit record, seen A desired A live B, component://greeting is c_1
  component.name: console-edit
  same name: c_1
  linked: 2"
`);
  });

  test("with a secret that this job does not have", () => {
    const withSecret = (value: string): JsonObject => fields("Say hello.", { tools: [{ name: "look_up", type: "custom", headers: { Authorization: value } }] });
    const decisions = toldAll<Case>(
      [
        ["never deployed, adopted", { desired: desiredOf(withSecret("secret://CRM")), live: [remote(withSecret("abc123"))], options: { adopt: true } }],
        ["with its recorded fingerprint", { desired: desiredOf(withSecret("secret://CRM")), state: deployed({ sent: componentContent(withSecret("secret://CRM")), seen: componentContent(withSecret("secret://CRM")), secrets: { CRM: "fingerprint:abc123" } }), live: [remote(withSecret("abc123"))] }],
        ["with another one than recorded", { desired: desiredOf(withSecret("secret://CRM")), state: deployed({ sent: componentContent(withSecret("secret://CRM")), seen: componentContent(withSecret("secret://CRM")), secrets: { CRM: "fingerprint:abc123" } }), live: [remote(withSecret("typed9"))] }],
      ],
      plan,
    );
    expect(decisions).toMatchInlineSnapshot(`
"never deployed, adopted
  converged record, seen - desired A live A, component://greeting is c_1
  component.name: converged
  component.nodes[start].id: converged
  component.nodes[start].instruction.text: converged
  component.nodes[start].instruction.type: converged
  component.nodes[start].type: converged
  component.tools[look_up].headers.Authorization: converged
  component.tools[look_up].name: converged
  component.tools[look_up].type: converged
  note: secret://CRM was not compared: RETELL_SECRET_CRM is not set in this job.
  same name: c_1
  linked: 2
with its recorded fingerprint
  in-sync none, seen A desired A live A, component://greeting is c_1
  same name: c_1
  linked: 2
with another one than recorded
  console-edit none, seen A desired A live B, component://greeting is c_1
  component.tools[look_up].headers.Authorization: console-edit
  same name: c_1
  linked: 2"
`);
  });
});

test("a component that Retell does not hold", () => {
  const decisions = toldAll<Case>(
    [
      ["never made", { live: [] }],
      ["deleted in the console", { state: deployed(), live: [] }],
      ["deleted in the console, and Git changed it", { state: deployed(), live: [], desired: CHANGED }],
      ["the same, recreate", { state: deployed(), live: [remote(fields(), { id: "c_2" })], desired: CHANGED, options: { recreate: true } }],
      ["deleted in the console, recreate", { state: deployed(), live: [], options: { recreate: true } }],
    ],
    plan,
  );
  expect(decisions).toMatchInlineSnapshot(`
"never made
  not-deployed create wanted, seen - desired A live -, component://greeting is null
deleted in the console
  missing-remote none, seen - desired A live -, component://greeting is c_1
  note: Retell has no component c_1 any more: it was deleted in the console.
deleted in the console, and Git changed it
  missing-remote none wanted, seen - desired A live -, component://greeting is c_1
  blocked, missing-remote: The component was deleted in Retell. Run deploy with recreate: true to make it again (with a new id), or remove its file.
  note: Retell has no component c_1 any more: it was deleted in the console.
the same, recreate
  missing-remote create wanted, seen - desired A live -, component://greeting is c_1
  note: Retell has no component c_1 any more: it was deleted in the console.
  same name: c_2
deleted in the console, recreate
  missing-remote create wanted, seen - desired A live -, component://greeting is c_1
  note: Retell has no component c_1 any more: it was deleted in the console."
`);
});

test("a component that Git has removed", () => {
  const decisions = toldAll<Case>(
    [
      ["it stays", { state: deployed(), desired: null }],
      ["with prune", { state: deployed(), desired: null, options: { prune: "delete" } }],
      ["with prune, and moved on the canvas", { state: deployed(), desired: null, live: [MOVED], options: { prune: "delete" } }],
      ["with prune, and edited", { state: deployed(), desired: null, live: [EDITED], options: { prune: "delete" } }],
      ["the same, overwrite", { state: deployed(), desired: null, live: [EDITED], options: { prune: "delete", onConsoleEdit: "overwrite" } }],
      ["edited, and it stays", { state: deployed(), desired: null, live: [EDITED] }],
      ["it is gone", { state: deployed(), desired: null, live: [], options: { prune: "delete" } }],
      ["never recorded", { desired: null, options: { prune: "delete" } }],
    ],
    plan,
  );
  expect(decisions).toMatchInlineSnapshot(`
"it stays
  removed-from-git none, seen A desired - live A, component://greeting is c_1
  note: Its file was removed from Git; the component stays in Retell until a run with prune: delete.
  linked: 2
with prune
  removed-from-git delete wanted, seen A desired - live A, component://greeting is c_1
  note: Its file was removed from Git.
  linked: 2
with prune, and moved on the canvas
  removed-from-git delete wanted, seen A desired - live A, component://greeting is c_1
  note: Its file was removed from Git.
  linked: 2
with prune, and edited
  removed-from-git none wanted, seen A desired - live B, component://greeting is c_1
  blocked, console-edit: Somebody changed it in the Retell console after the last deploy. Look at it there; to delete it all the same, run deploy with on-console-edit: overwrite.
  note: Its file was removed from Git.
  linked: 2
the same, overwrite
  removed-from-git delete wanted, seen A desired - live B, component://greeting is c_1
  note: Its file was removed from Git.
  linked: 2
edited, and it stays
  removed-from-git none, seen A desired - live B, component://greeting is c_1
  note: Its file was removed from Git; the component stays in Retell until a run with prune: delete.
  linked: 2
it is gone
  removed-from-git delete wanted, seen A desired - live -, component://greeting is c_1
  note: Its file was removed from Git.
never recorded
  removed-from-git delete wanted, seen - desired - live -, component://greeting is null
  note: Its file was removed from Git."
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
  unreadable none wanted, seen - desired - live -, component://greeting is null
  blocked, unreadable-state: The recorded state cannot be read: not valid JSON. Restore the file on the state branch from its history.
what Retell holds
  unreadable none wanted, seen - desired - live -, component://greeting is c_1
  blocked, unreadable: Retell does not answer."
`);
});

test("what was compared is told to those who write it", () => {
  const baseline = { sent: componentContent(fields()), seen: componentContent(fields()) };
  expect(plan({ state: deployed(), desired: CHANGED }).material).toMatchObject({ baseline, live: componentContent(fields()), state: deployed(), desired: CHANGED, linkedFlows: 2 });
  expect(plan({ state: deployed(), desired: CHANGED }).material.fields.map(({ name, target }) => [name, target])).toEqual([["component.nodes[start].instruction.text", "Say good morning."]]);
  expect(plan({ state: deployed(), live: [] }).material).toMatchObject({ baseline, live: undefined, fields: [] });
  expect(plan({ state: deployed(), desired: null }).material).toMatchObject({ live: componentContent(fields()), linkedFlows: 2 });
});

test("the hash of what Retell holds leaves the canvas out; nothing hashes as an empty component", () => {
  expect(heldHash(componentContent(MOVED.raw))).toBe(contentHash(fields()));
  expect(heldHash({ agent: {} })).toBe(contentHash({} as Json));
});

test("what Retell holds is told in symbols", () => {
  const tools = (value: string): JsonObject => fields("Say hello.", { tools: [{ name: "look_up", headers: { Authorization: value } }] });
  const told = symbolicComponent(remote(tools("abc123")), { state: undefined, desired: componentContent(tools("secret://CRM")), references: { ...references, secrets: new Map([["CRM", "abc123"]]) } });
  expect(told.live).toEqual(componentContent(tools("secret://CRM")));
  expect(told.baseline).toBeNull();
  expect(symbolicComponent(remote(tools("abc123")), { state: deployed(), desired: undefined, references }).live).toEqual(componentContent(tools("fingerprint:abc123")));
});
