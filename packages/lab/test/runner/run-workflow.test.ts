import { describe, expect, test } from "@jest/globals";
import { join } from "node:path";
import { bareRepository, FakeHost, git, printed, runText, temporaryFolder, writeAction } from "./support.ts";

/** A workflow of one job `a` with these steps (YAML list items, indented by six). */
function steps(text: string, top = ""): string {
  return `on: [push, pull_request, workflow_dispatch]\n${top}\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n${text}`;
}

describe("workflow file", () => {
  test("schema errors stop the run with line and column", async () => {
    const host = new FakeHost();
    const run = await runText(steps("      - run: true\n        bogus: 1\n"), { host });
    expect(run.conclusion).toBe("startup_failure");
    expect(run.faults[0]).toMatchObject({ line: 8, column: 9 });
    expect(run.reason).toContain("(Line: 8, Col: 9): Unexpected value 'bogus'");
    expect(host.calls.at(-1)).toBe("finishRun 101 startup_failure");
  });

  test.each([
    ["unknown needs", "on: push\njobs:\n  b: { runs-on: x, steps: [{ run: a }] }\n  a: { runs-on: x, needs: [gone], steps: [{ run: a }] }\n", "depends on unknown job 'gone'"],
    ["a cycle", "on: push\njobs:\n  r: { runs-on: x, steps: [{ run: a }] }\n  a: { runs-on: x, needs: b, steps: [{ run: a }] }\n  b: { runs-on: x, needs: a, steps: [{ run: a }] }\n", "cycle"],
    ["a context that does not exist there", steps("      - run: a\n        if: secrets.KEY == ''\n"), "Unrecognized named-value: 'secrets'"],
    ["what the lab lacks", "on: push\njobs:\n  a: { uses: './.github/workflows/x.yml' }\n", "does not support 'uses'"],
  ])("%s", async (_, text, reason) => {
    const run = await runText(text);
    expect(run.conclusion).toBe("startup_failure");
    expect(run.reason).toContain(reason);
  });

  test("an event that does not match starts nothing", async () => {
    const host = new FakeHost();
    const run = await runText("on: { push: { branches: [other] } }\njobs: { a: { runs-on: x, steps: [{ run: a }] } }\n", { host });
    expect(run).toMatchObject({ conclusion: "not_started", reason: "'main' does not pass the branches filter" });
    expect(host.calls).toEqual([]);
  });
});

describe("run steps", () => {
  test("bash -e, the environment's scopes, and nothing inherited", async () => {
    process.env["LAB_PARENT_SECRET"] = "leak";
    const run = await runText(
      steps("      - run: echo \"$W $J $S [$LAB_PARENT_SECRET] $GITHUB_JOB $CI\"\n        env: { S: \"${{ env.W }}-s\" }\n      - run: |\n          false\n          echo unreachable\n", "env: { W: w, J: lost }").replace("    steps:", "    env: { J: \"${{ github.event_name }}\" }\n    steps:"),
    );
    delete process.env["LAB_PARENT_SECRET"];
    expect(printed(run, "a")).toBe("w push w-s [] a true\n");
    expect(run.conclusion).toBe("failure");
    expect(run.jobs["a"]?.steps[1]?.stdout).toBe("");
  });

  test("the machine's variables reach scripts and actions, below every env: and outside the env context", async () => {
    const actions = temporaryFolder();
    writeAction(join(actions, "print"), "console.log(process.env.UNDER, process.env.OVER);");
    const text = steps('      - run: echo "$UNDER $OVER [${{ env.UNDER }}] $GITHUB_JOB"\n      - uses: acme/actions/print@v1\n', "env: { OVER: file }");
    const run = await runText(text, { machine: { UNDER: "machine", OVER: "machine", GITHUB_JOB: "machine" }, actions: { "acme/actions/": actions } });
    expect(printed(run, "a")).toBe("machine file [] a\n");
    expect(run.jobs["a"]?.steps[1]?.stdout).toBe("machine file\n");
  });

  test("text with two quotes and an expression (defect of 0.3.61)", async () => {
    const run = await runText(steps("      - run: echo 'a b' 'c' ${{ github.ref_name }}\n"));
    expect(printed(run, "a")).toBe("a b c main\n");
  });

  test("shell, working-directory and their defaults", async () => {
    const text = steps(
      "      - run: mkdir -p d\n        working-directory: .\n      - run: pwd; echo $0\n        shell: sh\n      - run: false | true\n        continue-on-error: true\n",
      "defaults: { run: { shell: bash, working-directory: d } }",
    );
    const run = await runText(text);
    expect(run.jobs["a"]?.steps[1]?.stdout).toMatch(/\/d\n.*\.sh\n$/);
    expect(run.jobs["a"]?.steps[2]).toMatchObject({ outcome: "failure", conclusion: "success" });
    expect(run.conclusion).toBe("success");
  });

  test("outputs, GITHUB_ENV and GITHUB_PATH reach later steps; the step's own env wins", async () => {
    const run = await runText(
      steps(`      - id: one
        run: |
          echo "x=1" >> "$GITHUB_OUTPUT"
          echo "E=from file" >> "$GITHUB_ENV"
          mkdir -p bin; printf '#!/bin/sh\\necho tool' > bin/mytool; chmod +x bin/mytool
          echo "$PWD/bin" >> "$GITHUB_PATH"
      - run: echo "$X $E \${{ env.E }}"; mytool
        env: { X: "\${{ steps.one.outputs.x }}" }
      - run: echo "$E"
        env: { E: own }
`),
    );
    expect(printed(run, "a", 1)).toBe("1 from file from file\ntool\n");
    expect(printed(run, "a", 2)).toBe("own\n");
    expect(run.jobs["a"]?.steps[0]?.outputs).toEqual({ x: "1" });
  });

  test("conditions after a failure", async () => {
    const run = await runText(
      steps(`      - id: bad
        run: exit 1
      - run: echo skipped
      - run: echo failure
        if: failure() && steps.bad.outcome == 'failure'
      - run: echo always
        if: always()
      - run: echo no
        if: cancelled()
      - run: echo no
        if: github.ref == 'refs/heads/main'
`),
    );
    expect(run.jobs["a"]?.steps.map((step) => step.conclusion)).toEqual(["failure", "skipped", "success", "success", "skipped", "skipped"]);
    expect(run.conclusion).toBe("failure");
  });

  test("a step over its time fails, later steps do not run", async () => {
    const run = await runText(steps("      - run: exec sleep 60\n        timeout-minutes: 1\n      - run: echo no\n"), { minuteMs: 30, timings: { interruptMs: 20, terminateMs: 20 } });
    const [first, second] = run.jobs["a"]?.steps ?? [];
    expect(first).toMatchObject({ conclusion: "failure" });
    expect(first?.annotations.at(-1)?.message).toBe("The action 'Run exec sleep 60' has timed out after 1 minutes.");
    expect(second?.conclusion).toBe("skipped");
  });

  test("a job over its time is cancelled", async () => {
    const text = steps("      - run: exec sleep 60\n      - run: echo last\n        if: always()\n").replace("    steps:", "    timeout-minutes: 1\n    steps:");
    const run = await runText(text, { minuteMs: 50, timings: { interruptMs: 20, terminateMs: 20 } });
    expect(run.jobs["a"]?.conclusion).toBe("cancelled");
    expect(run.jobs["a"]?.reason).toContain("exceeded the maximum execution time");
    expect(run.jobs["a"]?.steps[1]?.conclusion).toBe("success");
  });

  test("a fault of an expression fails the step and says which", async () => {
    const run = await runText(steps("      - run: echo ${{ fromJSON('nope') }}\n"));
    expect(run.jobs["a"]?.steps[0]?.annotations[0]?.message).toContain("fromJSON('nope')");
    expect(run.conclusion).toBe("failure");
  });
});

describe("secrets and masks", () => {
  test("secrets and the job's token are masked; an output that holds one never leaves the job", async () => {
    const host = new FakeHost();
    host.repositorySecrets = { KEY: "s3cr3t" };
    const text = `on: push
jobs:
  a:
    runs-on: x
    outputs: { leak: "\${{ steps.s.outputs.k }}", fine: ok }
    steps:
      - id: s
        run: |
          echo "$K $T"
          echo "k=$K" >> "$GITHUB_OUTPUT"
          echo "key $K" >> "$GITHUB_STEP_SUMMARY"
        env: { K: "\${{ secrets.KEY }}", T: "\${{ github.token }}" }
  b:
    runs-on: x
    needs: a
    steps: [{ run: 'echo "[$L] [$F]"', env: { L: "\${{ needs.a.outputs.leak }}", F: "\${{ needs.a.outputs.fine }}" } }]
`;
    const run = await runText(text, { host });
    expect(printed(run, "a")).toBe("*** ***\n");
    expect(run.jobs["a"]?.steps[0]?.summary).toBe("key ***\n");
    expect(printed(run, "b")).toBe("[] [ok]\n");
    expect(run.log).toContain("Skip output 'leak' since it may contain secret.");
    expect(run.log).not.toContain("s3cr3t");
  });

  test("a fork's pull request has no secrets and a token that only reads", async () => {
    const host = new FakeHost();
    host.repositorySecrets = { KEY: "s3cr3t" };
    const event = (repo: string) => ({ name: "pull_request", payload: { action: "opened", pull_request: { base: { ref: "main" }, head: { repo: { full_name: repo } } } } });
    const text = steps("      - run: echo \"[$K]\"\n        env: { K: \"${{ secrets.KEY }}\" }\n", "permissions: { contents: write, pull-requests: write }");
    const fork = await runText(text, { host, event: event("stranger/agents") });
    expect(fork.jobs["a"]?.steps[0]?.stdout).toBe("[]\n");
    await runText(text, { host, event: event("acme/agents") });
    expect(host.tokens.map((token) => token.permissions)).toEqual([
      { contents: "read", "pull-requests": "read" },
      { contents: "write", "pull-requests": "write" },
    ]);
    expect(host.calls.filter((call) => call.startsWith("secrets"))).toEqual(["secrets actions -"]);
  });

  test("Dependabot's runs see Dependabot's secrets", async () => {
    const host = new FakeHost();
    await runText(steps("      - run: echo\n"), { host, actor: "dependabot[bot]" });
    expect(host.calls).toContain("secrets dependabot -");
  });
});

describe("actions", () => {
  const folder = temporaryFolder();
  writeAction(`${folder}/echo`, `import { appendFileSync } from "node:fs"; appendFileSync(process.env.GITHUB_OUTPUT, "said=" + process.env.INPUT_TEXT + "\\n"); appendFileSync(process.env.GITHUB_STEP_SUMMARY, "sum"); console.log("::notice file=a.json,line=2::" + process.env.INPUT_TEXT)`, "inputs:\n  text: { description: t, default: none }");
  const actions = { "org/retell-actions/": folder };

  test("ours by prefix, at the root of a tag and below dist/ before a release", async () => {
    const run = await runText(
      steps(`      - id: e\n        uses: org/retell-actions/echo@v1\n        with: { text: "\${{ github.event_name }}" }\n      - uses: org/retell-actions/dist/echo@${"a".repeat(40)}\n      - run: echo "\${{ steps.e.outputs.said }}"\n`),
      { actions },
    );
    const [first, second] = run.jobs["a"]?.steps ?? [];
    expect(first).toMatchObject({ conclusion: "success", outputs: { said: "push" }, summary: "sum", annotations: [{ level: "notice", message: "push", file: "a.json", line: 2 }] });
    expect(second?.outputs).toEqual({ said: "none" });
    expect(printed(run, "a", 2)).toBe("push\n");
  });

  test.each([
    ["someone/else@v1", "the lab runs actions/checkout, org/retell-actions/*"],
    ["org/retell-actions/gone@v1", "no action.yml"],
    ["org/retell-actions/echo", "names no version"],
  ])("an unknown one fails the job before its first step: %s", async (uses, message) => {
    const run = await runText(steps(`      - run: echo first\n      - uses: ${uses}\n`), { actions });
    expect(run.jobs["a"]?.steps.map((step) => step.name)).toEqual(["Set up job"]);
    expect(run.log).toContain(message);
    expect(run.conclusion).toBe("failure");
  });

  test("checkout and a local action from the commit; post steps in reverse order", async () => {
    const bare = bareRepository();
    const clone = temporaryFolder();
    git(clone, "clone", "--quiet", bare.path, ".");
    writeAction(`${clone}/tools/act`, "console.log('main', process.env.STATE_x ?? ''); (await import('node:fs')).appendFileSync(process.env.GITHUB_STATE, 'x=kept\\n')");
    const { writeFileSync } = await import("node:fs");
    writeFileSync(`${clone}/tools/act/action.yml`, "name: a\ndescription: a\nruns:\n  using: node24\n  main: index.js\n  post: post.js\n");
    writeFileSync(`${clone}/tools/act/post.js`, "console.log('post', process.env.STATE_x)");
    git(clone, "add", ".");
    git(clone, "commit", "--quiet", "--message", "action");
    git(clone, "push", "--quiet");
    const run = await runText(steps("      - uses: actions/checkout@v6\n      - uses: ./tools/act\n      - run: cat n; exit 1\n"), {
      host: new FakeHost(`file://${bare.path}`),
      sha: git(clone, "rev-parse", "HEAD"),
    });
    const all = run.jobs["a"]?.steps ?? [];
    expect(all.map((step) => step.name)).toEqual(["Run actions/checkout@v6", "Run ./tools/act", "Run cat n; exit 1", "Post Run ./tools/act", "Post Run actions/checkout@v6"]);
    expect([all[1]?.log, all[3]?.log]).toEqual(["main \n", "post kept\n"]);
    expect(all[2]?.stdout).toBe("3");
  });
});

describe("dispatch", () => {
  const text = `on:\n  workflow_dispatch:\n    inputs:\n      dry: { type: boolean, default: false }\n      n: { type: number, default: 2 }\njobs: { a: { runs-on: x, if: "!inputs.dry", steps: [{ run: "echo \${{ inputs.n == 2 }} \${{ github.event.inputs.n == '2' }}" }] } }\n`;

  test("typed inputs in conditions, strings in the event", async () => {
    const run = await runText(text, { event: { name: "workflow_dispatch", payload: {} } });
    expect(printed(run, "a")).toBe("true true\n");
    const dry = await runText(text, { event: { name: "workflow_dispatch", payload: { inputs: { dry: "true" } } } });
    expect(dry.conclusion).toBe("skipped");
  });

  test("refused inputs start nothing", async () => {
    const run = await runText(text, { event: { name: "workflow_dispatch", payload: { inputs: { dry: "maybe" } } } });
    expect(run).toMatchObject({ conclusion: "not_started", reason: "Provided value 'maybe' for input 'dry' is not a valid boolean" });
  });
});

test("a re-run keeps the run's id and counts the attempt", async () => {
  const run = await runText(steps("      - run: echo $GITHUB_RUN_ID $GITHUB_RUN_ATTEMPT\n"), { rerunOf: 105 });
  expect(printed(run, "a")).toBe("105 2\n");
});
