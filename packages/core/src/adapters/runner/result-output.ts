import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { JsonObject } from "../../canonical/json.ts";

/** Outputs are limited to 1 MB a job, all steps together; counted here in bytes of UTF-8. */
const LARGEST_OUTPUT = 200 * 1024;

/** The `result` output: the whole result, or, where it is too large, without its lists; the file always has them. */
export function resultOutput(result: JsonObject): string {
  const whole = JSON.stringify(result);
  if (Buffer.byteLength(whole) <= LARGEST_OUTPUT) return whole;
  return JSON.stringify({ ...result, ...Object.fromEntries(Object.entries(result).flatMap(([key, value]) => (Array.isArray(value) ? [[key, []]] : []))), truncated: true });
}

/** Writes the whole result into a folder of its own below RUNNER_TEMP and returns the file's path. */
export function writeResultFile({ name, result, folder }: { name: string; result: JsonObject; folder: string | undefined }): string {
  const path = join(mkdtempSync(join(folder === undefined || folder === "" ? tmpdir() : folder, `retell-${name}-`)), "result.json");
  writeFileSync(path, `${JSON.stringify(result, null, 2)}\n`);
  return path;
}
