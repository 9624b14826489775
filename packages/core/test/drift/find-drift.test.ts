import { describe, expect, test } from "@jest/globals";
import type { Content } from "@retell-actions/core/canonical/content";
import { findDrift } from "@retell-actions/core/drift/find-drift";
import type { WorkspaceDrift } from "@retell-actions/core/drift/drift";
import { content, known, liveAgent, planOf, snapshotOf, stateOf, type Known } from "../plan/fixture.ts";

const A = content({ general_prompt: "a" });
const B = content({ general_prompt: "b" });
const C = content({ general_prompt: "c" });

function driftOf(agents: Readonly<Record<string, Known>>, deploying: readonly string[] = []): WorkspaceDrift {
  return findDrift({ plan: planOf(agents), live: snapshotOf(agents).live, deploying: new Set(deploying) });
}

/** An agent deployed with A; what Retell holds now, and what the state says of versions. */
function agent(now: Content, versions: { live: number; recorded: number; isPublished?: boolean; published?: number | null; state?: { is_published?: boolean; published_version?: number; imported?: boolean; deployed_at?: null } }): Known {
  const { live, recorded, isPublished = false, published } = versions;
  return {
    ...known("sales", { before: A }),
    state: stateOf("sales", A, { version: recorded, ...versions.state }),
    live: liveAgent("sales", now, { publishedVersion: published, agent: { version: live, isPublished } }),
  };
}

describe("what is told apart", () => {
  test.each<[string, Known, [string, number | null][]]>([
    ["nothing", agent(A, { live: 3, recorded: 3 }), []],
    ["a draft that was edited in place", agent(B, { live: 3, recorded: 3 }), [["draft-edited", 3]]],
    ["a new draft with other content", agent(B, { live: 4, recorded: 3, published: 3, state: { is_published: true } }), [["new-draft", 4]]],
    ["a new draft that is equal to its base is nobody's edit", agent(A, { live: 4, recorded: 3, published: 3, state: { is_published: true } }), []],
    ["a new version that was published", agent(B, { live: 4, recorded: 3, isPublished: true, published: 4, state: { is_published: true } }), [["new-version-published", 4]]],
    ["our draft, edited and published", agent(B, { live: 3, recorded: 3, isPublished: true, published: 3, state: { published_version: 2 } }), [["new-version-published", 3]]],
    ["our draft, published as it is", agent(A, { live: 3, recorded: 3, isPublished: true, published: 3, state: { published_version: 2 } }), []],
    ["an older draft that was published later", agent(A, { live: 3, recorded: 3, isPublished: true, published: 1, state: { is_published: true } }), [["published-elsewhere", 1]]],
    ["a copy of ours that was published", agent(A, { live: 4, recorded: 3, isPublished: true, published: 4, state: { is_published: true } }), [["published-elsewhere", 4]]],
    ["nothing published any more", agent(A, { live: 3, recorded: 3, published: null, state: { published_version: 2 } }), [["published-version-deleted", null]]],
    ["a published version with other values", agent(B, { live: 3, recorded: 3, isPublished: true, published: 3, state: { is_published: true } }), [["migrated", 3]]],
    ["a deleted version", agent(A, { live: 2, recorded: 3 }), [["version-deleted", 3]]],
    ["a deleted agent", { ...known("sales", { before: A }), live: { kind: "missing", agentId: "agent_sales" } }, [["missing-remote", null]]],
    ["an edit and an older publication at once", agent(B, { live: 4, recorded: 3, published: 1, state: { is_published: true } }), [["new-draft", 4], ["published-elsewhere", 1]]],
  ])("%s", (_, one, expected) => {
    const drift = driftOf({ sales: one });
    expect(drift.agents.flatMap(({ findings }) => findings.map(({ kind, version }) => [kind, version]))).toEqual(expected);
    expect(drift.digest === undefined).toBe(expected.length === 0);
    expect(drift.inSync).toBe(expected.length === 0 ? 1 : 0);
  });

  test.each<[Content, number, number | null, string]>([
    [B, 3, 3, "The draft that was imported (version 3) was edited in place."],
    [B, 4, 3, "Version 4 is a draft that was made outside Git, above version 3, which was imported. It is not published."],
    [A, 2, 2, "Version 3, which was imported, was deleted in Retell; version 2 is the highest one now."],
    [A, 3, 1, "The older version 1 was published outside Git, so it is what callers get; version 2 is recorded as published."],
  ])("nobody says of an imported agent that Git deployed it (%#)", (now, live, published, sentence) => {
    const state = { imported: true, deployed_at: null, published_version: published === 1 ? 2 : 3 };
    const [first] = driftOf({ sales: agent(now, { live, recorded: 3, published, state }) }).agents[0]?.findings ?? [];
    expect(first?.sentence).toBe(sentence);
  });

  test("a field that the branch changed too is a conflict, and its content is not deployed", () => {
    const drift = driftOf({ sales: known("sales", { before: A, now: B, live: C }) });
    expect(drift.agents[0]?.findings.map(({ kind }) => kind)).toEqual(["draft-edited", "conflict"]);
    expect(drift.undeployed).toEqual(["sales"]);
  });

  test("content on the branch that is not deployed yet is no drift", () => {
    const drift = driftOf({ sales: known("sales", { before: A, now: B, live: A }), support: { desired: known("support").desired } });
    expect(drift).toMatchObject({ agents: [], undeployed: ["sales", "support"], inSync: 0, digest: undefined });
  });

  test("an unreadable agent is neither in sync nor drifted", () => {
    const drift = driftOf({ sales: { ...known("sales"), live: { kind: "unreadable", reason: "retell-unavailable", problem: "500" } }, support: known("support") });
    expect(drift).toMatchObject({ agents: [], inSync: 1, unreadable: [{ name: "sales", reason: "retell-unavailable" }] });
  });

  test("an agent that a run is deploying is not judged", () => {
    const drift = driftOf({ sales: known("sales", { before: A, live: B }), support: known("support", { before: A, live: B }) }, ["sales"]);
    expect(drift.agents.map(({ name }) => name)).toEqual(["support"]);
    expect(drift.deploying).toEqual(["sales"]);
  });
});

describe("the digest", () => {
  const digest = (one: Known): string | undefined => driftOf({ sales: one }).digest;

  test("is that of the drift, not of the moment or the version in which it was seen", () => {
    const first = agent(B, { live: 4, recorded: 3, published: 3, state: { is_published: true } });
    const later = agent(B, { live: 5, recorded: 3, published: 3, state: { is_published: true } });
    expect(digest(first)).toBe(digest(later));
    expect(digest(first)).toMatch(/^sha256:/);
  });

  test("changes with the content, and with the version that callers get", () => {
    const digests = [
      agent(B, { live: 3, recorded: 3 }),
      agent(C, { live: 3, recorded: 3 }),
      agent(A, { live: 3, recorded: 3, isPublished: true, published: 1, state: { is_published: true } }),
      agent(A, { live: 3, recorded: 3, isPublished: true, published: 2, state: { is_published: true } }),
    ].map(digest);
    expect(new Set(digests).size).toBe(4);
  });
});
