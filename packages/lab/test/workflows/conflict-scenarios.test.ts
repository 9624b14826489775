/** The scenarios of conflicts that the command line tool names, each from the console's edit to what Retell holds in the end. */
import { afterEach, describe, expect, jest, test } from "@jest/globals";
import { commandIn, digestOf, editInConsole, fieldsInRetell, isGreen, land, offences, propose, refusedMerge, reportOn, write } from "./conversation.ts";
import { CHECK, PROJECT, runsOf, sharedScene } from "./support.ts";

jest.setTimeout(180_000);

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
const pathOf = (name: string): string => `agents/${name}/agent.json`;

interface Look {
  readonly speed?: number;
  readonly temperature?: number;
  readonly sections?: readonly string[];
}

const SHARED = ["base/greeting", "support/intro"];

function agent(name: string, { speed = 1, temperature = 0.5, sections = SHARED }: Look = {}): string {
  const llm = { model_temperature: temperature, prompt_config: { sections, variables: { company: "Acme Corp" } } };
  return json({ agent_name: name, voice_id: "11labs-Adrian", voice_speed: speed, llm_config: llm });
}

const GREETING = "Hello! Welcome to {{company}} support.\nPlease hold the line.\n";
const INTRO = "We're here to help with any issues.\nAsk for the order number.\n";
const BUILT = "Hello! Welcome to Acme Corp support.\nPlease hold the line.\n\nWe're here to help with any issues.\nAsk for the order number.";
/** Agents with sections that no other one uses. */
const OWN: Readonly<Record<string, readonly string[]>> = { "prompt-by-hand": ["hand/greeting", "hand/intro"], several: ["several/greeting", "several/intro"] };
const NAMES = ["voice-kept", "voice-reverted", "prompt-kept", "prompt-reverted", ...Object.keys(OWN)];

const theScene = sharedScene({
  files: {
    "workspaces.json": PROJECT["workspaces.json"] ?? "",
    ...Object.fromEntries([SHARED, ...Object.values(OWN)].flatMap(([greeting = "", intro = ""]) => [[`prompts/${greeting}.txt`, GREETING], [`prompts/${intro}.txt`, INTRO]])),
    ...Object.fromEntries(NAMES.map((name) => [pathOf(name), agent(name, { sections: OWN[name] ?? SHARED })])),
  },
});

afterEach(() => expect(offences(theScene())).toEqual([]));

describe("scenarios of conflicts", () => {
  test("voice settings changed in the console: kept for one agent, reverted for the other, by one comment", async () => {
    const scene = theScene();
    const names = ["voice-kept", "voice-reverted"];
    for (const name of names) await editInConsole(scene, name, { agent: { voice_speed: 1.2 } });
    const { number, head, outcome, report } = await propose(scene, Object.fromEntries(names.map((name) => [pathOf(name), agent(name, { temperature: 0.6 })])));
    expect(outcome).toBe("conflicts");
    expect(report).toContain("## ⚠️ Conflicts Detected with staging Workspace");
    expect(report).toContain("### `voice-kept` is left alone\n\nSomebody changed agent.voice_speed in the Retell console.");
    expect(report.split("\n").filter((line) => line.startsWith("| `agent."))).toEqual(names.map(() => "| `agent.voice_speed` | console | `1` | `1` | `1.2` |"));
    expect(report).toContain("### Resolution Required\n\nWrite one of the lines below as a comment on this pull request.");
    expect(report).toContain("4 agents without changes: `prompt-by-hand`, `prompt-kept`, `prompt-reverted`, `several`.");
    expect(await refusedMerge(scene, number)).toBe(`405 Required status check "${CHECK}" is failing.`);

    const [keep, revert] = [commandIn(report, "/retell use-console staging voice-kept"), commandIn(report, "/retell use-git staging voice-reverted")];
    const decided = await write(scene, number, `Nice speed for the one, too fast for the other.\n\n${keep}\n${revert}`);
    expect([decided.outcome, decided.signs]).toEqual(["resolved", ["eyes", "+1"]]);
    expect(decided.answer).toMatch(/^## ✅ Decided\n\nAsked for by dana\. Committed as \[[0-9a-f]{7}\]\(\S+\) to `feature-\d+`\. Check of that commit: ✅ passed\.$/m);
    expect(decided.answer).toContain(`### ✅ \`${keep}\``);
    expect(decided.answer).toContain("| `voice-kept` | `staging` | `agent.voice_speed` | accepted from the console: it is in the files now |");
    expect(decided.answer).toContain("| `voice-reverted` | `staging` | `agent.voice_speed` | Git wins: the next deploy overwrites the console's value, if that is still the same |");
    expect(reportOn(scene, number)).toContain("## ✅ Validation Passed");
    expect(reportOn(scene, number)).toContain("| `agent.voice_speed` | console; Git wins | `1` | `1` | `1.2` |");
    expect(await scene.repository.readFile(head, pathOf("voice-kept"))).toBe(agent("voice-kept", { temperature: 0.6, speed: 1.2 }));
    expect(await scene.repository.readFile(head, pathOf("voice-reverted"))).toBe(agent("voice-reverted", { temperature: 0.6 }));

    expect(isGreen(scene, number)).toBe(true);
    expect(await land(scene, number)).toBe("deployed");
    expect(await fieldsInRetell(scene, "voice-kept")).toMatchObject({ voice_speed: 1.2, model_temperature: 0.6 });
    expect(await fieldsInRetell(scene, "voice-reverted")).toMatchObject({ voice_speed: 1, model_temperature: 0.6 });
  });

  test("prompt edited in the console: taken into the sections, overwritten, or written anew by hand", async () => {
    const scene = theScene();
    const { repository } = scene;
    const names = ["prompt-kept", "prompt-reverted", "prompt-by-hand"];
    const remote = "Hi there! This is Acme Corp customer service.\nPlease hold the line.\n\nHow can I help you today?\nAsk for the order number.";
    for (const name of names) await editInConsole(scene, name, { llm: { general_prompt: remote } });
    const { number, head, report } = await propose(scene, Object.fromEntries(names.map((name) => [pathOf(name), agent(name, { temperature: 0.6, sections: OWN[name] ?? SHARED })])));
    expect(report).toContain("| `llm.general_prompt` | console | (text) | as deployed | +2 −2 lines |");
    expect(report).toContain("`llm.general_prompt`, changed in the **Retell console** (+2 −2 lines). `prompts/base/greeting.txt` is also used by `prompt-reverted`, `voice-kept` and `voice-reverted`.");
    expect(report).toContain(
      [
        "```diff",
        "@@ prompts/base/greeting.txt:1 @@",
        "-Hello! Welcome to Acme Corp support.",
        "+Hi there! This is Acme Corp customer service.",
        "! [-Hello-]{+Hi there+}! [-Welcome to-]{+This is+} Acme Corp [-support-]{+customer service+}.",
        " Please hold the line.",
        " ",
        "@@ prompts/support/intro.txt:1 @@",
        "-We're here to help with any issues.",
        "+How can I help you today?",
        " Ask for the order number.",
        "```",
      ].join("\n"),
    );

    await runsOf(scene, () => repository.commit({ branch: head, files: { "prompts/hand/intro.txt": "How can I help you, and what is the order number?\n" }, message: "The best of both" }));
    expect(reportOn(scene, number)).toContain("| `llm.general_prompt` | **both** | (text) | +1 −2 lines | +2 −2 lines |");
    const before = await repository.files(head);
    const lines = [["use-console", "prompt-kept"], ["use-git", "prompt-reverted"], ["use-git", "prompt-by-hand"]].map(([verb, name]) => commandIn(reportOn(scene, number), `/retell ${verb} staging ${name}`));
    const decided = await write(scene, number, lines.join("\n"));
    expect([decided.outcome, isGreen(scene, number)]).toEqual(["resolved", true]);
    expect(decided.answer).toContain("- `prompts/base/greeting.txt` is used by other agents too, so it was copied to `prompts/prompt-kept/base/greeting.txt` for `prompt-kept`.");
    // The console has a text without sections; the files keep theirs, the variable included.
    expect((await repository.files(head)).filter((path) => !before.includes(path))).toEqual([
      "agents/prompt-by-hand/overwrite.staging.json",
      "agents/prompt-reverted/overwrite.staging.json",
      "prompts/prompt-kept/base/greeting.txt",
      "prompts/prompt-kept/support/intro.txt",
    ]);
    expect(await repository.readFile(head, "prompts/prompt-kept/base/greeting.txt")).toBe("Hi there! This is {{company}} customer service.\nPlease hold the line.\n");
    expect(await repository.readFile(head, "prompts/prompt-kept/support/intro.txt")).toBe("How can I help you today?\nAsk for the order number.\n");
    expect(await repository.readFile(head, pathOf("prompt-kept"))).toBe(agent("prompt-kept", { temperature: 0.6, sections: ["prompt-kept/base/greeting", "prompt-kept/support/intro"] }));
    expect([await repository.readFile(head, "prompts/base/greeting.txt"), await repository.readFile(head, "prompts/support/intro.txt")]).toEqual([GREETING, INTRO]);

    expect(await land(scene, number)).toBe("deployed");
    expect((await fieldsInRetell(scene, "prompt-kept"))["general_prompt"]).toBe(remote);
    expect((await fieldsInRetell(scene, "prompt-reverted"))["general_prompt"]).toBe(BUILT);
    expect((await fieldsInRetell(scene, "prompt-by-hand"))["general_prompt"]).toBe("Hello! Welcome to Acme Corp support.\nPlease hold the line.\n\nHow can I help you, and what is the order number?");
  });

  test("several fields changed on both sides: looked at in full, then picked field by field", async () => {
    const scene = theScene();
    const { repository } = scene;
    const live = BUILT.replace("order number.", "order number first.");
    await editInConsole(scene, "several", { agent: { voice_speed: 1.2 }, llm: { model_temperature: 0.9, general_prompt: live } });
    const sections = OWN["several"] ?? [];
    const { number, head, report } = await propose(scene, { [pathOf("several")]: agent("several", { temperature: 0.7, sections }), "prompts/several/greeting.txt": GREETING.replace("Hello", "Good day") });
    expect(report).toContain("Git and the Retell console changed llm.general_prompt, llm.model_temperature differently.");
    expect(report).toContain(
      [
        "| `llm.general_prompt` | **both** | (text) | +1 −1 lines | +1 −1 lines |",
        "| `llm.model_temperature` | **both** | `0.5` | `0.7` | `0.9` |",
        "| `agent.voice_speed` | console | `1` | `1` | `1.2` |",
      ].join("\n"),
    );
    const full = await write(scene, number, commandLineIn(report, "/retell diff --full staging several"));
    expect([full.outcome, full.signs]).toEqual(["answered", ["eyes", "+1"]]);
    expect(full.answer).toContain("## 💬 Answer");
    for (const [side, text] of [["Last deployed", BUILT], ["Git", BUILT.replace("Hello", "Good day")], ["Retell console", live]] as const) {
      expect(full.answer).toContain(`<details><summary>${side}: whole <code>llm.general&#95;prompt</code></summary>\n\n\`\`\`text\n${text}\n\`\`\``);
    }
    expect(full.answer).toContain("To decide field by field, write names of fields before the `@`, as the tables have them");

    const digest = digestOf(commandIn(full.answer, "/retell use-git staging several"));
    const decided = await write(scene, number, [`/retell use-console several agent.voice_speed ${digest}`, `/retell use-git several llm.model_temperature ${digest}`, `/retell merge several llm.general_prompt ${digest}`].join("\n"));
    expect([decided.outcome, isGreen(scene, number)]).toEqual(["resolved", true]);
    expect(decided.answer.split("\n").filter((line) => line.startsWith("| `several`")).map((row) => row.split(" | ").slice(2, 4).join(" "))).toEqual([
      "`agent.voice_speed` accepted from the console: it is in the files now |",
      "`llm.model_temperature` Git wins: the next deploy overwrites the console's value, if that is still the same |",
      "`llm.general_prompt` merged of both sides: it is in the files now, and the next deploy overwrites the console's value with it, if that is still the same |",
    ]);
    expect(await repository.readFile(head, pathOf("several"))).toBe(agent("several", { speed: 1.2, temperature: 0.7, sections }));
    expect(await repository.readFile(head, "prompts/several/intro.txt")).toBe(INTRO.replace("number.", "number first."));
    expect(await repository.log(head)).toHaveLength((await repository.log("staging")).length + 2);

    expect(await land(scene, number)).toBe("deployed");
    expect(await fieldsInRetell(scene, "several")).toMatchObject({ voice_speed: 1.2, model_temperature: 0.7, general_prompt: live.replace("Hello", "Good day") });
  });

  // The last: everything was decided and deployed by now.
  test("no conflicts: everything is in sync, and says so with the time of the last deployment", async () => {
    const scene = theScene();
    const { number, outcome, report } = await propose(scene, { "README.md": "Our agents\n" });
    expect(outcome).toBe("passed");
    expect(report).toContain("## ✅ Validation Passed");
    const { answer, signs } = await write(scene, number, "/retell diff several\n/retell status");
    expect(signs).toEqual(["eyes", "+1"]);
    expect(answer).toContain("#### `several` in `staging`\n\n✅ No conflicts detected. Configuration is in sync with Retell.");
    expect(answer).toMatch(/#### Workspace `staging`\n\n✅ No conflicts detected\. Configuration is in sync with Retell\. Last deployed: \d{4}-\d\d-\d\d \d\d:\d\d UTC\.\n\nLast drift check: none is known\./);
    expect(answer.split("\n").filter((line) => line.includes(" | in sync | "))).toHaveLength(NAMES.length);
    expect(await land(scene, number)).toBe("unchanged");
  });
});

/** A line of the report, whether or not it bears a digest. */
function commandLineIn(report: string, line: string): string {
  expect(report.split("\n")).toContain(line);
  return line;
}
