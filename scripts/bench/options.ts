import { parseArgs } from "node:util";

export interface BenchOptions {
  readonly sizes: readonly number[];
  /** Part of a name: of a scenario, `bundles` or `long prompt`; everything if empty. */
  readonly only: string;
  /** With Retell's limits, without them, or first without and then with them. */
  readonly limits: readonly boolean[];
  readonly rounds: number;
  /** Rows that take many minutes are measured too. */
  readonly all: boolean;
  /** Where the figures are written; undefined for nowhere. */
  readonly json: string | undefined;
}

export const USAGE = `npm run bench -- [options]
  --sizes 10,100     numbers of agents (10,100,1000,10000)
  --only drift       what has this in its name: a scenario, "bundles" or "long prompt"
  --limits off       without Retell's limits ("off"), with them ("on"), or "both"
  --rounds 3         runs of each scenario, of which the median counts (3, and 1 from 1,000 agents on or with limits)
  --all              also what takes many minutes: 10,000 agents with Retell's limits
  --json <file>      writes all figures
`;

export function readOptions(args: readonly string[]): BenchOptions | "help" {
  const { values } = parseArgs({
    args: [...args],
    options: {
      sizes: { type: "string", default: "10,100,1000,10000" },
      only: { type: "string", default: "" },
      limits: { type: "string", default: "both" },
      rounds: { type: "string", default: "3" },
      all: { type: "boolean", default: false },
      json: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) return "help";
  const numbers = (text: string): number[] => text.split(",").map(Number);
  const [sizes, [rounds = NaN]] = [numbers(values.sizes), numbers(values.rounds)];
  const limits = { both: [false, true], off: [false], on: [true] }[values.limits];
  if (limits === undefined || ![...sizes, rounds].every((number) => Number.isInteger(number) && number > 0)) throw new Error(USAGE);
  return { sizes, only: values.only, limits, rounds, all: values.all, json: values.json };
}
