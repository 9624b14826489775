import { describe, expect, test } from "@jest/globals";
import type { Json } from "@retell-actions/core/canonical/json";
import { parseWorkspaces } from "@retell-actions/core/project/parse-workspaces";
import { readCorpus } from "@retell-actions/lab/corpus/read-corpus";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readMarkdown } from "../../docs/markdown-page.ts";
import { ROOT } from "../repository.ts";
import { openEditor } from "./editor.ts";
import { ownErrors } from "./own-errors.ts";

const editor = openEditor();
const errorsIn = async (file: string, text: string): Promise<string[]> => (await editor.marks(file, text)).flatMap(({ line, message, isError }) => (isError ? [`${String(line)}: ${message}`] : []));

/** Keys of agent.json by kind of engine. */
const KEYS = { "retell-llm": "llm_config", "conversation-flow": "conversation_flow", "custom-llm": "response_engine" } as const;

/** Markers of the corpus for ids, as the files of a repository have them. */
function withReferences(value: unknown): Json {
  if (Array.isArray(value)) return value.map(withReferences);
  if (typeof value !== "object" || value === null) return value as Json;
  const [[key, name] = ["", ""]] = Object.entries(value);
  if (["$agent", "$component", "$knowledge"].includes(key)) return `${key.slice(1)}://${String(name)}`;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withReferences(item)]));
}

describe("the corpus", () => {
  const corpus = readCorpus();

  test.each(corpus.agents.map((agent) => [agent.slug, agent] as const))("of %s the editor refuses what the actions refuse", async (_, { channel, agent, engine, uses }) => {
    // Notes of the actions, which imports leave out.
    const { version_title: _title, version_description: _description, ...fields } = withReferences({ ...agent, ...uses.published, ...uses.draft?.agent }) as Record<string, Json>;
    const engineFields = withReferences({ ...(engine.kind === "custom-llm" && { type: "custom-llm" }), ...engine.content, ...uses.draft?.engine });
    const content = { ...fields, ...(channel === "chat" && { channel }), [KEYS[engine.kind]]: engineFields };
    const own = [
      ...ownErrors(channel === "chat" ? "chat" : "agent", fields),
      ...(engine.kind === "custom-llm" ? [] : ownErrors(engine.kind === "retell-llm" ? "llm" : "flow", engineFields)),
    ];
    const shown = await errorsIn("agents/a/agent.json", JSON.stringify(content, null, 2));
    expect({ own, shown, agree: own.length > 0 === shown.length > 0 }).toEqual({ own, shown, agree: true });
  });

  test("hardly anything of it is refused", () => {
    const refused = corpus.agents.filter(({ engine }) => engine.kind !== "custom-llm" && ownErrors(engine.kind === "retell-llm" ? "llm" : "flow", withReferences(engine.content)).length > 0);
    expect(refused.length).toBeLessThan(corpus.agents.length / 10);
  });

  test.each(corpus.components.map((component) => [component.slug, component.content] as const))("the component %s is without errors", async (slug, content) => {
    expect(await errorsIn(`components/${slug}.json`, JSON.stringify(withReferences(content)))).toEqual([]);
  });
});

test("every file of the templates is without a mark", async () => {
  const files = readdirSync(join(ROOT, "templates"), { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".json"));
  expect(files.length).toBeGreaterThan(5);
  for (const file of files) expect([file, await editor.marks(`templates/${file}`, readFileSync(join(ROOT, "templates", file), "utf8"))]).toEqual([file, []]);
});

describe("the documentation", () => {
  const pages = ["README.md", ...readdirSync(join(ROOT, "docs")).map((name) => `docs/${name}`)].filter((page) => page.endsWith(".md"));
  const examples = pages.flatMap((page) =>
    readMarkdown(readFileSync(join(ROOT, page), "utf8")).fences.flatMap(({ language, attributes, text, line }) => {
      const file = attributes.get("file");
      const isFileOfState = /^(agents\/[^/]+\/(?!agent\.|flow\.|overwrite\.)|workspace\.json)/.test(file ?? "");
      return language === "json" && file !== undefined && !isFileOfState ? [[`${page}:${String(line)}`, file, text] as const] : [];
    }),
  );

  test("has examples of files", () => {
    expect(new Set(examples.map(([, file]) => file.replace(/[^/]+\/(?=agent|flow|knowledge)/, "")))).toContain("workspaces.json");
    expect(examples.length).toBeGreaterThan(5);
  });

  test.each(examples)("%s: %s is without a mark", async (_, file, text) => {
    expect(await editor.marks(file, text)).toEqual([]);
  });
});

describe("workspaces.json: the editor and the actions agree", () => {
  const key = { api_key_env: "A_KEY" };
  const single = { staging: key, production: { api_key_env: "B_KEY" } };
  const multi = { mode: "multi-production", staging: key, production: { "prod-eu": { api_key_env: "B_KEY" } } };

  test.each<[string, unknown]>([
    ["one production", single],
    ["several", multi],
    ["an unknown key", { ...single, x: 1, staging: { ...key, y: 2 } }],
    ["nothing", {}],
    ["no production", { staging: key }],
    ["an empty map", { ...multi, production: {} }],
    ["a map in the wrong mode", { ...multi, mode: "single-production" }],
    ["no map", { ...single, mode: "multi-production" }],
    ["an unknown mode", { ...single, mode: "many" }],
    ["a key itself", { ...single, staging: { ...key, api_key: "x" } }],
    ["a wrong variable", { ...single, staging: { api_key_env: "A-KEY" } }],
    ["an empty name", { ...single, staging: { ...key, name: "" } }],
    ["Retell's host", { ...single, staging: { ...key, base_url: "https://api.retellai.com/" } }],
    ["the bare host", { ...single, staging: { ...key, base_url: "https://RetellAI.com" } }],
    ["another host", { ...single, staging: { ...key, base_url: "https://retellai.com.example.org" } }],
    ["a path", { ...single, staging: { ...key, base_url: "https://api.retellai.com/v2" } }],
    ["a branch of ours", { ...single, branches: { staging: "retell/state/x" } }],
    ["other branches", { ...single, branches: { production: "main" } }],
    ["a reserved name", { ...multi, production: { all: { api_key_env: "B_KEY" } } }],
    ["a name in capitals", { ...multi, production: { EU: { api_key_env: "B_KEY" } } }],
    ["a name with dots", { ...multi, production: { "a..b": { api_key_env: "B_KEY" } } }],
    ["a name of one letter", { ...multi, production: { a: { api_key_env: "B_KEY" } } }],
    ["a name that ends as a branch may not", { ...multi, production: { "a.lock": { api_key_env: "B_KEY" } } }],
    ["moves", { ...multi, moved: [{ agent: "a", to: "b" }, { agent: "c", to: null }, { workspace: "production", to: "prod-eu" }] }],
    ["a move of both", { ...single, moved: [{ agent: "a", workspace: "b", to: "c" }] }],
    ["a move to nowhere", { ...single, moved: [{ agent: "a" }] }],
    ["a move of nothing", { ...single, moved: [{ to: "a" }] }],
    ["a move to a wrong name", { ...single, moved: [{ agent: "a", to: "B" }] }],
    ["no list of moves", { ...single, moved: {} }],
    ["a schema that is no text", { ...single, $schema: 5 }],
  ])("%s", async (_, value) => {
    const text = JSON.stringify(value, null, 2);
    const own = parseWorkspaces(text, "workspaces.json").problems.filter(({ severity }) => severity === "error").map(({ message }) => message);
    const shown = await errorsIn("workspaces.json", text);
    expect({ own, shown, agree: own.length > 0 === shown.length > 0 }).toEqual({ own, shown, agree: true });
  });
});
