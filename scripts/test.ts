/** Runs jest under Node 24 with ESM support; arguments are passed on (`npm test -- canonical`). */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const jest = fileURLToPath(new URL("../node_modules/jest/bin/jest.js", import.meta.url));
const result = spawnSync(
  process.execPath,
  ["--experimental-vm-modules", "--disable-warning=ExperimentalWarning", jest, "--no-watchman", ...process.argv.slice(2)],
  { cwd: root, stdio: "inherit" },
);
process.exitCode = result.status ?? 1;
