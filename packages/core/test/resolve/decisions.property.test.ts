import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { toCanonicalContent } from "@retell-actions/core/canonical/canonical-form";
import type { Content } from "@retell-actions/core/canonical/content";
import type { JsonObject } from "@retell-actions/core/canonical/json";
import type { AgentPlan } from "@retell-actions/core/plan/plan";
import type { ProjectFiles } from "@retell-actions/core/project/files";
import { validateProject } from "@retell-actions/core/project/validate-project";
import { carryOut } from "@retell-actions/core/resolve/carry-out";
import { consoleChanges } from "@retell-actions/core/resolve/console-changes";
import { decideAgent, type FieldDecision } from "@retell-actions/core/resolve/decide-agent";
import { liveAgent, planOne, stateOf } from "../plan/fixture.ts";

/** Fields that either side may change, each to one of a few values, so that both often meet. */
interface Values {
  readonly speed: number;
  readonly sensitivity: number;
  readonly model: string;
  readonly prompt: string;
  readonly hangUp: string | null;
  readonly transfer: string | null;
}

const PROMPTS = ["Greet.\n\nAsk the name.\n\nSay goodbye.", "Greet warmly.\n\nAsk the name.\n\nSay goodbye.", "Greet.\n\nAsk the name.\n\nSay goodbye and thanks.", "Greet {{caller}}.\n\nAsk the name.\n\nSay goodbye.", "Everything else."];
const values: fc.Arbitrary<Values> = fc.record({
  speed: fc.constantFrom(1, 1.2, 0.9),
  sensitivity: fc.constantFrom(0.5, 0.8),
  model: fc.constantFrom("gpt-4.1", "gpt-4.1-mini"),
  prompt: fc.constantFrom(...PROMPTS),
  hangUp: fc.constantFrom("End it.", "Hang up.", null),
  transfer: fc.constantFrom("Pass on.", null),
});

const config = ({ speed, sensitivity, model, prompt, hangUp, transfer }: Values): JsonObject => ({
  agent_name: "Sales",
  voice_id: "v",
  voice_speed: speed,
  interruption_sensitivity: sensitivity,
  llm_config: {
    model,
    general_prompt: prompt,
    general_tools: [...(hangUp === null ? [] : [{ type: "end_call", name: "hang_up", description: hangUp }]), ...(transfer === null ? [] : [{ type: "end_call", name: "pass_on", description: transfer }])],
  },
});

const contentOf = (of: Values): Content => {
  const { llm_config: llm, ...agent } = config(of);
  return toCanonicalContent({ agent: { ...agent, response_engine: { type: "retell-llm" } }, llm: llm as JsonObject });
};

const filesOf = (of: Values): ProjectFiles =>
  new Map([
    ["workspaces.json", { kind: "file", text: '{"staging": {"api_key_env": "A"}, "production": {"api_key_env": "B"}}' }],
    ["agents/sales/agent.json", { kind: "file", text: `${JSON.stringify(config(of), null, 2)}\n` }],
  ]);

interface Story {
  readonly before: Values;
  readonly git: Values;
  readonly console: Values;
}

function plan(files: ProjectFiles, { before, console: live }: Pick<Story, "before" | "console">): AgentPlan {
  const { desired, problems } = validateProject({ files, workingDirectory: "" });
  expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
  const agent = desired.get("staging")?.get("sales");
  return planOne({ desired: agent, state: stateOf("sales", contentOf(before)), live: liveAgent("sales", contentOf(live)) });
}

const stories = fc.record({ before: values, git: values, console: values });
const verbs = fc.constantFrom("use-git" as const, "use-console" as const, "merge" as const);
const classOf = (agent: AgentPlan, name: string) => agent.changes.find((change) => change.name === name);
const decisionsOf = (of: readonly FieldDecision[] | { readonly fault: string }): readonly FieldDecision[] => {
  if ("fault" in of) throw new Error(of.fault);
  return of;
};

test("every field that the console changed is decided as asked or left with a reason, and nothing else changes", () => {
  fc.assert(
    fc.property(stories, verbs, fc.integer({ min: 0, max: 20 }), (story, verb, pick) => {
      const files = filesOf(story.git);
      const agent = plan(files, story);
      const open = consoleChanges(agent);
      const fields = pick % 3 === 0 || open.length === 0 ? [] : [open[pick % open.length]?.name ?? ""];
      const decisions = decisionsOf(decideAgent({ verb, agent, base: contentOf(story.git), fields }));
      expect(new Set(decisions.map(({ field }) => field)).size).toBe(decisions.length);
      if (fields.length === 0) expect(decisions.map(({ field }) => field)).toEqual(open.map(({ name }) => name));
      else expect(decisions.map(({ field }) => field)).toContain(fields[0]);
      const done = carryOut({ files, workingDirectory: "", workspace: "staging", targetBranch: "staging", agents: [{ plan: agent, source: agent.material.live, fields: decisions }], sharedSections: "fork", flatten: false });
      const [result] = done.agents;
      const after = plan(done.files, story);
      const decided = new Set(decisions.map(({ field }) => field));
      for (const name of [...(result?.adopted ?? []), ...(result?.merged ?? [])]) {
        const change = classOf(after, name);
        // Adopted: no difference is left; merged: Git's new value may be written over the console's.
        expect(change === undefined || change.class === "converged" || change.overwritten).toBe(true);
        if (verb === "use-console") expect(change?.class ?? "converged").toBe("converged");
      }
      for (const name of result?.overwrites ?? []) {
        expect(classOf(after, name)).toMatchObject({ class: "local-change", overwritten: true });
        expect(classOf(after, name)?.target).toEqual(classOf(agent, name)?.target);
      }
      for (const { field } of result?.left ?? []) expect(classOf(after, field)?.class).toBe(classOf(agent, field)?.class);
      // What nobody decided about is as it was.
      for (const change of agent.changes) if (!decided.has(change.name)) expect(classOf(after, change.name)).toMatchObject({ class: change.class, overwritten: change.overwritten });
      if (verb !== "merge" && fields.length === 0 && (result?.left.length ?? 0) === 0) expect(after.blocks).toEqual([]);
    }),
    { numRuns: 400 },
  );
});

test("a decision never reaches a value that the console got afterwards", () => {
  fc.assert(
    fc.property(stories, values, verbs, (story, later, verb) => {
      const files = filesOf(story.git);
      const agent = plan(files, story);
      const done = carryOut({ files, workingDirectory: "", workspace: "staging", targetBranch: "staging", agents: [{ plan: agent, source: agent.material.live, fields: decisionsOf(decideAgent({ verb, agent, base: contentOf(story.git), fields: [] })) }], sharedSections: "fork", flatten: false });
      const then = plan(done.files, { before: story.before, console: later });
      for (const change of then.changes) {
        if (!change.overwritten) continue;
        // Only a value that was there when it was decided may be overwritten.
        expect(change.live).toEqual(classOf(agent, change.name)?.live);
      }
    }),
    { numRuns: 300 },
  );
});

test("the same decision twice changes nothing more", () => {
  fc.assert(
    fc.property(stories, verbs, (story, verb) => {
      const once = (files: ProjectFiles): ProjectFiles => {
        const agent = plan(files, story);
        return carryOut({ files, workingDirectory: "", workspace: "staging", targetBranch: "staging", agents: [{ plan: agent, source: agent.material.live, fields: decisionsOf(decideAgent({ verb, agent, base: contentOf(story.git), fields: [] })) }], sharedSections: "fork", flatten: false }).files;
      };
      const first = once(filesOf(story.git));
      expect([...once(first)].sort()).toEqual([...first].sort());
    }),
    { numRuns: 200 },
  );
});
