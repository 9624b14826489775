import { describe, expect, test } from "@jest/globals";
import { ArtifactStore } from "@retell-actions/lab/runner/artifact-store";
import { FakeHost, printed, runText } from "./support.ts";

const job = (id: string, steps: readonly unknown[], extra = ""): string => `  ${id}:\n    runs-on: x\n${extra}    steps: ${JSON.stringify(steps)}\n`;
const upload = (inputs: Record<string, unknown>): unknown => ({ uses: "actions/upload-artifact@v7", with: inputs });
const download = (inputs: Record<string, unknown>): unknown => ({ uses: "actions/download-artifact@v8", with: inputs });
const conclusions = (run: Awaited<ReturnType<typeof runText>>): Record<string, string> => Object.fromEntries(Object.values(run.jobs).map((item) => [item.id, item.conclusion]));

describe("artifacts", () => {
  test("a folder travels from each leg of a matrix to the same leg of the next job, outside of the workspace", async () => {
    const strategy = "    strategy: { matrix: { w: [eu, us] } }\n";
    const run = await runText(
      "on: push\njobs:\n" +
        job("plan", [{ run: 'mkdir -p "$RUNNER_TEMP/plan/deep" && echo "of $W" > "$RUNNER_TEMP/plan/deep/print" && touch "$RUNNER_TEMP/plan/.hidden"', env: { W: "${{ matrix.w }}" } }, upload({ name: "plan-${{ matrix.w }}", path: "${{ runner.temp }}/plan" })], strategy) +
        job("deploy", [download({ name: "plan-${{ matrix.w }}", path: "${{ runner.temp }}/got" }), { run: 'cd "$RUNNER_TEMP/got" && cat deep/print && ls -A "$RUNNER_TEMP/got" "$GITHUB_WORKSPACE"' }], `    needs: plan\n${strategy}`),
    );
    expect(run.conclusion).toBe("success");
    expect(run.jobs["deploy"]?.legs.map(({ steps }) => steps[1]?.stdout.split("\n").filter((line) => /^of|deep|hidden/.test(line)))).toEqual([["of eu", "deep"], ["of us", "deep"]]);
  });

  test("a single file lies at the root; without a name all artifacts come in folders of their names", async () => {
    const run = await runText("on: push\njobs:\n" + job("a", [{ run: "mkdir x && echo one > x/f && echo two > x/.g" }, upload({ path: "x/f" }), upload({ name: "second", path: "x", "include-hidden-files": true }), download({ path: "all" }), { run: "cd all && find . -type f | sort" }]));
    expect(printed(run, "a", 4)).toBe("./artifact/f\n./second/.g\n./second/f\n");
  });

  test.each([
    ["warn", "success", "warning"],
    ["ignore", "success", undefined],
    ["error", "failure", "error"],
  ] as const)("if-no-files-found: %s", async (wanted, conclusion, level) => {
    const run = await runText("on: push\njobs:\n" + job("a", [upload({ path: "nothing", "if-no-files-found": wanted })]));
    expect(run.conclusion).toBe(conclusion);
    expect(run.jobs["a"]?.steps[0]?.annotations[0]?.level).toBe(level);
    expect(run.jobs["a"]?.steps[0]?.log).toContain("No files were found with the provided path: nothing");
  });

  test("what is not there, a second artifact of a name, a bad name, wildcards and unknown inputs fail the step", async () => {
    const file = { run: "echo > f" };
    const run = await runText(
      "on: push\njobs:\n" +
        job("absent", [download({ name: "nobody" })]) +
        job("twice", [file, upload({ name: "n", path: "f" }), upload({ name: "n", path: "f" })]) +
        job("over", [file, upload({ name: "o", path: "f" }), upload({ name: "o", path: "f", overwrite: true })]) +
        job("named", [file, upload({ name: "a/b", path: "f" })]) +
        job("wild", [file, upload({ path: "*" })]) +
        job("typo", [download({ nmae: "n" })]),
    );
    expect(conclusions(run)).toEqual({ absent: "failure", twice: "failure", over: "success", named: "failure", wild: "failure", typo: "failure" });
    expect(run.jobs["absent"]?.steps[0]?.log).toContain("Artifact not found for name: nobody");
    expect(run.jobs["twice"]?.steps[2]?.log).toContain("(409) Conflict");
  });

  test("another run sees none of them; another attempt of the run does, and may store its own under the same name", async () => {
    const artifacts = new ArtifactStore();
    const text = "on: push\njobs:\n" + job("a", [{ run: "echo $GITHUB_RUN_ATTEMPT > f" }, upload({ name: "n", path: "f" }), download({ name: "n", path: "got" }), { run: "cat got/f" }]);
    expect(printed(await runText(text, { artifacts }), "a", 3)).toBe("1\n");
    expect(printed(await runText(text, { artifacts, rerunOf: 101 }), "a", 3)).toBe("2\n");
    const late = "on: push\njobs:\n" + job("a", [download({ name: "n" })]);
    expect((await runText(late, { artifacts, rerunOf: 101 })).conclusion).toBe("success");
    expect((await runText(late)).conclusion).toBe("failure");
  });
});

describe("failed jobs run again", () => {
  const text =
    "on: push\njobs:\n" +
    job("list", [{ id: "s", run: 'echo x=$GITHUB_RUN_ATTEMPT >> "$GITHUB_OUTPUT"' }], "    outputs: { x: '${{ steps.s.outputs.x }}' }\n") +
    job("deploy", [{ run: 'echo "$W of $X"; test "$W" != us || test "$GITHUB_RUN_ATTEMPT" = 2', env: { W: "${{ matrix.w }}", X: "${{ needs.list.outputs.x }}" } }], "    needs: list\n    strategy: { fail-fast: false, matrix: { w: [eu, us, ap] } }\n") +
    job("sync", [{ run: "echo synced" }], "    needs: deploy\n") +
    job("apart", [{ run: "echo apart" }]);

  test("only those and what needs them; what succeeded stays with its outputs", async () => {
    const first = await runText(text);
    expect(conclusions(first)).toEqual({ list: "success", deploy: "failure", sync: "skipped", apart: "success" });
    const host = new FakeHost();
    const second = await runText(text, { host, rerunOf: 101, previous: first.jobs });
    expect(conclusions(second)).toEqual({ list: "success", deploy: "success", sync: "success", apart: "success" });
    expect(second.conclusion).toBe("success");
    expect(host.calls.filter((call) => call.startsWith("startJob"))).toEqual(["startJob deploy (us)", "startJob sync"]);
    expect(second.jobs["deploy"]?.legs.map(({ steps }) => steps[0]?.stdout)).toEqual(["eu of 1\n", "us of 1\n", "ap of 1\n"]);
  });

  test("without earlier jobs everything runs", async () => {
    const host = new FakeHost();
    await runText(text, { host, rerunOf: 101 });
    expect(host.calls.filter((call) => call.startsWith("startJob"))).toHaveLength(6);
  });
});

describe("secrets by a name from the matrix", () => {
  test("each leg reads its own; an absent one is empty", async () => {
    const host = new FakeHost();
    host.environmentSecrets = { eu: { EU_KEY: "of eu" }, us: { US_KEY: "of us", EU_KEY: "not this one" } };
    const matrix = JSON.stringify({ include: [{ w: "eu", "key-env": "EU_KEY" }, { w: "us", "key-env": "US_KEY" }, { w: "us", "key-env": "" }] });
    const run = await runText(
      "on: push\njobs:\n" +
        job("list", [{ id: "s", run: 'echo "m=$M" >> "$GITHUB_OUTPUT"', env: { M: matrix } }], "    outputs: { m: '${{ steps.s.outputs.m }}' }\n") +
        job("a", [{ run: 'echo "[$KEY]" | tr a-z A-Z', env: { KEY: "${{ secrets[matrix.key-env] }}" } }], "    needs: list\n    environment: ${{ matrix.w }}\n    strategy: { matrix: '${{ fromJSON(needs.list.outputs.m) }}' }\n"),
      { host },
    );
    expect(run.jobs["a"]?.legs.map(({ steps }) => steps[0]?.stdout)).toEqual(["[OF EU]\n", "[OF US]\n", "[]\n"]);
  });
});
