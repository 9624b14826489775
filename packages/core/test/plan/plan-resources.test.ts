import { describe, expect, test } from "@jest/globals";
import { componentContent } from "@retell-actions/core/canonical/content";
import { contentHash } from "@retell-actions/core/canonical/content-hash";
import type { Json, JsonObject } from "@retell-actions/core/canonical/json";
import type { ResourceSymbol } from "@retell-actions/core/canonical/resource-symbols";
import type { Plan } from "@retell-actions/core/plan/plan";
import { knowledgeContent } from "@retell-actions/core/plan/plan-knowledge";
import { resourceIdsOf } from "@retell-actions/core/plan/plan-resources";
import type { WorkspaceSnapshot } from "@retell-actions/core/plan/plan-workspace";
import { selectResources, type ResourceSnapshot } from "@retell-actions/core/plan/resource-snapshot";
import type { StagingEvidence } from "@retell-actions/core/plan/staging-gate";
import type { RemoteComponent } from "@retell-actions/core/ports/components";
import type { RemoteKnowledgeBase } from "@retell-actions/core/ports/knowledge-bases";
import type { DesiredComponent, DesiredKnowledge, DesiredResource } from "@retell-actions/core/project/desired-resources";
import { emptyComponentState, type ComponentState } from "@retell-actions/core/state/component-state";
import { emptyKnowledgeState, type KnowledgeState } from "@retell-actions/core/state/knowledge-state";
import type { ResourceRecord } from "@retell-actions/core/state/resource-records";
import { content, desiredAgent, known, liveAgent, planOf, recordedState, stateOf, type Known, type PlanOf } from "./fixture.ts";
import { told } from "./told.ts";

const knowledge = (name: string, hash = "h"): DesiredKnowledge => ({ kind: "knowledge", name, settings: { name }, sources: [{ kind: "url", title: "u", hash, upload: { texts: [], urls: [], files: [] } }], file: `knowledge/${name}/knowledge.json`, problems: [] });
const component = (name: string, uses: readonly ResourceSymbol[] = [], more: JsonObject = {}): DesiredComponent => ({
  kind: "component",
  name,
  content: componentContent({ name, nodes: uses.map((symbol, index) => ({ id: `n${index}`, ref: symbol })), ...more }),
  references: uses.map((symbol) => {
    const [kind, other = ""] = symbol.split("://");
    return { kind: kind === "knowledge" ? "knowledge" : "component", name: other, file: `components/${name}.json`, pointer: "/nodes", line: 3 };
  }),
  file: `components/${name}.json`,
  problems: [],
});
const heldKnowledge = (name: string, more: Partial<RemoteKnowledgeBase> = {}): RemoteKnowledgeBase => ({ id: `kb_${name}`, name, status: "complete", sources: [{ id: "s1", kind: "url", title: "u" }], settings: { autoRefresh: false, maxChunkSize: null, minChunkSize: null }, raw: {}, ...more });
const heldComponent = (desired: DesiredComponent, ids: Readonly<Record<string, string>> = {}, more: Partial<RemoteComponent> = {}): RemoteComponent => ({
  id: `c_${desired.name}`,
  name: desired.name,
  modifiedAt: 1,
  linkedFlowIds: [],
  raw: JSON.parse(JSON.stringify(desired.content.component), (_key, value: Json) => (typeof value === "string" ? (ids[value] ?? value) : value)) as JsonObject,
  ...more,
});
const knowledgeRecord = (desired: DesiredKnowledge, more: Partial<KnowledgeState> = {}): ResourceRecord => ({
  kind: "knowledge",
  state: { ...emptyKnowledgeState("staging"), knowledge_base_id: `kb_${desired.name}`, config_hash: contentHash(knowledgeContent(desired)), sent: desired.settings, seen: { ...desired.settings, enable_auto_refresh: false, max_chunk_size: null, min_chunk_size: null }, sources: [{ kind: "url", title: "u", hash: "h", source_id: "s1" }], ...more },
});
const componentRecord = (desired: DesiredComponent, more: Partial<ComponentState> = {}): ResourceRecord => ({
  kind: "component",
  state: { ...emptyComponentState("staging"), component_id: `c_${desired.name}`, config_hash: contentHash(desired.content.component as Json), sent: desired.content, seen: desired.content, ...more },
});

interface Project extends PlanOf {
  readonly desired?: readonly DesiredResource[];
  readonly records?: Readonly<Partial<Record<ResourceSymbol, ResourceRecord>>>;
  readonly knowledge?: readonly RemoteKnowledgeBase[];
  readonly components?: readonly RemoteComponent[];
  readonly resources?: Partial<ResourceSnapshot>;
  readonly agents?: Readonly<Record<string, Known>>;
}

const symbolOf = ({ kind, name }: DesiredResource): ResourceSymbol => `${kind}://${name}`;
const recordsOf = (records: Project["records"] = {}): Map<ResourceSymbol, ResourceRecord> => new Map(Object.entries(records) as [ResourceSymbol, ResourceRecord][]);

function snapshotOf(project: Project): Partial<WorkspaceSnapshot> {
  const desired = new Map((project.desired ?? []).map((resource) => [symbolOf(resource), resource]));
  const resources: ResourceSnapshot = {
    desired,
    staging: undefined,
    selected: new Set([...desired.keys(), ...recordsOf(project.records).keys()]),
    knowledge: { kind: "read", all: project.knowledge ?? [] },
    components: { kind: "read", all: project.components ?? [] },
    hasWaited: false,
    engines: [],
    ...project.resources,
  };
  const states = Object.fromEntries(Object.entries(project.agents ?? {}).map(([name, agent]) => [name, agent.state]));
  return { resources, recorded: { ...recordedState(states), resources: recordsOf(project.records) }, ...project.snapshot };
}

const planned = (project: Project): Plan => planOf(project.agents ?? {}, { ...project, snapshot: snapshotOf(project) });
const resourcesOf = (project: Project): string => (planned(project).resources ?? []).map(told).join("\n");
const gists = (project: Project): Record<string, string> => Object.fromEntries((planned(project).resources ?? []).map((plan) => [plan.symbol, [plan.class, plan.operation, ...plan.blocks.map(({ reason }) => reason)].join(" ")]));

const FAQ = knowledge("faq");
const GREETING = component("greeting", ["knowledge://faq"]);
const OUTER = component("outer", ["component://greeting"]);

describe("what refers to what", () => {
  test("no resources, no plans", () => {
    expect(planOf({}).resources).toBeUndefined();
  });

  test("all is made in one run, each after what it refers to", () => {
    const plan = planned({ desired: [OUTER, GREETING, FAQ] });
    expect(plan.resources?.map(({ symbol, operation }) => [symbol, operation])).toEqual([
      ["component://greeting", "create"],
      ["component://outer", "create"],
      ["knowledge://faq", "create"],
    ]);
  });

  test("what is deployed is in sync by the ids that the others have", () => {
    const all: Project = {
      desired: [OUTER, GREETING, FAQ],
      records: { "knowledge://faq": knowledgeRecord(FAQ), "component://greeting": componentRecord(GREETING), "component://outer": componentRecord(OUTER) },
      knowledge: [heldKnowledge("faq")],
      components: [heldComponent(OUTER, { "component://greeting": "c_greeting" }), heldComponent(GREETING, { "knowledge://faq": "kb_faq" })],
    };
    expect(gists(all)).toEqual({ "component://greeting": "in-sync none", "component://outer": "in-sync none", "knowledge://faq": "in-sync none" });
    // Another id is somebody's edit.
    expect(gists({ ...all, components: [heldComponent(OUTER, { "component://greeting": "c_greeting" }), heldComponent(GREETING, { "knowledge://faq": "kb_other" })] })).toMatchObject({ "component://greeting": "console-edit none", "component://outer": "in-sync none" });
    // A knowledge base that is made again has another id: who refers to it follows.
    expect(gists({ ...all, knowledge: [], options: { recreate: true } })).toMatchObject({ "component://greeting": "local-change update", "knowledge://faq": "missing-remote create" });
    // One that stays gone keeps its name.
    expect(gists({ ...all, knowledge: [] })).toMatchObject({ "component://greeting": "in-sync none", "knowledge://faq": "missing-remote none" });
  });

  test("a component waits for what it refers to, also by way of others", () => {
    const broken: Project = { desired: [OUTER, GREETING, FAQ], knowledge: [heldKnowledge("faq")] };
    expect(gists(broken)).toEqual({ "component://greeting": "not-deployed none blocked-reference", "component://outer": "not-deployed none blocked-reference", "knowledge://faq": "converged none name-taken" });
    expect(resourcesOf(broken)).toMatchInlineSnapshot(`
"not-deployed none wanted, seen - desired A live -, component://greeting is null
  blocked, blocked-reference: It refers to knowledge://faq, which is left alone.
not-deployed none wanted, seen - desired A live -, component://outer is null
  blocked, blocked-reference: It refers to component://greeting, which is left alone.
converged none wanted, seen - desired A live B, knowledge://faq is kb_faq
  name: converged
  url u: converged
  blocked, name-taken: Retell has a knowledge base of the same name (kb_faq) that was not made from this repository. Run deploy with adopt: true to take it over, or rename one of the two.
  same name: kb_faq
  keep s1"
`);
    // What nobody plans in this run is not known.
    expect(gists({ desired: [GREETING, FAQ], resources: { selected: new Set(["component://greeting"]) } })).toEqual({ "component://greeting": "not-deployed none blocked-reference" });
  });

  test("what has converged is recorded although the component waits", () => {
    const changed = component("greeting", ["knowledge://faq"], { name: "Hello", description: "new" });
    const project: Project = {
      desired: [changed, FAQ],
      records: { "component://greeting": componentRecord(GREETING) },
      knowledge: [heldKnowledge("faq")],
      components: [heldComponent(changed, {}, { raw: { ...heldComponent(GREETING, { "knowledge://faq": "kb_faq" }).raw, name: "Hello" } })],
    };
    expect(gists(project)["component://greeting"]).toBe("local-change record blocked-reference");
  });

  test("components that contain each other are planned all the same", () => {
    const [a, b] = [component("a", ["component://b"]), component("b", ["component://a"])];
    expect(gists({ desired: [a, b] })).toEqual({ "component://a": "not-deployed create", "component://b": "not-deployed create" });
  });

  test("a record of the other kind is none", () => {
    expect(gists({ desired: [FAQ], records: { "knowledge://faq": componentRecord(GREETING) } })).toEqual({ "knowledge://faq": "not-deployed create" });
  });

  test("an agent that uses what is left alone is left alone too", () => {
    const uses = content({ general_prompt: "hello", knowledge_base_ids: ["knowledge://faq"] });
    const agent = { desired: desiredAgent("sales", uses) };
    const gistOf = (project: Project): unknown => {
      const [sales] = planned({ desired: [FAQ], agents: { sales: agent }, ...project }).agents;
      return [sales?.class, sales?.operation, sales?.wanted, sales?.blocks];
    };
    expect(gistOf({})).toEqual(["not-deployed", "create", true, []]);
    expect(gistOf({ knowledge: [heldKnowledge("faq")] })).toEqual(["not-deployed", "none", true, [{ reason: "blocked-reference", message: "It refers to knowledge://faq, which is left alone." }]]);
    expect(gistOf({ resources: { knowledge: { kind: "unreadable", reason: "unreadable", problem: "Retell does not answer." } } })).toEqual(["unreadable", "none", true, [{ reason: "unreadable", message: "It refers to knowledge://faq, of which nothing is known. Retell does not answer." }]]);
  });

  test("an agent that is in sync does not wait for anything", () => {
    const uses = content({ general_prompt: "hello", knowledge_base_ids: ["knowledge://faq"] });
    const [sales] = planned({ desired: [FAQ], agents: { sales: { desired: desiredAgent("sales", uses), state: stateOf("sales", uses), live: liveAgent("sales", content({ general_prompt: "hello", knowledge_base_ids: ["kb_faq"] })) } }, knowledge: [heldKnowledge("faq")] }).agents;
    expect([sales?.class, sales?.operation, sales?.blocks]).toEqual(["in-sync", "none", []]);
  });
});

describe("ids that agents refer to", () => {
  const records = recordsOf({ "knowledge://faq": knowledgeRecord(FAQ, { former_ids: ["kb_older"] }) });
  test("are those of the plan, else those on record", () => {
    expect(resourceIdsOf(undefined, records)).toEqual({ resourceIds: new Map([["knowledge://faq", "kb_faq"]]), formerResourceIds: new Map([["knowledge://faq", new Set(["kb_older"])]]) });
    const adopted = planned({ desired: [FAQ], knowledge: [heldKnowledge("faq", { id: "kb_9" })], options: { adopt: true } });
    expect(resourceIdsOf(adopted.resources, undefined).resourceIds).toEqual(new Map([["knowledge://faq", "kb_9"]]));
  });

  test("one that is made anew has none, and its old one is remembered", () => {
    const smaller: DesiredKnowledge = { ...FAQ, settings: { name: "faq", max_chunk_size: 1000 } };
    const seen = { name: "faq", enable_auto_refresh: false, max_chunk_size: 2000, min_chunk_size: null };
    const held = [heldKnowledge("faq", { settings: { autoRefresh: false, maxChunkSize: 2000, minChunkSize: null } })];
    const project: Project = { desired: [smaller], records: { "knowledge://faq": knowledgeRecord(FAQ, { former_ids: ["kb_older"], seen }) }, knowledge: held };
    const replaced = planned({ ...project, options: { allowReplace: true } });
    expect(replaced.resources?.[0]?.operation).toBe("replace");
    expect(resourceIdsOf(replaced.resources, records)).toEqual({ resourceIds: new Map(), formerResourceIds: new Map([["knowledge://faq", new Set(["kb_older", "kb_faq"])]]) });
    // Blocked, it stays what it is.
    expect(resourceIdsOf(planned(project).resources, records).resourceIds).toEqual(new Map([["knowledge://faq", "kb_faq"]]));
    expect(resourceIdsOf(planned({ desired: [FAQ] }).resources, undefined)).toEqual({ resourceIds: new Map(), formerResourceIds: new Map() });
  });
});

describe("staging first", () => {
  const staging = (record?: ResourceRecord, more: Partial<StagingEvidence["recorded"]> = {}): StagingEvidence => ({
    name: "staging",
    desired: new Map(),
    recorded: { ...recordedState({}), resources: recordsOf(record === undefined ? {} : { "knowledge://faq": record }), ...more },
  });
  const project = (evidence: StagingEvidence, built: readonly DesiredResource[] = [FAQ]): Project => ({ desired: [FAQ], resources: { staging: new Map(built.map((one) => [symbolOf(one), one])) }, snapshot: { staging: evidence } });

  test("what was not deployed there is not made here", () => {
    expect(resourcesOf(project(staging()))).toMatchInlineSnapshot(`
"not-deployed none wanted, seen - desired A live -, knowledge://faq is null
  blocked, staging-required: This content has not been deployed to staging. Merge it there first, or run deploy with require-staging: false.
  add url u"
`);
    expect(gists(project(staging(knowledgeRecord(FAQ))))).toEqual({ "knowledge://faq": "not-deployed create" });
    expect(gists(project(staging(knowledgeRecord(FAQ, { config_hash: "sha256:other", previous: [{ config_hash: contentHash(knowledgeContent(FAQ)), source_commit: null }] }))))).toEqual({ "knowledge://faq": "not-deployed create" });
    expect(gists(project(staging(knowledgeRecord(FAQ, { config_hash: "sha256:other" }))))).toEqual({ "knowledge://faq": "not-deployed none staging-required" });
    expect(gists(project(staging(knowledgeRecord(FAQ, { incomplete: true }))))).toEqual({ "knowledge://faq": "not-deployed none staging-required" });
    // What this commit builds for staging counts, and where it builds nothing there is nothing to compare.
    expect(gists(project(staging(knowledgeRecord(FAQ)), [knowledge("faq", "i")]))).toEqual({ "knowledge://faq": "not-deployed none staging-required" });
    expect(gists(project(staging(knowledgeRecord(FAQ)), []))).toEqual({ "knowledge://faq": "not-deployed none staging-required" });
  });

  test("what was here before is a revert", () => {
    const again = { ...project(staging()), records: { "knowledge://faq": knowledgeRecord(FAQ, { config_hash: "sha256:other", sources: [], previous: [{ config_hash: contentHash(knowledgeContent(FAQ)), source_commit: null }] }) }, knowledge: [heldKnowledge("faq", { sources: [] })] };
    expect(gists(again)).toEqual({ "knowledge://faq": "local-change update" });
  });

  test("a state of staging that cannot be read says nothing", () => {
    const gist = { "knowledge://faq": "not-deployed none staging-unreadable" };
    expect(gists(project(staging({ kind: "unreadable", problem: "?" })))).toEqual(gist);
    expect(gists(project(staging(undefined, { workspace: { kind: "unreadable", problem: "?" } })))).toEqual(gist);
  });

  test("can be left out, and says so", () => {
    expect(resourcesOf({ ...project(staging()), options: { requireStaging: false } })).toMatchInlineSnapshot(`
"not-deployed create wanted, seen - desired A live -, knowledge://faq is null
  note: Its content was not deployed to staging: require-staging: false lets it through.
  skips staging
  add url u"
`);
  });

  test("is not asked of what is not written", () => {
    const edited = { ...project(staging()), records: { "knowledge://faq": knowledgeRecord(FAQ) }, knowledge: [heldKnowledge("faq")] };
    expect(gists(edited)).toEqual({ "knowledge://faq": "in-sync none" });
    expect(gists({ ...project(staging()), desired: [component("c")], resources: {}, components: [heldComponent(component("c"))], options: { adopt: true } })).toEqual({ "component://c": "converged record" });
  });
});

describe("a resource that Git has removed is not deleted while anything uses it", () => {
  const OLD = component("old");
  const project = (more: Project = {}): Project => ({ records: { "component://old": componentRecord(OLD) }, components: [heldComponent(OLD)], ...more, options: { prune: "delete", ...more.options } });
  const blocks = (more: Project): string[] => (planned(project(more)).resources ?? []).flatMap((plan) => [plan.operation, ...plan.blocks.map(({ reason, message }) => `${reason}: ${message}`)]);
  const user = (name: string, value: string): Record<string, Known> => {
    const uses = content({ general_prompt: "x", deep: [{ inner: [value] }] });
    return { [name]: { ...known(name, { before: uses }) } };
  };

  test("it is deleted where nothing does", () => {
    expect(blocks({})).toEqual(["delete"]);
    expect(blocks({ agents: user("sales", "c_old_2") })).toEqual(["delete"]);
    expect(blocks({ resources: { engines: [{ text: "c_old is old" }, null, 3, { nodes: ["c_other"] }] } })).toEqual(["delete"]);
    expect(blocks({ snapshot: { published: { kind: "known", all: [{ agentId: "a", agent: undefined, holder: "version 3", raws: [{ x: "c_other" }] }] } } })).toEqual(["delete"]);
    expect(blocks({ records: { "component://old": componentRecord(OLD, { component_id: null }) } })).toEqual(["delete"]);
  });

  test.each<[string, Project, string]>([
    ["the engines could not be read", { resources: { engines: undefined } }, "It is not known whether an agent uses it: the workspace's engines could not be read."],
    ["a flow", { components: [heldComponent(OLD, {}, { linkedFlowIds: ["f"] })] }, "1 flow uses it. Deploy without that reference first. Retell counts every version of a flow, so an older or published version may be the one that uses it; while callers can reach that version, the component has to stay."],
    ["two flows", { components: [heldComponent(OLD, {}, { linkedFlowIds: ["f", "g"] })] }, "2 flows use it. Deploy without that reference first. Retell counts every version of a flow, so an older or published version may be the one that uses it; while callers can reach that version, the component has to stay."],
    ["an agent", { agents: user("sales", "c_old") }, "sales still uses it. Deploy without that reference first."],
    ["two agents", { agents: { ...user("sales", "c_old"), ...user("help", "c_old") } }, "help, sales still use it. Deploy without that reference first."],
    ["published versions that are not known", { snapshot: { published: { kind: "unknown", problem: "Retell does not answer." } } }, "It is not known whether a published version of an agent uses it: Retell does not answer."],
    ["a published version", { snapshot: { published: { kind: "known", all: [{ agentId: "a", agent: undefined, holder: "version 3 of sales", raws: [{}, { x: ["c_old"] }] }] } } }, "version 3 of sales: still uses it. Publish a version without that reference first."],
    ["two published versions", { snapshot: { published: { kind: "known", all: [{ agentId: "b", agent: undefined, holder: "version 4 of z", raws: [{ x: "c_old" }] }, { agentId: "a", agent: undefined, holder: "version 3 of sales", raws: [{ x: "c_old" }] }] } } }, "version 3 of sales; version 4 of z: still use it. Publish a version without that reference first."],
    ["another component", { components: [heldComponent(OLD), { ...heldComponent(component("other")), raw: { nodes: [{ component_id: "c_old" }] } }] }, "An engine or component in this workspace that is not deployed from here uses it. Take it out there first."],
    ["an engine", { resources: { engines: [{ nodes: [{ component_id: "c_old" }] }] } }, "An engine or component in this workspace that is not deployed from here uses it. Take it out there first."],
  ])("%s", (_name, more, message) => {
    expect(blocks(more)).toEqual(["none", `still-in-use: ${message}`]);
  });

  test("components that could not be read", () => {
    const faq = { records: { "knowledge://faq": knowledgeRecord(FAQ) }, knowledge: [heldKnowledge("faq")], resources: { components: { kind: "unreadable", reason: "unreadable", problem: "Retell does not answer." } } } as const;
    expect(blocks(faq)).toEqual(["none", "still-in-use: It is not known whether a shared component uses it: Retell does not answer."]);
    expect(blocks({ ...faq, resources: {}, components: [{ ...heldComponent(OLD), raw: { text: "kb_faq" } }] })).toEqual(["none", "still-in-use: An engine or component in this workspace that is not deployed from here uses it. Take it out there first."]);
  });
});

describe("selectResources", () => {
  const desired = new Map<ResourceSymbol, DesiredResource>([FAQ, GREETING, OUTER, component("alone")].map((one) => [symbolOf(one), one]));
  const agents = new Map([["sales", desiredAgent("sales", content({ component: "component://outer" }))], ["help", desiredAgent("help")]]);
  const select = (chosen: readonly string[] | undefined) => [...selectResources({ desired, records: recordsOf({ "knowledge://gone": knowledgeRecord(knowledge("gone")) }), agents, chosen: chosen === undefined ? undefined : new Set(chosen) })];
  test("all of them, with what is on record; of chosen agents what they refer to, also by way of others", () => {
    expect(select(undefined)).toEqual(["component://alone", "component://greeting", "component://outer", "knowledge://faq", "knowledge://gone"]);
    expect(select(["sales"])).toEqual(["component://greeting", "component://outer", "knowledge://faq"]);
    expect(select(["help", "nobody"])).toEqual([]);
    expect([...selectResources({ desired, records: undefined, agents, chosen: undefined })]).toHaveLength(4);
  });

  test("components that contain each other come to an end", () => {
    const circle = new Map<ResourceSymbol, DesiredResource>([component("outer", ["component://greeting"]), component("greeting", ["component://outer"])].map((one) => [symbolOf(one), one]));
    expect([...selectResources({ desired: circle, records: undefined, agents, chosen: new Set(["sales"]) })]).toEqual(["component://greeting", "component://outer"]);
  });
});
