import { describe, expect, test } from "@jest/globals";
import { ConcurrencyRegistry } from "@retell-actions/lab/runner/concurrency";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FakeHost, printed, runText, temporaryFolder } from "./support.ts";

const job = (id: string, run: string, extra = ""): string => `  ${id}:\n    runs-on: x\n${extra}    steps: [{ run: ${JSON.stringify(run)} }]\n`;
const conclusions = (run: Awaited<ReturnType<typeof runText>>): Record<string, string> => Object.fromEntries(Object.values(run.jobs).map((item) => [item.id, item.conclusion]));

describe("needs", () => {
  test("outputs, results and conditions along the graph", async () => {
    const text =
      "on: push\njobs:\n" +
      `  a:\n    runs-on: x\n    outputs: { x: "\${{ steps.s.outputs.x }}" }\n    steps: [{ id: s, run: 'echo x=1 >> "$GITHUB_OUTPUT"' }]\n` +
      job("b", "echo ${{ needs.a.outputs.x }} ${{ needs.a.result }}", "    needs: a\n") +
      job("bad", "exit 1") +
      job("after", "echo", "    needs: [a, bad]\n") +
      job("far", "echo", "    needs: after\n") +
      job("handler", "echo", "    needs: after\n    if: failure()\n") +
      job("gate", "echo ${{ join(needs.*.result, ' ') }}", "    needs: [a, bad, after]\n    if: always()\n") +
      job("behind", "echo", "    needs: gate\n");
    const run = await runText(text);
    expect(printed(run, "b")).toBe("1 success\n");
    expect(printed(run, "gate")).toBe("success failure skipped\n");
    // `behind` needs only `gate`, but an ancestor failed: success() looks at all of them.
    expect(conclusions(run)).toEqual({ a: "success", b: "success", bad: "failure", after: "skipped", far: "skipped", handler: "success", gate: "success", behind: "skipped" });
    expect(run.conclusion).toBe("failure");
  });

  test("continue-on-error of a job: the run passes and dependents run", async () => {
    const run = await runText("on: push\njobs:\n" + job("a", "exit 1", "    continue-on-error: true\n") + job("b", "echo ${{ needs.a.result }}", "    needs: a\n"));
    expect(conclusions(run)).toEqual({ a: "failure", b: "success" });
    expect(run.conclusion).toBe("success");
  });

  test("a job that never started is shown by its name as written, without a matrix", async () => {
    const host = new FakeHost();
    const strategy = "    strategy: { matrix: { x: [1, 2] } }\n";
    await runText("on: push\njobs:\n" + job("a", "echo", "    if: false\n    name: Check\n") + job("b", "echo", `    if: false\n    name: "Check \${{ matrix.x }}"\n${strategy}`) + job("c", "echo", `    if: false\n${strategy}`), { host });
    expect(host.calls.filter((call) => call.startsWith("finishJob"))).toEqual(["finishJob Check skipped", "finishJob Check ${{ matrix.x }} skipped", "finishJob c skipped"]);
  });

  test("a run whose jobs are all skipped is skipped", async () => {
    expect((await runText("on: push\njobs:\n" + job("a", "echo", "    if: github.ref == 'x'\n"))).conclusion).toBe("skipped");
  });
});

describe("permissions", () => {
  test("each job's token has what the file grants it", async () => {
    const host = new FakeHost();
    await runText("on: push\npermissions: { contents: read }\njobs:\n" + job("a", "echo") + job("b", "echo", "    needs: a\n    permissions: { statuses: write }\n"), { host });
    expect(host.tokens.map((token) => [token.job.jobId, token.permissions])).toEqual([["a", { contents: "read" }], ["b", { statuses: "write" }]]);
  });
});

describe("matrix", () => {
  test("static, with names, index and outputs of the last leg", async () => {
    const host = new FakeHost();
    const text = `on: push\njobs:\n  a:\n    runs-on: x\n    strategy: { matrix: { w: [eu, us] }, max-parallel: 1 }\n    outputs: { last: "\${{ matrix.w }}" }\n    steps: [{ run: "echo \${{ matrix.w }} \${{ strategy.job-index }}/\${{ strategy.job-total }}" }]\n`;
    const run = await runText(text, { host });
    expect(run.jobs["a"]?.legs.map((leg) => [leg.name, leg.steps[0]?.stdout])).toEqual([["a (eu)", "eu 0/2\n"], ["a (us)", "us 1/2\n"]]);
    expect(run.jobs["a"]?.outputs).toEqual({ last: "us" });
    expect(host.calls.filter((call) => call.startsWith("startJob"))).toEqual(["startJob a (eu)", "startJob a (us)"]);
  });

  test("from the outputs of another job, with a name and an environment per leg", async () => {
    const host = new FakeHost();
    host.environmentSecrets = { production: { KEY: "p-key" }, staging: { KEY: "s-key" } };
    const matrix = JSON.stringify({ include: [{ workspace: "s", environment: "staging" }, { workspace: "p", environment: "production" }] });
    const text = `on: push
jobs:
  list:
    runs-on: x
    outputs: { matrix: '\${{ steps.s.outputs.m }}' }
    steps: [{ id: s, run: 'echo "m=$M" >> "$GITHUB_OUTPUT"', env: { M: '${matrix}' } }]
  deploy:
    needs: list
    runs-on: x
    name: Deploy \${{ matrix.workspace }}
    environment: \${{ matrix.environment }}
    strategy: { matrix: "\${{ fromJSON(needs.list.outputs.matrix) }}" }
    steps: [{ run: 'echo "$K"', env: { K: "\${{ secrets.KEY }}" } }]
`;
    const run = await runText(text, { host });
    expect(run.jobs["deploy"]?.legs.map((leg) => [leg.name, leg.environment, leg.steps[0]?.stdout])).toEqual([["Deploy s", "staging", "s-key\n"], ["Deploy p", "production", "p-key\n"]]);
    expect(run.jobs["deploy"]?.legs.map((leg) => leg.steps[0]?.log.includes("-key"))).toEqual([false, false]);
  });

  const failing = (extra: string): string => `on: push\njobs:\n  a:\n    runs-on: x\n    strategy: { max-parallel: 1, matrix: { n: [1, 2] }${extra} }\n    steps: [{ run: "exit \${{ matrix.n }}" }]\n`;

  test("fail-fast cancels the other legs, unless it is off", async () => {
    expect((await runText(failing(""))).jobs["a"]?.legs.map((leg) => leg.conclusion)).toEqual(["failure", "cancelled"]);
    expect((await runText(failing(", fail-fast: false"))).jobs["a"]?.legs.map((leg) => leg.conclusion)).toEqual(["failure", "failure"]);
  });

  test("a matrix that cannot be made fails the job with a reason", async () => {
    const run = await runText(`on: push\njobs:\n  a:\n    runs-on: x\n    strategy: { matrix: "\${{ fromJSON('{\\"include\\":[]}') }}" }\n    steps: [{ run: "true" }]\n`);
    expect(run.jobs["a"]).toMatchObject({ conclusion: "failure", reason: expect.stringContaining("at least one") });
  });
});

describe("environments", () => {
  const text = `on: push\njobs:\n  a:\n    runs-on: x\n    environment: { name: production, url: "https://x/\${{ steps.s.outputs.v }}" }\n    steps: [{ id: s, run: 'echo v=3 >> "$GITHUB_OUTPUT"' }]\n`;

  test("no secret and no token before the approval", async () => {
    const host = new FakeHost();
    const before: string[][] = [];
    host.approve = () => {
      before.push([...host.calls]);
      return Promise.resolve({ approved: true });
    };
    const run = await runText(text, { host });
    expect(before).toEqual([["startRun push refs/heads/main", "approval production"]]);
    expect(host.calls.slice(2)).toEqual(["startJob a", "secrets actions production", "finishJob a success", "finishRun 101 success"]);
    expect(run.jobs["a"]?.legs[0]).toMatchObject({ environment: "production", environmentUrl: "https://x/3" });
    expect(host.deployments.map((item) => [item.state, item.url])).toEqual([["in_progress", undefined], ["success", "https://x/3"]]);
  });

  test("a rejection fails the job before its first step; deployment: false leaves no record", async () => {
    const host = new FakeHost();
    host.approve = () => Promise.resolve({ approved: false, reason: "Rejected by ann" });
    expect((await runText(text, { host })).jobs["a"]).toMatchObject({ conclusion: "failure", reason: "Rejected by ann", steps: [] });
    expect(host.tokens).toEqual([]);
    const quiet = new FakeHost();
    await runText(text.replace("name: production,", "name: production, deployment: false,"), { host: quiet });
    expect(quiet.deployments).toEqual([]);
  });

  test("a run that is cancelled while it waits for approval ends", async () => {
    const host = new FakeHost();
    const controller = new AbortController();
    host.approve = () => {
      controller.abort();
      return new Promise(() => undefined);
    };
    const run = await runText(text, { host, signal: controller.signal });
    expect([run.conclusion, run.jobs["a"]?.conclusion]).toEqual(["cancelled", "cancelled"]);
  });
});

describe("cancel", () => {
  test("the running step is interrupted, always() steps and jobs still run, others are cancelled", async () => {
    const controller = new AbortController();
    const text =
      `on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: "echo ready; exec sleep 60"\n      - run: echo no\n      - run: echo \${{ job.status }}\n        if: always()\n      - run: echo c\n        if: cancelled()\n` +
      job("b", "echo", "    needs: a\n") +
      job("c", "echo", "    needs: a\n    if: always()\n");
    const run = await runText(text, {
      signal: controller.signal,
      timings: { interruptMs: 50, terminateMs: 50 },
      onSpawn: (child) => child.stdout?.on("data", (chunk: Buffer) => chunk.includes("ready") && controller.abort()),
    });
    expect(run.jobs["a"]?.steps.map((step) => step.conclusion)).toEqual(["cancelled", "skipped", "success", "success"]);
    expect(printed(run, "a", 2)).toBe("cancelled\n");
    expect(conclusions(run)).toEqual({ a: "cancelled", b: "cancelled", c: "success" });
    expect(run.conclusion).toBe("cancelled");
  });

  test("a running step with always() is left to finish", async () => {
    const controller = new AbortController();
    const folder = temporaryFolder();
    const text = `on: push\njobs:\n  a:\n    runs-on: x\n    if: always()\n    steps:\n      - run: "echo ready; while [ ! -e '${folder}/go' ]; do :; done; echo done"\n`;
    const run = await runText(text, {
      signal: controller.signal,
      onSpawn: (child) =>
        child.stdout?.on("data", (chunk: Buffer) => {
          if (!chunk.includes("ready") || existsSync(join(folder, "go"))) return;
          controller.abort();
          writeFileSync(join(folder, "go"), "");
        }),
    });
    expect(run.jobs["a"]).toMatchObject({ conclusion: "success", steps: [{ conclusion: "success", stdout: "ready\ndone\n" }] });
  });
});

describe("concurrency of runs", () => {
  /** A step that says it is ready and ends when the test creates a file. */
  function held(top: string, ofJob: string): { text: string; folder: string } {
    const folder = temporaryFolder();
    const text = `on: push\n${top}jobs:\n  a:\n    runs-on: x\n${ofJob}    steps: [{ run: "echo ready; while [ ! -e '${folder}/go' ]; do sleep 0.02; done" }]\n`;
    return { text, folder };
  }

  function start(text: string, concurrency: ConcurrencyRegistry, host: FakeHost) {
    let ready = (): void => undefined;
    const running = new Promise<void>((resolve) => (ready = resolve));
    const done = runText(text, { host, concurrency, timings: { interruptMs: 50, terminateMs: 50 }, onSpawn: (child) => child.stdout?.once("data", ready) });
    // A run that ends before its step starts must fail the test, not hang it.
    const early = done.then((run) => {
      if (run.conclusion === "startup_failure") throw new Error(run.reason);
    });
    return { running: Promise.race([running, early]), done };
  }

  test("queue: max on a job: three runs, one after the other, none lost", async () => {
    const { text, folder } = held("", "    concurrency: { group: 'deploy-${{ github.ref }}', queue: max }\n");
    const registry = new ConcurrencyRegistry();
    const host = new FakeHost();
    const first = start(text, registry, host);
    await first.running;
    const others = [start(text, registry, host), start(text, registry, host)];
    await registry.until("deploy-refs/heads/main", (state) => state.waiting.length === 2);
    writeFileSync(join(folder, "go"), "");
    expect((await Promise.all([first, ...others].map((item) => item.done))).map((run) => run.conclusion)).toEqual(["success", "success", "success"]);
  });

  test("single: the pending run in the middle is cancelled", async () => {
    const { text, folder } = held("concurrency: deploy\n", "    if: always()\n");
    const registry = new ConcurrencyRegistry();
    const host = new FakeHost();
    const first = start(text, registry, host);
    await first.running;
    const second = start(text, registry, host);
    await registry.until("deploy", (state) => state.waiting.length === 1);
    const third = start(text, registry, host);
    const lost = await second.done;
    expect(lost).toMatchObject({ conclusion: "cancelled", reason: expect.stringContaining("higher priority") });
    expect(lost.jobs["a"]?.conclusion).toBe("cancelled");
    writeFileSync(join(folder, "go"), "");
    expect([(await first.done).conclusion, (await third.done).conclusion]).toEqual(["success", "success"]);
  });

  test("cancel-in-progress: the newer run interrupts the older", async () => {
    const { text, folder } = held("concurrency: { group: check, cancel-in-progress: true }\n", "");
    const registry = new ConcurrencyRegistry();
    const host = new FakeHost();
    const first = start(text, registry, host);
    await first.running;
    const second = start(text, registry, host);
    expect((await first.done).conclusion).toBe("cancelled");
    await second.running;
    writeFileSync(join(folder, "go"), "");
    expect((await second.done).conclusion).toBe("success");
  });
});
