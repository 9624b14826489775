/**
 * Loaded into a measured action. When the action ends it writes what it has used, its own processes (git) included where
 * Linux tells; and where the lab has no limits, it takes the action's own pacing out of the bundle, which would keep to them.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { registerHooks } from "node:module";
import process from "node:process";

/** Ticks per second of /proc/<pid>/stat; the same on every Linux that GitHub's runners have. */
const TICKS = 100;
/** As `adapters/retell/pacing.ts` has it. */
const PACING = "const LIMITS = { list: 15, general: 100 };";

const { BENCH_USAGE: file, BENCH_UNPACED: unpaced } = process.env;
let replaced = 0;

/** CPU seconds of the processes that this one has started and awaited. Fields 16 and 17 of proc(5). */
function ofChildren() {
  try {
    const stat = readFileSync("/proc/self/stat", "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[13]) + Number(fields[14])) / TICKS;
  } catch {
    return 0;
  }
}

if (unpaced !== undefined) {
  registerHooks({
    load(url, context, next) {
      const loaded = next(url, context);
      if (!url.startsWith("file:") || loaded.source == null) return loaded;
      const source = loaded.source.toString();
      if (!source.includes(PACING)) return loaded;
      replaced += 1;
      return { ...loaded, source: source.replace(PACING, "const LIMITS = { list: Infinity, general: Infinity };") };
    },
  });
}
if (file !== undefined) {
  process.on("exit", () => {
    const own = process.resourceUsage();
    const cpuSeconds = (own.userCPUTime + own.systemCPUTime) / 1e6 + ofChildren();
    writeFileSync(file, JSON.stringify({ cpuSeconds, peakMegabytes: own.maxRSS / 1024, isUnpaced: replaced === 1 }));
  });
}
