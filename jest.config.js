/** One configuration for every ring; `scripts/test.ts` chooses what runs. */
export default {
  testEnvironment: "node",
  extensionsToTreatAsEsm: [".ts"],
  transform: {
    "\\.ts$": ["@swc/jest", { jsc: { parser: { syntax: "typescript" }, target: "es2024", experimental: { keepImportAttributes: true } }, module: { type: "es6" } }],
  },
  roots: ["<rootDir>/packages", "<rootDir>/actions", "<rootDir>/scripts"],
  testMatch: ["**/test/**/*.test.ts"],
  modulePathIgnorePatterns: ["<rootDir>/dist/", "<rootDir>/build/"],
  // Most tests wait for child processes, so no core is kept free.
  maxWorkers: "100%",
  testTimeout: 60_000,
};
