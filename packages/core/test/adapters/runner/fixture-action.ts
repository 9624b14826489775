import { ActionError } from "../../../src/errors.ts";
import { runAction } from "../../../src/adapters/runner/run-action.ts";
import type { ActionReport } from "../../../src/adapters/runner/action-report.ts";

/** Run as a process of its own by run-action.test.ts; the `mode` input chooses what happens. */
await runAction({
  name: "fixture",
  readInputs: (reader) => ({
    mode: reader.oneOf("mode", ["pass", "fail", "refuse", "defect", "stray", "wait", "stuck", "large"], { default: "pass" }),
    count: reader.positiveInteger("max-count", { default: 3 }),
  }),
  async run({ inputs, log, cancellation, checkpoint, job }) {
    const report: ActionReport = {
      outcome: "deployed",
      reason: "ok",
      outputs: { "first-name": "a\nb" },
      result: { agents: [{ name: job.repository }] },
      summary: "## Summary",
      problems: [],
    };
    switch (inputs.mode) {
      case "fail": {
        const problem = { code: "some-code", severity: "error", file: "agents/a/agent.json", line: 3, column: 7, message: "Wrong.", hint: "Do right." } as const;
        return { ...report, outcome: "conflicts", reason: "conflict", problems: Array.from({ length: 12 }, () => problem) };
      }
      case "refuse":
        throw new ActionError("busy", "Another run holds it.\n::set-output name=x::y", { position: { file: "workspaces.json", line: 2 } });
      case "defect":
        throw new TypeError("oops\n::add-mask::a");
      case "stray":
        setImmediate(() => {
          throw new RangeError("stray");
        });
        return new Promise(() => undefined);
      case "large":
        return { ...report, result: { agents: Array.from({ length: 9000 }, (_, index) => ({ name: `agent-${index}`, class: "in-sync" })), total: 9000 }, summary: "line\n".repeat(300_000) };
      case "wait":
        log.info("waiting");
        await new Promise((resolve) => {
          const alive = setInterval(() => undefined, 1000);
          cancellation.signal.addEventListener("abort", () => {
            clearInterval(alive);
            resolve(undefined);
          });
        });
        return { ...report, outcome: "partially-deployed", reason: "cancelled" };
      case "stuck":
        checkpoint({ ...report, outcome: "partially-deployed", reason: "cancelled" });
        log.info("waiting");
        setInterval(() => undefined, 1000);
        return new Promise(() => undefined);
      default:
        return report;
    }
  },
});
