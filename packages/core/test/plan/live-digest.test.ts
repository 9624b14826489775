import { expect, test } from "@jest/globals";
import { contentHash } from "@retell-actions/core/canonical/content-hash";
import { liveDigest, liveDigestOf } from "@retell-actions/core/plan/live-digest";
import type { AgentPlan } from "@retell-actions/core/plan/plan";
import { content, known, liveAgent, planOne } from "./fixture.ts";

const plan = planOne(known("sales"));

test("a digest tells which agent, its content, and which version callers get; not what Git says", () => {
  const published = (publishedVersion: number | null | undefined): AgentPlan => ({ ...plan, material: { ...plan.material, publishedVersion } });
  expect(liveDigest(plan)).toBe(contentHash([plan.agentId, plan.hashes.live, null]).slice(7, 19));
  expect(liveDigest(planOne(known("sales", { now: content({ general_prompt: "other" }), live: content() })))).toBe(liveDigest(plan));
  expect(liveDigest(published(null))).toBe(liveDigest(published(undefined)));
  const others = [{ ...plan, agentId: "agent_2" }, planOne({ ...known("sales"), live: liveAgent("sales", content({ general_prompt: "other" })) }), published(1), published(2)];
  expect(new Set([plan, ...others].map(liveDigest)).size).toBe(5);
});

test("a digest of several does not depend on their order, but on each of them", () => {
  const other: AgentPlan = { ...plan, name: "help", agentId: "agent_help" };
  expect(liveDigestOf([plan, other])).toBe(liveDigestOf([other, plan]));
  expect(liveDigestOf([plan, other])).toMatch(/^[0-9a-f]{12}$/);
  expect(new Set([[plan, other], [plan], [plan, { ...other, name: "info" }], [plan, { ...other, agentId: "agent_x" }]].map(liveDigestOf)).size).toBe(4);
});
