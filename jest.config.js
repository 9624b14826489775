import { availableParallelism } from "node:os";
import process from "node:process";

/** One configuration for every ring; `scripts/test.ts` chooses what runs. */
export default {
  testEnvironment: "node",
  extensionsToTreatAsEsm: [".ts"],
  transform: {
    "\\.ts$": ["@swc/jest", { jsc: { parser: { syntax: "typescript" }, target: "es2024", experimental: { keepImportAttributes: true } }, module: { type: "es6" } }],
  },
  roots: ["<rootDir>/packages", "<rootDir>/actions", "<rootDir>/scripts"],
  testMatch: ["**/test/**/*.test.ts"],
  // The demo's whole story takes minutes, and each of its workflows has tests of its own: `npm run prove:demo`.
  testPathIgnorePatterns: ["/node_modules/", ...(process.env["PROVE"] === "full" ? [] : ["/whole-story\\."])],
  modulePathIgnorePatterns: ["<rootDir>/dist/", "<rootDir>/build/"],
  // Most tests wait for child processes, and some for the time that a retry takes, so there is a worker more than cores.
  maxWorkers: availableParallelism() + 1,
  // Starting a process copies the page tables of the one that starts it: a worker that has grown to a gigabyte makes each git and
  // each bundle ten times as slow. Workers grow with every file they run, so a large one gives way to a new one.
  workerIdleMemoryLimit: "400MB",
  testTimeout: 240_000,
};
