import fc from "fast-check";
import type { Json, JsonObject } from "@retell-actions/core/canonical/json";
import type { ProjectFiles } from "@retell-actions/core/project/files";
import { filesOf, MULTI, SINGLE } from "./adopt-fixture.ts";

const ONE_OF_MANY = { mode: "multi-production", staging: { api_key_env: "RETELL_STAGING_API_KEY" }, production: { "prod-eu": { api_key_env: "RETELL_EU_API_KEY" } } };

/** Ordinary lines, and such as lead a mapper astray: tags, values as text, blanks, other scripts, characters put together. */
const line = fc.constantFrom(
  "Be kind.",
  "Hi {{name}}, this is {{ firm }}.",
  "{{name}}",
  "Ann works at Acme.",
  "x{{none}}y",
  "{{lines}} end",
  "{{trap}} and {{user_number}}",
  "left {{later}} open",
  "",
  "  ",
  "trailing blanks  ",
  "😀 emoji 👩‍👩‍👧 {{name}}",
  "e\u0301 and é",
  "שלום {{name}}",
  "我是{{firm}}的助手。",
  "{{ not a tag }",
  "$& \\ \"quoted\"",
  "\uFEFFmark",
);
const text = fc.array(line, { minLength: 1, maxLength: 4 }).map((lines) => lines.join("\n"));

const SECTIONS = ["base/hi", "rules", "twin", "tasks", "void", "alpha/own"] as const;

function keyed(keys: Readonly<Record<string, fc.Arbitrary<Json>>>): fc.Arbitrary<JsonObject> {
  return fc.record(keys, { requiredKeys: [] }).map((record) => ({ ...record }) as JsonObject);
}

const variables = keyed({
  name: fc.constantFrom("Ann", "Ann Lee", "kind"),
  firm: fc.constantFrom("Acme", "Acme Inc.", ""),
  none: fc.constant(""),
  lines: fc.constantFrom("one\ntwo", "one\n\ntwo"),
  trap: fc.constantFrom("{{name}}", "{{call_id}} x"),
  later: fc.constantFrom("OVERRIDE", "now"),
});
const overrides = keyed({ "base/hi": text, tasks: text });
const list = fc.array(fc.constantFrom<string>(...SECTIONS), { minLength: 1, maxLength: 5 });

/** A text, or names of sections in its place. */
const textOrNames = fc.oneof({ weight: 3, arbitrary: text }, { weight: 1, arbitrary: fc.constantFrom<string>(...SECTIONS).map((name): Json => ({ $prompt: name })) }, { weight: 2, arbitrary: list.map((names): Json => ({ $prompt: names })) });

/** Where an agent's engine stands, and what its texts are called: the main one, one of its own, one of an item. */
const ENGINES = ["llm_config", "conversation_flow"] as const;
type EngineKey = (typeof ENGINES)[number];

const agentJson = (engine: EngineKey): fc.Arbitrary<JsonObject> =>
  fc
    .record({ sections: fc.option(list, { freq: 5, nil: undefined }), overrides, variables, prompt: textOrNames, first: fc.option(textOrNames, { nil: undefined }), item: fc.option(textOrNames, { nil: undefined }), chat: fc.boolean() })
    .map(({ sections, overrides: texts, variables: values, prompt, first, item, chat }): JsonObject => {
      const main = engine === "llm_config" ? "general_prompt" : "global_prompt";
      const config: JsonObject = { ...(Object.keys(texts).length === 0 ? {} : { overrides: texts }), variables: values };
      return {
        ...(chat ? { channel: "chat" } : { voice_id: "11labs-Adrian" }),
        [engine]: {
          start_speaker: "agent",
          ...(sections === undefined ? { [main]: prompt, prompt_config: config } : { prompt_config: { sections, ...config } }),
          ...(engine === "llm_config" ? statesOf(first, item) : nodesOf(first, item)),
        },
      };
    });

function statesOf(first: Json | undefined, item: Json | undefined): JsonObject {
  return { ...(first === undefined ? {} : { begin_message: first }), ...(item === undefined ? {} : { starting_state: "one", states: [{ name: "one", state_prompt: item }] }) };
}

function nodesOf(first: Json | undefined, item: Json | undefined): JsonObject {
  const node = (id: string, words: Json): JsonObject => ({ id, type: "conversation", instruction: { type: "prompt", text: words }, display_position: { x: 1, y: 1 } });
  return { model_choice: { type: "cascading", model: "gpt-4.1" }, start_node_id: "first", nodes: [node("first", first ?? "Hello"), ...(item === undefined ? [] : [node("one", item)])] };
}

/** What only one workspace says. */
const overlayJson = (engine: EngineKey): fc.Arbitrary<Json> =>
  fc.oneof(
    fc.constantFrom<Json>({ [engine]: { prompt_config: { variables: { name: "Eve" } } } }, { webhook_url: "https://example.com" }),
    text.map((tasks): Json => ({ [engine]: { prompt_config: { overrides: { tasks } } } })),
    list.map((sections): Json => ({ [engine]: { prompt_config: { sections } } })),
    textOrNames.map((words): Json => ({ [engine]: engine === "llm_config" ? { begin_message: words } : { nodes: [{ id: "first", instruction: { text: words } }] } })),
  );

const layout = fc.record({ indent: fc.constantFrom<string | number>(2, "\t"), eol: fc.constantFrom("\n", "\r\n"), final: fc.boolean(), mark: fc.boolean() });

function written(content: string, how: { readonly eol: string; readonly final: boolean; readonly mark: boolean }): string {
  return `${how.mark ? "\uFEFF" : ""}${content.replaceAll("\n", how.eol)}${how.final ? how.eol : ""}`;
}

/** A project whose agents are all about their prompts. */
export interface PromptProject {
  readonly files: ProjectFiles;
  readonly workspaces: readonly string[];
}

const AGENTS = ["alpha", "beta", "gamma"] as const;

/** One to three agents with shared and own sections, overrides, variables, overlays, one or two productions. */
export const promptProjects: fc.Arbitrary<PromptProject> = fc.constantFrom<readonly [Json, readonly string[]]>([SINGLE, ["staging", "production"]], [MULTI, ["staging", "prod-eu", "prod-us"]], [ONE_OF_MANY, ["staging", "prod-eu"]]).chain(([json, workspaces]) => {
  const sections = fc.tuple(text, text, text, text, ...SECTIONS.map(() => layout)).map(([hi, rules, tasks, own, ...how]) => {
    const texts: Readonly<Record<string, string>> = { "base/hi": hi, rules, twin: rules, tasks, void: "", "alpha/own": own };
    return SECTIONS.map((name, index) => [`prompts/${name}.${index % 2 === 0 ? "txt" : "md"}`, written(texts[name] ?? "", how[index] ?? { eol: "\n", final: true, mark: false })] as const);
  });
  const agent = (name: string) =>
    fc.constantFrom(...ENGINES).chain((engine) =>
      fc.record({ config: agentJson(engine), overlays: fc.tuple(...workspaces.map(() => fc.option(overlayJson(engine), { freq: 2 }))), how: layout, isOwnFile: fc.boolean() }).map(({ config, overlays, how, isOwnFile }) => {
        const flow = isOwnFile ? config["conversation_flow"] : undefined;
        return [
          [`agents/${name}/agent.json`, written(JSON.stringify(flow === undefined ? config : { ...config, conversation_flow: "./flow.json" }, null, how.indent), how)] as const,
          ...(flow === undefined ? [] : [[`agents/${name}/flow.json`, written(JSON.stringify(flow, null, how.indent), how)] as const]),
          ...overlays.flatMap((patch, index) => (patch === null ? [] : [[`agents/${name}/agent.${workspaces[index] ?? ""}.json`, written(JSON.stringify(patch, null, how.indent), how)] as const])),
        ];
      }),
    );
  return fc
    .tuple(sections, fc.integer({ min: 1, max: AGENTS.length }).chain((count) => fc.tuple(...AGENTS.slice(0, count).map(agent))))
    .map(([texts, agents]) => ({ workspaces, files: filesOf(Object.fromEntries([...texts, ...agents.flat()]), json) }));
});

/** One thing that somebody does to a text; `pieces` are the built sections, `values` those of variables. */
export interface TextEdit {
  readonly kind: string;
  readonly change: (before: string, parts: { readonly pieces: readonly string[]; readonly values: readonly string[] }) => string;
}

const typed = fc.constantFrom("New", "two words", " ", "\n", "\n\nA paragraph.\n\n", "Ann", "{{name}}", "{{x}}", "{", "😀", "ש", "\u0301", "OVERRIDE", "\r\n");
const at = fc.nat(1_000);
const within = (position: number, length: number): number => position % (length + 1);
const pick = <T>(items: readonly T[], position: number): T | undefined => items[position % Math.max(1, items.length)];

function lineEdit(kind: string, change: (lines: readonly string[], index: number, by: string) => readonly string[]): fc.Arbitrary<TextEdit> {
  return fc.tuple(at, typed).map(([position, by]) => ({ kind, change: (before) => { const lines = before.split("\n"); return change(lines, position % lines.length, by).join("\n"); } }));
}

export const textEdits: fc.Arbitrary<TextEdit> = fc.oneof(
  fc.tuple(at, fc.nat(6), typed).map(([position, length, by]): TextEdit => ({ kind: "characters", change: (before) => { const start = within(position, before.length); return before.slice(0, start) + by + before.slice(start + length); } })),
  fc.tuple(at, fc.nat(3)).map(([position, length]): TextEdit => ({ kind: "deleted characters", change: (before) => { const start = within(position, before.length); return before.slice(0, start) + before.slice(start + length + 1); } })),
  fc.tuple(at, typed).map(([position, by]): TextEdit => ({ kind: "word", change: (before) => { const words = [...before.matchAll(/[\p{L}\p{N}]+/gu)]; const word = pick(words, position); return word === undefined ? by : before.slice(0, word.index) + by + before.slice(word.index + word[0].length); } })),
  lineEdit("line replaced", (lines, index, by) => lines.with(index, by)),
  lineEdit("line removed", (lines, index) => lines.toSpliced(index, 1)),
  lineEdit("line inserted", (lines, index, by) => lines.toSpliced(index, 0, by)),
  lineEdit("every line", (lines, _, by) => lines.map((one) => (one === "" ? one : `${by} ${one}`))),
  fc.tuple(at, typed).map(([position, by]): TextEdit => ({ kind: "at a boundary", change: (before, { pieces }) => { const ends = pieces.map((_, index) => pieces.slice(0, index + 1).join("\n\n").length); const end = pick(ends, position) ?? 0; const place = Math.min(before.length, end + (position % 3)); return before.slice(0, place) + by + before.slice(place); } })),
  at.map((position): TextEdit => ({ kind: "section removed", change: (before, { pieces }) => (pieces.length < 2 ? before : pieces.toSpliced(position % pieces.length, 1).join("\n\n")) })),
  at.map((position): TextEdit => ({ kind: "separator removed", change: (before, { pieces }) => { const index = position % pieces.length; return pieces.slice(0, index + 1).join("\n\n") + (index + 1 < pieces.length ? `\n${pieces.slice(index + 1).join("\n\n")}` : ""); } })),
  fc.tuple(at, at).map(([a, b]): TextEdit => ({ kind: "sections swapped", change: (_, { pieces }) => { const [i, j] = [a % pieces.length, b % pieces.length]; return pieces.with(i, pieces[j] ?? "").with(j, pieces[i] ?? "").join("\n\n"); } })),
  fc.constant<TextEdit>({ kind: "emptied", change: () => "" }),
  fc.tuple(at, typed).map(([position, by]): TextEdit => ({ kind: "one of two alike", change: (before, { pieces }) => { const piece = pick(pieces, position) ?? ""; const place = before.lastIndexOf(piece); return piece === "" ? before : `${before.slice(0, place)}${by} ${piece}${before.slice(place + piece.length)}`; } })),
);

/** Another text wherever the value of a variable stands, in all prompts of the agent; `only` leaves some prompts as they are. */
export const valueEdits: fc.Arbitrary<{ readonly which: number; readonly by: string; readonly only: number }> = fc.record({ which: at, by: fc.constantFrom("Bob", "Bob Lee", "Globex", "{{x}} y", "OVERRIDE", "", "Ann", "Zoë 😀"), only: fc.constantFrom(0, 0, 0, 1, 2) });
