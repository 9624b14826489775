/** The edge cases of the command line tool's `pull`: bringing what the console holds into the files. */
import { afterEach, describe, expect, jest, test } from "@jest/globals";
import { commandIn, editInConsole, fieldsInRetell, isGreen, land, offences, propose, refusedMerge, reportOn, write, writesIn } from "./conversation.ts";
import { CHECK, outputsOf, PROJECT, runsOf, sharedScene } from "./support.ts";

jest.setTimeout(180_000);

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
const pathOf = (name: string): string => `agents/${name}/agent.json`;

function flat(name: string, { prompt = "Greet the caller.\nAsk for the name.", speed = 1 }: { prompt?: string; speed?: number } = {}): string {
  return json({ agent_name: name, voice_id: "11labs-Adrian", voice_speed: speed, llm_config: { general_prompt: prompt } });
}

function built(name: string, { company = "Acme", speed = 1 }: { company?: string; speed?: number } = {}): string {
  const prompt = { sections: [`${name}/greeting`, `${name}/closing`], variables: { company } };
  return json({ agent_name: name, voice_id: "11labs-Adrian", voice_speed: speed, llm_config: { prompt_config: prompt } });
}

const GREETING = "Hello from {{company}}.\nHow can I help?\n";
const CLOSING = "Thanks for calling {{company}}.\n";

const theScene = sharedScene({
  files: {
    "workspaces.json": PROJECT["workspaces.json"] ?? "",
    ...Object.fromEntries(["pulled", "not-pulled", "overwritten", "ignored", "by-hand"].map((name) => [pathOf(name), flat(name)])),
    ...Object.fromEntries(["renamed", "joined"].flatMap((name) => [[pathOf(name), built(name)], [`prompts/${name}/greeting.txt`, GREETING], [`prompts/${name}/closing.txt`, CLOSING]])),
  },
});

afterEach(() => expect(offences(theScene())).toEqual([]));

describe("edge cases of pulling", () => {
  test("manual edits in the dashboard: a warning with the difference, and somebody decides whether to pull", async () => {
    const scene = theScene();
    const { repository } = scene;
    for (const name of ["pulled", "not-pulled"]) await editInConsole(scene, name, { llm: { general_prompt: "Greet the caller warmly.\nAsk for the name." } });
    const [drift] = await runsOf(scene, () => scene.person.dispatch("retell-drift-detection.yml", { branch: "develop", inputs: { workspace: "staging" } }));
    expect(outputsOf(drift, { job: "drift", step: "drift" })).toMatchObject({ outcome: "drift-detected", "drifted-agents": '{"staging":["not-pulled","pulled"]}' });
    const pull = repository.openPulls().find(({ head }) => head.ref === "retell/drift/staging");
    const body = pull?.body ?? "";
    expect(body).toContain("## Staging Configuration Drift Detected\n\nThis PR contains changes that were made directly in the **Retell Console**: 2 agents, 2 files.");
    expect(body).toContain("1. **Merge this PR** - Accept the remote changes into Git.");
    expect(body).toContain("| `llm.general_prompt` | console | (text) | as deployed | +1 −1 lines |");
    expect(body).toContain("```diff\n@@ agents/pulled/agent.json @@\n-Greet the caller.\n+Greet the caller warmly.\n Ask for the name.\n```");
    const number = pull?.number ?? 0;

    const decided = await write(scene, number, commandIn(body, "/retell use-git staging not-pulled"));
    expect([decided.outcome, isGreen(scene, number)]).toEqual(["resolved", true]);
    expect(await repository.readFile("retell/drift/staging", pathOf("pulled"))).toBe(flat("pulled", { prompt: "Greet the caller warmly.\nAsk for the name." }));
    expect(await repository.readFile("retell/drift/staging", pathOf("not-pulled"))).toBe(flat("not-pulled"));
    expect(await land(scene, number)).toBe("deployed");
    expect((await fieldsInRetell(scene, "pulled"))["general_prompt"]).toBe("Greet the caller warmly.\nAsk for the name.");
    expect((await fieldsInRetell(scene, "not-pulled"))["general_prompt"]).toBe("Greet the caller.\nAsk for the name.");
  });

  test("sections in the files, one flat text in the console: variables take their new values, and what fits nowhere is said and left open", async () => {
    const scene = theScene();
    const { repository } = scene;
    await editInConsole(scene, "renamed", { llm: { general_prompt: "Hello from Globex.\nHow can I help?\n\nThanks for calling Globex." } });
    await editInConsole(scene, "joined", { llm: { general_prompt: "Hello from Acme.\nHow can I help?\nThanks for calling Acme." } });
    const { number, head, outcome, report } = await propose(scene, { [pathOf("renamed")]: built("renamed", { speed: 1.1 }), [pathOf("joined")]: built("joined", { speed: 1.1 }) });
    expect(outcome).toBe("conflicts");
    const [renamed, joined] = ["renamed", "joined"].map((name) => commandIn(report, `/retell use-console staging ${name}`));
    const pulled = await write(scene, number, `${renamed}\n${joined}`);
    expect([pulled.outcome, pulled.signs, isGreen(scene, number)]).toEqual(["partially-resolved", ["eyes", "confused"], false]);
    expect(pulled.answer).toContain("## ⚠️ Carried Out in Part");
    expect(pulled.answer).toContain(`### ❌ \`${joined}\`\n\nNothing could be done. joined, llm.general_prompt: the blank line between the sections "joined/greeting" and "joined/closing" is gone, and the files always put one there. (\`unmappable\`)`);
    expect(pulled.answer).toContain("| `renamed` | `staging` | `llm.general_prompt` | accepted from the console: it is in the files now |");
    expect(await repository.readFile(head, pathOf("renamed"))).toBe(built("renamed", { company: "Globex", speed: 1.1 }));
    expect(await repository.readFile(head, "prompts/renamed/greeting.txt")).toBe(GREETING);
    expect(await repository.readFile(head, pathOf("joined"))).toBe(built("joined", { speed: 1.1 }));
    expect([await repository.readFile(head, "prompts/joined/greeting.txt"), await repository.readFile(head, "prompts/joined/closing.txt")]).toEqual([GREETING, CLOSING]);
    expect(await refusedMerge(scene, number)).toBe(`405 Required status check "${CHECK}" is failing.`);

    expect((await write(scene, number, commandIn(reportOn(scene, number), "/retell use-git staging joined"))).outcome).toBe("resolved");
    expect(isGreen(scene, number)).toBe(true);
    expect(await land(scene, number)).toBe("deployed");
    expect((await fieldsInRetell(scene, "renamed"))["general_prompt"]).toBe("Hello from Globex.\nHow can I help?\n\nThanks for calling Globex.");
    expect((await fieldsInRetell(scene, "joined"))["general_prompt"]).toBe("Hello from Acme.\nHow can I help?\n\nThanks for calling Acme.");
  });

  test("never deployed before: nothing can be pulled, and the answer says to deploy first", async () => {
    const scene = theScene();
    const { number, outcome, report } = await propose(scene, { [pathOf("newcomer")]: flat("newcomer") });
    expect(outcome).toBe("passed");
    expect(report).toContain("| `newcomer` | create | all |");
    const asked = await write(scene, number, "/retell use-console staging newcomer\n/retell diff newcomer");
    expect([asked.outcome, asked.signs]).toEqual(["refused", ["eyes", "confused"]]);
    expect(asked.answer).toContain("newcomer is not deployed yet, so the console cannot have changed it.");
    expect(await land(scene, number)).toBe("deployed");
    expect((await fieldsInRetell(scene, "newcomer"))["voice_speed"]).toBe(1);
  });

  test("both changed since the last deployment: overwrite the files, keep them, or resolve by hand", async () => {
    const scene = theScene();
    const { repository } = scene;
    const names = ["overwritten", "ignored", "by-hand"];
    for (const name of names) await editInConsole(scene, name, { llm: { general_prompt: "Greet the caller kindly.\nAsk for the name." } });
    const git = "Greet the caller briefly.\nAsk for the name.";
    const { number, head, report } = await propose(scene, Object.fromEntries(names.map((name) => [pathOf(name), flat(name, { prompt: git })])));
    expect(report).toContain("### `overwritten` is left alone\n\nGit and the Retell console changed llm.general_prompt differently.");
    expect(report).toContain("| `llm.general_prompt` | **both** | (text) | +1 −1 lines | +1 −1 lines |");
    expect(report).not.toContain("/retell merge");
    const decided = await write(scene, number, `${commandIn(report, "/retell use-console staging overwritten")}\n${commandIn(report, "/retell use-git staging ignored")}`);
    expect([decided.outcome, isGreen(scene, number)]).toEqual(["resolved", false]);
    expect(decided.answer).toContain("Check of that commit: ❌ conflicts.");
    // Leaving it undecided changes nothing anywhere.
    expect(await writesIn(scene, () => refusedMerge(scene, number))).toBe(0);
    await editInConsole(scene, "by-hand", { llm: { general_prompt: "Greet the caller kindly and briefly.\nAsk for the name." } });
    await runsOf(scene, () => repository.commit({ branch: head, files: { [pathOf("by-hand")]: flat("by-hand", { prompt: "Greet the caller kindly and briefly.\nAsk for the name." }) }, message: "Agreed in both places" }));
    expect(reportOn(scene, number)).toContain("## ✅ Validation Passed");
    expect(await land(scene, number)).toBe("deployed");
    expect((await fieldsInRetell(scene, "overwritten"))["general_prompt"]).toBe("Greet the caller kindly.\nAsk for the name.");
    expect((await fieldsInRetell(scene, "ignored"))["general_prompt"]).toBe(git);
    expect((await fieldsInRetell(scene, "by-hand"))["general_prompt"]).toBe("Greet the caller kindly and briefly.\nAsk for the name.");
  });
});
