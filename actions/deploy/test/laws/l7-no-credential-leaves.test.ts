import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { agentNamed, commentsIn } from "@retell-actions/lab/scene/look-at";
import { agentFile, sampleFiles } from "@retell-actions/lab/scene/sample-files";
import { KEYS, startScene, type RunOptions, type RunResult, type Scene } from "@retell-actions/lab/scene/scene";

const HOOK = 'whk+Zx91/"q&=%7 end';
const PEM = "line-one-of-a-key-4711\nline-two-of-a-key-4712\n";
const TYPED = {
  bearer: "Tq8fJw02LmPz77xK",
  password: "hunter2secret9",
  query: "Zz91kq04vb",
  prompt: "sk-proj-4fK29dLx81Qm7Zt0",
  header: "plainheadervalue0099",
} as const;

/** Every form in which a credential might show up. */
function forms(value: string): string[] {
  const bytes = Buffer.from(value);
  return [value, bytes.toString("base64"), bytes.toString("base64").replace(/=+$/, ""), bytes.toString("base64url"), encodeURIComponent(value), JSON.stringify(value).slice(1, -1), bytes.toString("hex")];
}

const PLANTED = new Map<string, string[]>([
  ...Object.entries(KEYS).map(([name, key]): [string, string[]] => [`API key ${name}`, forms(key)]),
  ["secret://HOOK", forms(HOOK)],
  ["secret://PEM", [...forms(PEM.trim()), ...PEM.trim().split("\n").flatMap(forms)]],
  ...Object.entries(TYPED).map(([name, value]): [string, string[]] => [`typed into the console: ${name}`, forms(value)]),
]);

const tool = (headers: Record<string, string>): Record<string, unknown> => ({
  type: "custom", name: "lookup", description: "Looks up", url: "https://example.com/lookup", speak_after_execution: true, speak_during_execution: false, headers,
});
const sales = (voice_speed: number): string =>
  agentFile("sales", { agent: { voice_speed, webhook_url: "https://example.com/hook" }, llm: { general_tools: [tool({ Authorization: "secret://HOOK", "X-Certificate": "secret://PEM" })], begin_message: "Hi" } });
const support = (voice_speed: number): string => agentFile("support", { agent: { voice_speed, webhook_url: "secret://HOOK" } });

const SECRETS = { RETELL_SECRET_HOOK: HOOK, RETELL_SECRET_PEM: PEM };

/** What one run left behind, by kind. */
type Traces = Readonly<Record<string, string>>;

describe("L7: no credential leaves", () => {
  let scene: Scene;
  let folder: string;
  const runs: { readonly name: string; readonly run: RunResult; readonly traces: Traces }[] = [];
  let after: Traces;

  async function trace(name: string, start: (options: RunOptions) => Promise<RunResult>, options: RunOptions = {}): Promise<RunResult> {
    const runnerTemp = await mkdtemp(join(folder, "temp-"));
    const run = await start({ debug: true, runnerTemp, ...options, env: { ...SECRETS, ...options.env } });
    const files = await readdir(runnerTemp, { recursive: true, withFileTypes: true });
    const texts = await Promise.all(files.filter((file) => file.isFile()).map((file) => readFile(join(file.parentPath, file.name), "utf8")));
    // A mask is how the runner is told; it never shows these lines.
    const said = run.stdout.split("\n").filter((line) => !line.startsWith("::add-mask::")).join("\n");
    runs.push({ name, run, traces: { stdout: said, stderr: run.stderr, log: run.log, summary: run.summary, outputs: JSON.stringify(run.outputs), annotations: JSON.stringify(run.annotations), files: texts.join("\n") } });
    return run;
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "traces-"));
    scene = await startScene({ files: { ...sampleFiles({ other: {} }), "agents/sales/agent.json": sales(1), "agents/support/agent.json": support(1) } });
    const { staging, repository, faults } = scene;
    const deploy = (options: RunOptions): Promise<RunResult> => scene.deploy(options);
    await trace("first deployment", deploy);

    const ids = { sales: agentNamed(staging, "sales").id, support: agentNamed(staging, "support").id, other: agentNamed(staging, "other").id };
    staging.console.editLlm(ids.sales, {
      general_tools: [tool({ Authorization: `Bearer ${TYPED.bearer}`, "X-Custom": TYPED.header })],
      general_prompt: `Hello, how can I help you? Use ${TYPED.prompt} for the service.`,
    });
    staging.console.editAgent(ids.support, { webhook_url: `https://user:${TYPED.password}@example.com/hook?token=${TYPED.query}` });
    staging.console.editAgent(ids.other, { webhook_url: `https://user:${TYPED.password}@example.com/hook?token=${TYPED.query}` });
    await trace("deployment that only reports edits", deploy);

    await repository.commit({ branch: "faster", parent: "staging", files: { "agents/sales/agent.json": sales(1.2), "agents/support/agent.json": support(1.2), "prompts/shared/greeting.txt": "Good morning.\n" }, message: "Faster" });
    const { number } = await repository.openPullRequest({ head: "faster", base: "staging", title: "Faster" });
    await trace("check with conflicts", (options) => scene.validate({ ...options, pullRequest: number }));
    await trace("check without the secrets", (options) => scene.validate({ ...options, pullRequest: number }), { env: { RETELL_SECRET_HOOK: "", RETELL_SECRET_PEM: "" } });
    await repository.merge(number);
    await trace("deployment with conflicts", deploy);

    const echo = { error_message: `cannot be used: ${HOOK} ${encodeURIComponent(HOOK)} ${Buffer.from(HOOK).toString("base64")} ${PEM} Bearer ${TYPED.bearer} ${TYPED.prompt} https://user:${TYPED.password}@example.com?token=${TYPED.query} ${KEYS.staging}` };
    const isWrite = ({ service, write }: { service: string; write: boolean }): boolean => service === "retell" && write;
    faults.add({ matches: isWrite, action: { kind: "status", status: 400, body: echo } });
    await trace("writes refused with an echo", deploy, { inputs: { "on-console-edit": "overwrite" } });
    faults.reset();
    faults.add({ matches: ({ service, path }) => service === "retell" && path.startsWith("/get-agent/"), action: { kind: "status", status: 400, body: JSON.stringify(echo) } });
    await trace("reads refused with an echo", deploy, { inputs: { "on-console-edit": "overwrite" } });
    faults.reset();
    await trace("keys that differ by a line break", deploy, { inputs: { "dry-run": "true" }, env: { RETELL_STAGING_API_KEY: `${KEYS.staging}\n` } });
    await trace("deployment that keeps edits", deploy, { inputs: { "on-console-edit": "keep", agents: "support" } });
    await trace("deployment that overwrites", deploy, { inputs: { "on-console-edit": "overwrite" } });
    await trace("secret with another value", deploy, { env: { RETELL_SECRET_HOOK: `${HOOK}-rotated` } });

    const { stdout } = await repository.git.run(["log", "-p", "--all", "--format=%H%n%an%n%cn%n%B"]);
    after = { comments: commentsIn(scene), history: stdout.toString("utf8"), "GitHub requests": JSON.stringify(scene.github.requests.map(({ body, path, query }) => [path, query, body])) };
  });
  afterAll(async () => {
    await scene.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test("L7: the story took place: edits were reported, echoes were shown, secrets arrived in Retell", () => {
    expect(runs.map(({ name, run }) => [name, run.outputs["outcome"]])).toEqual([
      ["first deployment", "deployed"],
      ["deployment that only reports edits", "unchanged"],
      ["check with conflicts", "conflicts"],
      ["check without the secrets", "conflicts"],
      ["deployment with conflicts", "conflicts"],
      ["writes refused with an echo", "failed"],
      ["reads refused with an echo", "failed"],
      ["keys that differ by a line break", "planned"],
      ["deployment that keeps edits", "deployed"],
      ["deployment that overwrites", "deployed"],
      ["secret with another value", "deployed"],
    ]);
    expect(commentsIn(scene)).toContain("webhook_url");
    expect(runs.find(({ name }) => name === "writes refused with an echo")?.run.log).toContain("cannot be used");
    expect(agentNamed(scene.staging, "support").latest.agent["webhook_url"]).toBe(`${HOOK}-rotated`);
  });

  for (const [credential, texts] of PLANTED) {
    test(`L7: ${credential} is in no output, comment, commit or file`, () => {
      const found: string[] = [];
      for (const { name, traces } of [...runs, { name: "in the end", traces: after }]) {
        for (const [kind, text] of Object.entries(traces)) {
          for (const form of texts) if (text.includes(form)) found.push(`${name}: ${kind}: ${text.slice(Math.max(0, text.indexOf(form) - 60), text.indexOf(form) + form.length + 20)}`);
        }
      }
      expect(found).toEqual([]);
    });
  }

  test("L7: no job token is in any output", () => {
    for (const { run } of runs) for (const text of [run.stdout.replace(/^::add-mask::.*$/gm, ""), run.stderr, run.summary, JSON.stringify(run.outputs)]) expect(text).not.toMatch(/ghs_[0-9a-f]{36}/);
    expect(Object.values(after).join("\n")).not.toMatch(/ghs_[0-9a-f]{36}/);
  });
});
