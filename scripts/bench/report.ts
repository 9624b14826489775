/** One scenario at one size. */
export interface Row {
  readonly scenario: string;
  readonly agents: number;
  readonly limits: boolean;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly peakMegabytes: number;
  readonly retellCalls: number;
  readonly githubCalls: number;
  readonly megabytesUp: number;
  readonly megabytesDown: number;
  /** Null where there are no calls to Retell. */
  readonly timesFloor: number | null;
  /** How many times faster than the naive way; null where there are no calls to Retell. */
  readonly timesNaive: number | null;
  /** Whether the naive way was measured in a part only. */
  readonly naiveExtrapolated: boolean;
  /** Part of the time in which the lab itself was at work; near 1 it held the action up. */
  readonly labBusy: number;
  readonly rounds: number;
}

/** One figure of the very long prompt. */
export interface LongPromptRow {
  readonly what: string;
  readonly value: number;
  readonly unit: "s" | "MB";
  readonly timesBuild: number;
}

/** What `--json` writes. */
export interface BenchReport {
  readonly conditions: { readonly latencyMilliseconds: number; readonly concurrency: number; readonly promptKilobytes: number; readonly floor: string; readonly naiveSample: number };
  readonly rows: readonly Row[];
  readonly notRun: readonly { readonly agents: number; readonly why: string }[];
  readonly bundles: readonly { readonly action: string; readonly megabytes: number; readonly gzipMegabytes: number; readonly startMilliseconds: number; readonly timesEmptyScript: number }[];
  readonly releaseTreeMegabytes: number | null;
  readonly longPrompt: readonly LongPromptRow[];
}
