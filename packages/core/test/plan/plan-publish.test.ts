import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Content } from "@retell-actions/core/canonical/content";
import { createFingerprint } from "@retell-actions/core/canonical/fingerprint";
import type { ReferenceValues } from "@retell-actions/core/canonical/symbols";
import { compareDraft, draftOf, planPublication, type PublishPlan, type RecordedDraft, type VersionReading } from "@retell-actions/core/plan/plan-publish";
import type { RemoteAgent } from "@retell-actions/core/ports/retell";
import type { AgentState } from "@retell-actions/core/state/agent-state";
import type { AgentRecord } from "@retell-actions/core/state/recorded";
import { content, liveAgent, markFor, REPOSITORY, stateOf } from "./fixture.ts";

const fingerprint = createFingerprint("0123456789abcdef");
const references: ReferenceValues = { secrets: new Map(), agentIds: new Map([["sales", "agent_sales"]]), formerIds: new Map(), fingerprint };

/** Version 3 as it was deployed, with version 1 published before. */
const DRAFT = stateOf("sales", content(), { version: 3, published_version: 1 });

interface Situation {
  readonly state?: Partial<AgentState>;
  readonly live?: Content;
  readonly agent?: Partial<RemoteAgent>;
  readonly highest?: number;
  /** Undefined is staging, where nobody asks. */
  readonly inService?: number | null | undefined;
  readonly reading?: VersionReading;
  readonly references?: Partial<ReferenceValues>;
}

function plan(situation: Situation = {}): PublishPlan {
  const record: AgentRecord = { kind: "state", state: { ...DRAFT, ...situation.state } };
  const { agent, content: held } = liveAgent("sales", situation.live, { agent: { version: 3, ...situation.agent } });
  const inService = "inService" in situation ? situation.inService : 1;
  const present: VersionReading = { kind: "present", agent, content: held, highest: situation.highest ?? 3, publishedVersion: inService };
  return planPublication({
    name: "sales",
    record,
    reading: draftOf(record) === undefined ? undefined : (situation.reading ?? present),
    ownFolders: ["sales", "old-sales"],
    repositoryId: REPOSITORY,
    references: { ...references, ...situation.references },
  });
}

const gist = (made: PublishPlan): [string, string, ...string[]] => [made.step, made.reason, ...made.changedFields];
const EDITED = content({ general_prompt: "typed in the console" });

describe("what becomes of a recorded version", () => {
  test.each<[string, Situation, [string, string, ...string[]]]>([
    ["a draft as it was deployed", {}, ["publish", "ok"]],
    ["a first version, where nothing is published yet", { state: { version: 0, published_version: undefined }, agent: { version: 0 }, highest: 0, inService: null }, ["publish", "ok"]],
    ["staging, where nobody asks what is published", { state: { published_version: undefined }, inService: undefined }, ["publish", "ok"]],
    ["published as the record says", { state: { is_published: true } }, ["none", "nothing-to-do"]],
    ["published as it was deployed, and not recorded", { agent: { isPublished: true }, inService: 3 }, ["record", "ok"]],
    ["the same in staging", { agent: { isPublished: true }, inService: undefined }, ["record", "ok"]],
    ["edited in the console", { live: EDITED }, ["refuse", "draft-changed", "llm.general_prompt"]],
    ["edited, then published in the console", { live: EDITED, agent: { isPublished: true }, inService: 3 }, ["refuse", "draft-changed", "llm.general_prompt"]],
    ["edited to exactly what Git says, which Retell had rounded", { state: { sent: content({ model_temperature: 0.2 }), seen: content({ model_temperature: 0.25 }) }, live: content({ model_temperature: 0.2 }) }, ["publish", "ok"]],
    ["another version published in the console", { highest: 4, inService: 4 }, ["refuse", "published-elsewhere"]],
    ["an earlier version published again in the console", { inService: 0 }, ["refuse", "published-elsewhere"]],
    ["the published version deleted in the console", { inService: null }, ["refuse", "published-elsewhere"]],
    ["published, and another one put over it", { agent: { isPublished: true }, inService: 4, highest: 4 }, ["refuse", "published-elsewhere"]],
    ["published, and the former one put over it", { agent: { isPublished: true }, inService: 1 }, ["refuse", "published-elsewhere"]],
    ["marked by another repository", { agent: { title: "retell-actions 99 sales 0000000" } }, ["refuse", "not-ours"]],
    ["marked by another folder", { agent: { title: markFor("support") } }, ["refuse", "not-ours"]],
    ["marked by the folder that it was moved from", { agent: { title: markFor("old-sales") } }, ["publish", "ok"]],
    ["without a mark, which the record makes up for", { agent: { title: "Spring" } }, ["publish", "ok"]],
    ["of which only a part was written", { state: { incomplete: true } }, ["refuse", "incomplete"]],
    ["with the journal of a deploy that broke off", { state: { pending: { operation: "update", mark: "m", sent: content(), over: { agent: {} }, keys: [] } } }, ["refuse", "incomplete"]],
    ["known by its id only", { state: { sent: null, seen: null } }, ["none", "not-deployed"]],
    ["deleted with its agent", { reading: { kind: "missing-agent" } }, ["refuse", "missing-remote"]],
    ["deleted alone", { reading: { kind: "missing-version" } }, ["refuse", "version-deleted"]],
    ["that cannot be read", { reading: { kind: "unreadable", reason: "retell-unavailable", problem: "Retell did not answer." } }, ["fail", "retell-unavailable"]],
  ])("%s", (_, situation, expected) => {
    const made = plan(situation);
    expect(gist(made)).toEqual(expected);
    if (made.step === "refuse" || made.step === "fail") expect(made.message).toMatch(/[.]$/);
  });

  test("without a record, and with one that cannot be read", () => {
    const about = { name: "sales", reading: undefined, ownFolders: ["sales"], repositoryId: REPOSITORY, references };
    expect(gist(planPublication({ ...about, record: undefined }))).toEqual(["none", "not-deployed"]);
    expect(gist(planPublication({ ...about, record: { kind: "unreadable", problem: "not valid JSON" } }))).toEqual(["fail", "unreadable-state"]);
  });

  test("a higher draft made in the console stops nothing and is said", () => {
    const made = plan({ highest: 5 });
    expect(gist(made)).toEqual(["publish", "ok"]);
    expect(made.notes).toEqual([expect.stringContaining("version 5")]);
  });

  test("a message names five fields and counts the others", () => {
    const fields = Object.fromEntries("abcdefg".split("").map((name) => [`boosted_${name}`, 1]));
    const sent = content({ general_prompt: "hello" }, fields);
    const made = plan({ state: { sent, seen: sent }, live: content() });
    expect(made.changedFields).toHaveLength(7);
    expect(made.message).toContain("and 2 more fields");
  });
});

describe("secrets and references", () => {
  const holding = (value: string): Content => content({ general_prompt: "hello" }, { webhook_url: value });
  const state = { sent: holding("secret://HOOK"), seen: holding("secret://HOOK") };
  const VALUE = "https://hooks.example.com/one";

  test("a secret that the job does not have and the state does not know is not compared, and said so", () => {
    const made = plan({ state, live: holding(VALUE) });
    expect(gist(made)).toEqual(["publish", "ok"]);
    expect(made.notes).toEqual([expect.stringContaining("RETELL_SECRET_HOOK is not set")]);
  });

  test("with the recorded fingerprint it is compared even so", () => {
    const secrets = { HOOK: fingerprint(VALUE) };
    expect(gist(plan({ state: { ...state, secrets }, live: holding(VALUE) }))).toEqual(["publish", "ok"]);
    expect(gist(plan({ state: { ...state, secrets }, live: holding("https://evil.example.com") }))).toEqual(["refuse", "draft-changed", "agent.webhook_url"]);
  });

  test("a secret that has another value today does not change what was deployed", () => {
    const made = plan({ state: { ...state, secrets: { HOOK: fingerprint(VALUE) } }, live: holding(VALUE), references: { secrets: new Map([["HOOK", "https://hooks.example.com/two"]]) } });
    expect(gist(made)).toEqual(["publish", "ok"]);
  });

  test("a reference to another agent is its id, and nothing else", () => {
    const swap = (agent: string): Content => content({ general_tools: [{ type: "agent_swap", name: "to", agent_id: agent }] });
    const refers = { sent: swap("agent://support"), seen: swap("agent://support") };
    const ids = { agentIds: new Map([["support", "agent_support"]]) };
    expect(gist(plan({ state: refers, live: swap("agent_support"), references: ids }))).toEqual(["publish", "ok"]);
    expect(gist(plan({ state: refers, live: swap("agent_other"), references: ids }))[1]).toBe("draft-changed");
    const again = { agentIds: new Map([["support", "agent_new"]]), formerIds: new Map([["support", new Set(["agent_support"])]]) };
    expect(gist(plan({ state: refers, live: swap("agent_support"), references: again }))).toEqual(["publish", "ok"]);
  });
});

test("what is published is what was seen: any other value of any known field is refused, the same one never", () => {
  const field = fc.constantFrom("voice_speed", "volume", "interruption_sensitivity");
  const value = fc.integer({ min: 0, max: 200 }).map((number) => number / 100);
  fc.assert(
    fc.property(fc.dictionary(field, value), fc.dictionary(field, value), (before, now) => {
      const seen = content({ general_prompt: "hello" }, before);
      const draft = { ...DRAFT, sent: seen, seen } as RecordedDraft;
      expect(compareDraft(draft, seen, references).changed).toEqual([]);
      const { changed } = compareDraft(draft, content({ general_prompt: "hello" }, { ...before, ...now }), references);
      const differing = Object.keys(now).filter((key) => key in before && before[key] !== now[key]);
      for (const key of differing) expect(changed).toContain(`agent.${key}`);
      expect(changed.every((name) => Object.hasOwn(now, name.slice("agent.".length)))).toBe(true);
    }),
  );
});
