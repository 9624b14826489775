import { expect, test } from "@jest/globals";
import { afterDeployment } from "@retell-actions/core/state/next-state";
import { content, desiredAgent, liveAgent, markFor, planOf, stateOf } from "../plan/fixture.ts";

const waiting = (imported: boolean) => ({ state: stateOf("sales", content(), imported ? { imported: true } : {}), live: liveAgent("sales", content(), { agent: { title: markFor("sales") } }) });

test.each([true, false])("a record without a folder is deleted only if its folder was there once; imported: %s", (imported) => {
  const plan = planOf({ sales: waiting(imported) }, { options: { prune: "delete" } });
  expect(plan.agents).toMatchObject([{ operation: imported ? "none" : "delete", wanted: !imported, blocks: [] }]);
  expect(plan.agents[0]?.notes[0]).toContain(imported ? "waits for the import's pull request" : "was removed from Git");
});

test.each([
  { imported: false, isSame: false, stops: ["state-without-folder"] },
  { imported: true, isSame: false, stops: [] },
  { imported: true, isSame: true, stops: ["state-without-folder"] },
])("beside a new folder it is taken for a rename if its folder was there once, or the new one says the same: $imported, $isSame", ({ imported, isSame, stops }) => {
  const other = content({ general_prompt: "else" }, { agent_name: "Another" });
  const plan = planOf({ sales: waiting(imported), fresh: { desired: desiredAgent("fresh", isSame ? content() : other) } });
  expect(plan.stops.map(({ reason }) => reason)).toEqual(stops);
});

test("a deployment ends the waiting", () => {
  const state = stateOf("sales", content(), { imported: true });
  const recorded = { agentId: "agent_sales", engineId: "llm_sales", version: 1, isPublished: false, baseline: { sent: content(), seen: content() }, secrets: {}, incomplete: false };
  expect(afterDeployment(state, recorded, { commit: "c", branch: "staging", actor: "a", runId: "1", at: "2026-11-24T02:30:00Z" }).imported).toBeUndefined();
});
