/**
 * Runs jest under Node 24 with ESM support; arguments are passed on (`npm test -- canonical`). With `--full`, tests that
 * otherwise take a sample of their cases take all of them.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const jest = fileURLToPath(new URL("../node_modules/jest/bin/jest.js", import.meta.url));
const given = process.argv.slice(2);
const result = spawnSync(
  process.execPath,
  ["--experimental-vm-modules", "--disable-warning=ExperimentalWarning", jest, "--no-watchman", ...given.filter((argument) => argument !== "--full")],
  { cwd: root, stdio: "inherit", env: given.includes("--full") ? { ...process.env, PROVE: "full" } : process.env },
);
process.exitCode = result.status ?? 1;
