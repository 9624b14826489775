import { describe, expect, test } from "@jest/globals";
import type { Json } from "@retell-actions/core/canonical/json";
import { touchedAgents } from "@retell-actions/core/project/touched";
import { build } from "./project-fixture.ts";

const agent = (section: string, more: Readonly<Record<string, Json>> = {}): Json => ({ ...more, llm_config: { start_speaker: "agent", prompt_config: { sections: [section] } } });
const FILES = { "agents/a/agent.json": agent("x"), "agents/b/agent.json": agent("y"), "agents/sales/agent.json": agent("z"), "agents/a-sales/agent.json": agent("z2"), "prompts/x.txt": "x", "prompts/y.txt": "y", "prompts/z.txt": "z", "prompts/z2.txt": "z" };
const touched = (change: Readonly<Record<string, Json | undefined>>): string[] => {
  const after = Object.fromEntries(Object.entries({ ...FILES, ...change }).filter((entry): entry is [string, Json] => entry[1] !== undefined));
  return [...touchedAgents(build(FILES).agents, build(after).agents)];
};

describe("touchedAgents", () => {
  test.each<[name: string, change: Readonly<Record<string, Json | undefined>>, names: string[]]>([
    ["nothing", {}, []],
    ["known mistake 25: a shared prompt touches those who use it, and no others", { "prompts/x.txt": "changed" }, ["a"]],
    ["known mistake 26: names are compared whole", { "prompts/z2.txt": "changed" }, ["a-sales"]],
    ["an added agent", { "agents/c/agent.json": agent("x") }, ["c"]],
    ["a deleted agent", { "agents/b/agent.json": undefined }, ["b"]],
    ["white space and order of keys are nothing", { "agents/a/agent.json": '{"llm_config":{"prompt_config":{"sections":["x"]},"start_speaker":"agent"}}' }, []],
    ["line ends are nothing", { "prompts/x.txt": "x\r\n" }, []],
    ["an unused prompt", { "prompts/new.txt": "x" }, []],
    ["another workspace's overlay", { "agents/a/agent.production.json": { voice_id: "v" } }, []],
    ["this workspace's overlay", { "agents/a/agent.staging.json": { voice_id: "v" } }, ["a"]],
    ["a file that broke", { "agents/a/agent.json": "{" }, ["a"]],
  ])("%s", (_name, change, names) => {
    expect(touched(change)).toEqual(names);
  });

  test("is everything where the other side is unknown", () => {
    expect([...touchedAgents(undefined, build(FILES).agents)]).toEqual(["a", "a-sales", "b", "sales"]);
  });
});
