import { execFileSync } from "node:child_process";
import { cpus, totalmem } from "node:os";

/** When, on what and on which commit something was measured. */
export interface Circumstances {
  /** ISO time of the start, to the minute. */
  readonly at: string;
  /** The full commit id; with `uncommitted` the working tree held changes beside it. */
  readonly commit: string;
  readonly uncommitted: boolean;
  /** `2 cores (Xeon …), 24 GB, node v24.0.0, linux`. */
  readonly machine: string;
  readonly command: string;
}

/** What holds while a command runs; asked for before it starts. The evidence itself does not count as a change. */
export function circumstances(root: string, command: string): Circumstances {
  const git = (...args: string[]): string => execFileSync("git", ["-C", root, ...args], { encoding: "utf8" }).trim();
  const cores = cpus();
  return {
    at: `${new Date().toISOString().slice(0, 16)}Z`,
    commit: git("rev-parse", "HEAD"),
    uncommitted: git("status", "--porcelain", "--", ".", ":!docs/evidence", ":!docs/evidence.md") !== "",
    machine: `${cores.length} cores (${cores[0]?.model ?? "unknown"}), ${Math.round(totalmem() / 2 ** 30)} GB, node ${process.version}, ${process.platform}`,
    command,
  };
}
