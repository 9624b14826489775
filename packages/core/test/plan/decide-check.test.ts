import { describe, expect, test } from "@jest/globals";
import { ActionError } from "@retell-actions/core/errors";
import { decideCheck, type Checked } from "@retell-actions/core/plan/decide-check";
import type { AgentPlan, Block, Plan } from "@retell-actions/core/plan/plan";
import type { ResourcePlan } from "@retell-actions/core/plan/resource-plan";
import type { ValidatedProject } from "@retell-actions/core/project/validate-project";
import { planOne, known, STAGING } from "./fixture.ts";

const agent = (name: string, agentClass: AgentPlan["class"], ...blocks: Block[]): AgentPlan => ({ ...planOne(known("sales")), name, class: agentClass, blocks });
const shared = (name: string, resourceClass: AgentPlan["class"], ...blocks: Block[]): ResourcePlan => ({
  kind: "knowledge",
  name,
  symbol: `knowledge://${name}`,
  class: resourceClass,
  operation: "none",
  wanted: true,
  changes: [],
  blocks,
  notes: [],
  id: null,
  hashes: { seen: null, desired: null, live: null },
  material: { desired: undefined, state: undefined, baseline: null, live: undefined, steps: { add: [], remove: [], keep: [] }, unsettled: false, namesakes: [] },
});
const target = (more: Partial<Plan>, name = "staging"): { plan: Plan } => ({ plan: { workspace: { ...STAGING, name }, agents: [], unmanaged: 0, fingerprint: "sha256:", stops: [], ...more } });

const EDIT: Block = { reason: "console-edit", message: "edited" };
const CONFLICT: Block = { reason: "conflict", message: "both" };
const REQUIRED: Block = { reason: "staging-required", message: "merge it there first" };
const UNKNOWN: Block = { reason: "staging-unreadable", message: "restore it" };
const DOWN: Block = { reason: "retell-unavailable", message: "Retell does not answer." };

function decide(given: { readonly targets?: readonly { plan: Plan }[]; readonly touched?: Readonly<Record<string, readonly string[]>>; readonly scope?: "changed" | "all"; readonly checked?: Partial<Checked>; readonly problems?: ValidatedProject["problems"] }) {
  const checked: Checked = { failure: undefined, offline: undefined, targets: given.targets ?? [], touched: new Map(Object.entries(given.touched ?? {}).map(([name, agents]) => [name, new Set(agents)])), ...given.checked };
  const decision = decideCheck({ project: { problems: given.problems ?? [] } as unknown as ValidatedProject, checked, scope: given.scope ?? "changed" });
  return { ...decision, conflicting: decision.conflicting.map(({ name }) => name) };
}

describe("before anything was compared", () => {
  const error = { code: "x", severity: "error" as const, file: "f", message: "m" };
  const failure = new ActionError("retell-unavailable", "Retell does not answer.");
  const offline = { reason: "no-secrets" as never, sentence: "A fork has no keys." };

  test("invalid files come first, then a comparison that failed, then one that was not made", () => {
    expect(decide({ problems: [error], checked: { failure, offline } })).toEqual({ outcome: "invalid", reason: "invalid-files", sentence: undefined, conflicting: [] });
    expect(decide({ problems: [{ ...error, severity: "warning" }], checked: { failure, offline } })).toEqual({ outcome: "failed", reason: "retell-unavailable", sentence: "Retell does not answer.", conflicting: [] });
    expect(decide({ checked: { offline } })).toEqual({ outcome: "passed-offline", reason: "no-secrets", sentence: "A fork has no keys.", conflicting: [] });
    expect(decide({})).toEqual({ outcome: "passed", reason: "ok", sentence: undefined, conflicting: [] });
  });
});

describe("of blocked agents those count that the scope asks about", () => {
  const targets = [target({ agents: [agent("a", "console-edit", EDIT), agent("b", "conflict", CONFLICT), agent("c", "in-sync")] })];
  test("touched ones; all of them; all where nobody knows which were touched", () => {
    expect(decide({ targets, touched: { staging: ["b"] } })).toEqual({ outcome: "conflicts", reason: "conflict", sentence: undefined, conflicting: ["b"] });
    expect(decide({ targets, touched: { staging: ["b"] }, scope: "all" })).toEqual({ outcome: "conflicts", reason: "console-edit", sentence: undefined, conflicting: ["a", "b"] });
    expect(decide({ targets })).toMatchObject({ outcome: "conflicts", conflicting: ["a", "b"] });
    expect(decide({ targets, touched: { staging: ["c"] } })).toEqual({ outcome: "passed", reason: "ok", sentence: undefined, conflicting: [] });
    expect(decide({ targets: [...targets, target({ agents: [agent("d", "conflict", CONFLICT)] }, "production")], touched: { staging: [], production: ["d"] } })).toMatchObject({ outcome: "conflicts", conflicting: ["d"] });
  });

  test("shared resources likewise, before agents", () => {
    const resources = [target({ resources: [shared("faq", "console-edit", EDIT)], agents: [agent("b", "conflict", CONFLICT)] })];
    expect(decide({ targets: resources, touched: { staging: ["knowledge://faq", "b"] } })).toEqual({ outcome: "conflicts", reason: "console-edit", sentence: "edited", conflicting: ["b"] });
    expect(decide({ targets: resources, touched: { staging: ["b"] } })).toEqual({ outcome: "conflicts", reason: "conflict", sentence: undefined, conflicting: ["b"] });
    expect(decide({ targets: resources, touched: { staging: [] }, scope: "all" })).toMatchObject({ reason: "console-edit" });
    expect(decide({ targets: resources, touched: { staging: [] } })).toMatchObject({ outcome: "passed" });
    expect(decide({ targets: [target({ resources: [shared("faq", "in-sync")] })] })).toMatchObject({ outcome: "passed" });
    expect(decide({ targets: resources })).toMatchObject({ reason: "console-edit" });
  });
});

describe("what could not be read is failed, whatever the scope", () => {
  const conflict = agent("b", "conflict", CONFLICT);
  test("a stop, a shared resource, an agent", () => {
    const stops: Block[] = [{ reason: "unreadable-state", message: "stop" }];
    expect(decide({ targets: [target({ agents: [conflict], stops })] })).toEqual({ outcome: "failed", reason: "unreadable-state", sentence: "stop", conflicting: ["b"] });
    expect(decide({ targets: [target({ agents: [conflict], resources: [shared("faq", "unreadable", DOWN)] })], touched: { staging: ["b"] } })).toEqual({ outcome: "failed", reason: "retell-unavailable", sentence: "knowledge://faq could not be compared: Retell does not answer.", conflicting: ["b"] });
    expect(decide({ targets: [target({ resources: [shared("faq", "unreadable")] })] })).toEqual({ outcome: "failed", reason: "unreadable", sentence: "knowledge://faq could not be compared: ", conflicting: [] });
    expect(decide({ targets: [target({ agents: [conflict, agent("a", "unreadable", DOWN)] })], touched: { staging: [] } })).toEqual({ outcome: "failed", reason: "retell-unavailable", sentence: "a could not be compared: Retell does not answer.", conflicting: [] });
    expect(decide({ targets: [target({ agents: [conflict, agent("a", "unreadable", DOWN)] })] })).toMatchObject({ conflicting: ["b"] });
    expect(decide({ targets: [target({ agents: [agent("a", "unreadable")] })] })).toEqual({ outcome: "failed", reason: "unreadable", sentence: "a could not be compared: ", conflicting: [] });
  });
});

describe("staging first", () => {
  test("is its own outcome where nothing else blocks", () => {
    expect(decide({ targets: [target({ agents: [agent("a", "local-change", REQUIRED)] })] })).toEqual({ outcome: "staging-required", reason: "staging-required", sentence: "merge it there first", conflicting: [] });
    expect(decide({ targets: [target({ agents: [agent("a", "local-change", UNKNOWN)] })] })).toEqual({ outcome: "staging-required", reason: "staging-unreadable", sentence: "restore it", conflicting: [] });
    expect(decide({ targets: [target({ agents: [agent("a", "local-change", REQUIRED, EDIT)] })] })).toMatchObject({ outcome: "conflicts", reason: "staging-required", conflicting: ["a"] });
    expect(decide({ targets: [target({ agents: [agent("a", "local-change", REQUIRED), agent("b", "conflict", CONFLICT)] })] })).toMatchObject({ outcome: "conflicts", reason: "conflict", conflicting: ["b"] });
    expect(decide({ targets: [target({ resources: [shared("faq", "local-change", UNKNOWN)], agents: [agent("a", "local-change", REQUIRED)] })] })).toMatchObject({ outcome: "staging-required", reason: "staging-unreadable" });
    expect(decide({ targets: [target({ resources: [shared("faq", "local-change", UNKNOWN), shared("hours", "conflict", CONFLICT)] })] })).toMatchObject({ outcome: "conflicts", reason: "conflict", sentence: "both" });
  });
});
