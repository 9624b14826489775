/**
 * One agent with a prompt of a megabyte in two hundred sections, and two thousand edits of the console in it: what it takes
 * to read and build the project, to merge the three texts, and to bring the edits back into their sections. Prints one
 * line of JSON, in seconds and megabytes; runs in a process of its own, whose memory is measured.
 */
import { adopt } from "@retell-actions/core/adopt/adopt";
import { mergeText } from "@retell-actions/core/merge/merge-text";
import type { ProjectFiles } from "@retell-actions/core/project/files";
import { validateProject } from "@retell-actions/core/project/validate-project";

const SECTIONS = 200;
const LINES = 100;
const VARIABLES = 50;
const EDITS = 2_000;

const sections = Array.from({ length: SECTIONS }, (_, index) => `long/part-${index}`);
const variables = Object.fromEntries(Array.from({ length: VARIABLES }, (_, index) => [`value_${index}`, `the value number ${index}`]));
const line = (section: number, number: number): string =>
  `Rule ${section}.${number}: the caller hears ${number % 10 === 0 ? `{{value_${(section + number) % VARIABLES}}}` : `sentence ${number}`} before the next step.`;
const files: ProjectFiles = new Map([
  ["workspaces.json", { kind: "file", text: '{"staging": {"api_key_env": "A"}, "production": {"api_key_env": "B"}}' }],
  ["agents/long/agent.json", { kind: "file", text: JSON.stringify({ agent_name: "Long", voice_id: "retell-Cimo", llm_config: { model: "gpt-4.1", prompt_config: { sections, variables } } }, null, 2) }],
  ...sections.map((name, section) => [`prompts/${name}.txt`, { kind: "file" as const, text: `${Array.from({ length: LINES }, (_, number) => line(section, number)).join("\n")}\n` }] as const),
]);

/** Changes every so many lines: words, whole lines, new ones, and lines that go. */
function edited(text: string, { every, from }: { readonly every: number; readonly from: number }): string {
  return text
    .split("\n")
    .flatMap((old, index) => {
      if (old === "" || index % every !== from) return [old];
      const kind = (index / every) % 4;
      if (kind < 1) return [old.replace("the caller", "each caller")];
      if (kind < 2) return [`${old} And then some.`];
      return kind < 3 ? [old, `A new line after ${index}.`] : [];
    })
    .join("\n");
}

function timed<T>(work: () => T): { readonly seconds: number; readonly value: T } {
  const started = performance.now();
  const value = work();
  return { seconds: (performance.now() - started) / 1000, value };
}

const built = timed(() => validateProject({ files, workingDirectory: "" }));
const memoryBefore = process.resourceUsage().maxRSS / 1024;
const before = String(built.value.desired.get("staging")?.get("long")?.content.llm?.["general_prompt"]);
const every = Math.floor((SECTIONS * LINES) / EDITS);
const live = edited(before, { every, from: 3 });
const merged = timed(() => mergeText({ base: before, git: edited(before, { every, from: 8 }), console: live }));
if (merged.value.text === undefined) throw new Error("the edits do not touch, so they merge");
const edit = { path: ["llm", "general_prompt"], name: "llm.general_prompt", live };
const adopted = timed(() => adopt({ files, workingDirectory: "", workspace: "staging", edits: new Map([["long", [edit]]]) }));
const result = adopted.value.agents.get("long");
if (result?.adopted.length !== 1) throw new Error(`not adopted: ${JSON.stringify(result?.unmappable)}`);

console.log(
  JSON.stringify({
    megabytes: Buffer.byteLength(before) / 1e6,
    edits: EDITS,
    build: built.seconds,
    merge: merged.seconds,
    adopt: adopted.seconds,
    memoryOfBuild: memoryBefore,
    memory: process.resourceUsage().maxRSS / 1024,
  }),
);
