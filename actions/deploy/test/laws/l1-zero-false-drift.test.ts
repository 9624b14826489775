import { describe, expect, test } from "@jest/globals";
import type { RetellLabOptions } from "@retell-actions/lab/retell/server";
import { agentResults } from "@retell-actions/lab/scene/look-at";
import { jsonFile, WORKSPACES_FILE } from "@retell-actions/lab/scene/sample-files";
import { isCredentialPath } from "@retell-actions/core/canonical/credentials";
import { startScene } from "@retell-actions/lab/scene/scene";
import { coveringSamples, type GeneratedAgent } from "../../../../packages/core/test/schema/generate-agent.ts";
import { sampled } from "@retell-actions/lab/scene/sampled";

/** A file per generated agent. */
function filesOf(samples: readonly GeneratedAgent[], changed: Readonly<Record<string, unknown>> = {}): Record<string, string> {
  return Object.fromEntries(
    samples.map(({ agent, llm }, index) => [`agents/sample-${index}/agent.json`, jsonFile(acceptable({ ...agent, agent_name: `Sample ${index}`, ...changed, llm_config: llm }))]),
  );
}

/**
 * What Retell's types allow and Retell refuses: null inside of lists, tool names of other characters, two transitions of a
 * state to the same place, a text message without a type. Credentials may stand in files as references only.
 */
function acceptable(value: unknown, path: readonly string[] = []): unknown {
  if (typeof value === "string") {
    if (isCredentialPath(path)) return "secret://GENERATED";
    return path.at(-1) === "name" && path.some((key) => /tools$|^states$/.test(key)) ? value.replace(/[^a-zA-Z0-9_-]/g, "_").slice(0, 60) || "unnamed" : value;
  }
  if (Array.isArray(value)) {
    const items = value.map((item, index) => acceptable(item, [...path, String(index)]));
    return path.at(-1) === "edges" ? firstOf(items, "destination_state_name") : items;
  }
  if (typeof value !== "object" || value === null) return value;
  const isTop = path.length === 0 || (path.length === 1 && path[0] === "llm_config");
  const typed = path.at(-1) === "sms_content" && !("type" in value) ? { type: "predefined", ...value } : value;
  return Object.fromEntries(Object.entries(typed).flatMap(([key, item]) => (item === null && !isTop ? [] : [[key, acceptable(item, [...path, key])] as const])));
}

function firstOf(items: readonly unknown[], key: string): unknown[] {
  const seen = new Set<unknown>();
  return items.filter((item) => {
    const value = (item as Record<string, unknown>)[key];
    if (seen.has(value)) return false;
    seen.add(value);
    return true;
  });
}

const ENV = { RETELL_SECRET_GENERATED: "generated-value-77" };

interface Way {
  readonly name: string;
  /** Chooses the values that the agents hold. */
  readonly values: number;
  readonly retell: Partial<RetellLabOptions>;
}

const WAYS: readonly Way[] = [
  ...(process.env["PROVE"] === "full" ? [1, 2, 3, 4] : [1, 4]).map((seed): Way => ({ name: `what lab seed ${seed} invents`, values: seed, retell: { seed } })),
  { name: "every default written into answers", values: 5, retell: { seed: 2, writtenDefaults: "all" } },
  { name: "no default written into answers", values: 6, retell: { seed: 3, writtenDefaults: "none" } },
  { name: "cleared fields absent from answers", values: 7, retell: { seed: 1, nullAsAbsent: true } },
  { name: "versions without a copied title", values: 8, retell: { seed: 4, forkClonesTitle: false } },
  { name: "nested objects merged by key", values: 9, retell: { seed: 2, nestedPatch: "merge" } },
];

describe("L1: zero false drift, for agents with each field and each type of tool at least once", () => {
  test.each(sampled(WAYS, 3))("L1: $name: after a deployment there is nothing to do and nothing to report", async ({ values, retell }) => {
    const samples = coveringSamples(values);
    const scene = await startScene({ files: { "workspaces.json": WORKSPACES_FILE, ...filesOf(samples) }, retell });
    try {
      const first = await scene.deploy({ env: ENV });
      expect(problemsOf(first)).toEqual([]);
      expect(first.outputs["outcome"]).toBe("deployed");
      const tip = await scene.repository.tip("retell/state/staging");
      scene.retell.clearRequests();
      scene.github.clearRequests();

      const second = await scene.deploy({ env: ENV });
      expect(problemsOf(second)).toEqual([]);
      expect(second.outputs).toMatchObject({ outcome: "unchanged", drifted: "[]", updated: "[]", agents: "[]" });
      expect([...scene.retell.requests, ...scene.github.requests].filter(({ write }) => write)).toEqual([]);
      expect(await scene.repository.tip("retell/state/staging")).toBe(tip);

      const check = await scene.validate({ env: ENV, inputs: { scope: "all" } });
      expect(check.outputs).toMatchObject({ outcome: "passed", "has-conflicts": "false", "agents-to-deploy": "[]" });

      // The same once the versions were published, which an edit then has to fork.
      for (const { id, latest } of scene.staging.agents()) scene.staging.console.publish(id, latest.version);
      await scene.repository.commit({
        branch: "staging",
        files: filesOf(samples, { max_call_duration_ms: 1_234_000 }),
        message: "Shorter calls",
      });
      const third = await scene.deploy({ env: ENV });
      expect(problemsOf(third)).toEqual([]);
      expect(third.outputs["outcome"]).toBe("deployed");
      const fourth = await scene.deploy({ env: ENV });
      expect(problemsOf(fourth)).toEqual([]);
      expect(fourth.outputs).toMatchObject({ outcome: "unchanged", drifted: "[]" });
    } finally {
      await scene.stop();
    }
  }, 180_000);
});

/** Agents that are not as they should be, with the reason. */
function problemsOf(run: Parameters<typeof agentResults>[0]): unknown[] {
  const bad = [...agentResults(run).values()].filter(({ status, class: kind }) => !["created", "updated", "unchanged"].includes(String(status)) || (status === "unchanged" && kind !== "in-sync"));
  return bad.length === 0 && !["failed", "invalid"].includes(run.outputs["outcome"] ?? "") ? [] : [run.log.slice(-6_000), ...bad];
}
