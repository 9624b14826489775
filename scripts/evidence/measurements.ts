import type { BenchReport } from "../bench/report.ts";
import type { FuzzReport } from "../fuzz/campaign.ts";
import type { MutantCount } from "../mutation/count-mutants.ts";
import type { Section } from "./section.ts";

/** A command that writes its findings as JSON (`--json <file>`), and how they become a section. */
export interface Measurement {
  /** Below `scripts/`. */
  readonly script: string;
  readonly section: (report: unknown) => Pick<Section, "title" | "text" | "tables" | "failures">;
}

const times = (value: number | null, digits = 2): string => (value === null ? "–" : `${value.toFixed(digits)} ×`);
const whole = (value: number): string => value.toLocaleString("en-US");

export const MEASUREMENTS: Readonly<Record<"fuzz" | "mutation" | "bench", Measurement>> = {
  fuzz: {
    script: "fuzz.ts",
    section: (given) => {
      const { seed, inputs, targets, failures } = given as FuzzReport;
      return {
        title: "Hostile and broken inputs",
        text:
          `${whole(inputs)} texts, made by grammars and by mutation of the committed corpus (seed ${seed}), were given to everything that reads somebody else's text. None may throw what is not its reader's own error, take ` +
          `more than a second of processor time, or change a prototype; readers must also keep their own promises, such as a position that lies in the text. ${failures.length === 0 ? "None did." : `${failures.length} did.`}`,
        tables: [{ header: ["", "inputs", "accepted", "refused", "failed", "slowest call"], rows: targets.map((one) => [one.target, whole(one.inputs), whole(one.accepted), whole(one.refused), whole(one.crashes), `${one.slowestMs.toFixed(0)} ms`]) }],
        failures: failures.map(({ target, message, file }) => `${target}: ${message} (${file})`),
      };
    },
  },
  mutation: {
    script: "mutation.ts",
    section: (given) => ({
      title: "Do the tests notice?",
      text:
        "The pure code that decides what is written was changed in one small place at a time (Stryker's mutators), and its tests of ring 1 were run. The score is the part of the changes that a test noticed; " +
        "changes that make no difference to anybody count as not noticed. Nothing is excluded from it.",
      tables: [{ header: ["", "changes", "noticed", "no end", "not noticed", "not reached", "score"], rows: (given as MutantCount[]).map((one) => [one.folder, ...[one.mutants, one.killed, one.timedOut, one.survived, one.noCoverage].map(whole), `${one.score.toFixed(1)} %`]) }],
      failures: [],
    }),
  },
  bench: {
    script: "bench.ts",
    section: (given) => {
      const { conditions, rows, notRun, bundles, releaseTreeMegabytes, longPrompt } = given as BenchReport;
      const table = (limits: boolean): Section["tables"] =>
        rows.some((one) => one.limits === limits)
          ? [
              {
                title: limits ? "With Retell's documented rate limits" : "Without rate limits",
                header: ["", "agents", "time", "to the floor", "faster than one process per agent", "CPU", "memory", "Retell calls", "GitHub calls", "up", "down", "lab busy"],
                rows: rows
                  .filter((one) => one.limits === limits)
                  .map((one) => [one.scenario, whole(one.agents), `${one.seconds.toFixed(1)} s`, times(one.timesFloor), `${times(one.timesNaive, 1)}${one.naiveExtrapolated && one.timesNaive !== null ? "*" : ""}`, `${one.cpuSeconds.toFixed(1)} s`, `${one.peakMegabytes.toFixed(0)} MB`, whole(one.retellCalls), whole(one.githubCalls), `${one.megabytesUp.toFixed(1)} MB`, `${one.megabytesDown.toFixed(1)} MB`, `${(one.labBusy * 100).toFixed(0)} %`]),
              },
            ]
          : [];
      return {
        title: "Speed and size",
        text: [
          `Committed bundles against servers that stand in for Retell (${conditions.latencyMilliseconds} ms latency) and GitHub (none), ${conditions.concurrency} requests at once, prompts of ${conditions.promptKilobytes} KB. Floor: ${conditions.floor}. ` +
            `One process per agent is a program that is started for each agent, one after the other, and makes two calls in sequence (* from ${conditions.naiveSample} agents, extrapolated). CPU is that of the action and its git processes; memory the peak of the action's own process. Where the lab was busy for much of the time, it has held the action up.`,
          "The actions keep Retell's documented limits by themselves. For the rows without limits their pacing was switched off in the loaded bundle, so these show what the rest costs; nobody can run them so.",
          ...(notRun.length === 0 ? [] : [`Not run: ${notRun.map(({ agents, why }) => `${whole(agents)} agents with limits (${why})`).join("; ")}.`]),
          ...(releaseTreeMegabytes === null ? [] : [`The tree of a release tag is ${releaseTreeMegabytes.toFixed(2)} MB compressed.`]),
        ].join("\n\n"),
        tables: [
          ...table(false),
          ...table(true),
          ...(bundles.length === 0 ? [] : [{ title: "Bundles", header: ["", "size", "compressed", "start to first line", "to an empty script"], rows: bundles.map((one) => [one.action, `${one.megabytes.toFixed(2)} MB`, `${one.gzipMegabytes.toFixed(2)} MB`, `${one.startMilliseconds.toFixed(0)} ms`, times(one.timesEmptyScript, 1)]) }]),
          ...(longPrompt.length === 0 ? [] : [{ title: "A very long prompt", header: ["", "here", "to reading and building it"], rows: longPrompt.map((one) => [one.what, `${one.value.toFixed(one.unit === "s" ? 2 : 0)} ${one.unit}`, times(one.timesBuild, 1)]) }]),
        ],
        failures: [],
      };
    },
  },
};
