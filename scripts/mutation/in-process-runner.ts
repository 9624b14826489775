/**
 * Stryker's test runner for the pure tests: the tests are loaded once per process, and a mutant is switched on while those that
 * reach it run, the quick ones first. So a mutant takes milliseconds, where a run of jest takes seconds. For a mutant that counts
 * while modules are loaded, all modules are loaded anew.
 */
import { globSync, readFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import type { CoverageData, InstrumenterContext, MutantCoverage } from "@stryker-mutator/api/core";
import { declareFactoryPlugin, PluginKind } from "@stryker-mutator/api/plugin";
import { determineHitLimitReached, DryRunStatus, TestStatus, toMutantRunResult, type DryRunResult, type MutantRunOptions, type MutantRunResult, type TestResult, type TestRunner } from "@stryker-mutator/api/test-runner";
import { collectTests, type DeclaredTest } from "./jest-globals.ts";
import { loadAnew } from "./load-anew.ts";
import { LEFT_OUT, MUTATED_FOLDERS } from "./test-folders.ts";

/** The mutants that a test reaches, or that a test file reaches while it is loaded. */
interface Reached {
  readonly file: string;
  readonly test: string | undefined;
  readonly mutants: CoverageData;
}

/** Stryker stops a mutant at a hundred times the steps of all tests, since a failing property may be tried again; none is here. */
const SHARE_OF_HITS = 0.1;

function createRunner(): TestRunner {
  const root = process.cwd();
  const { next } = loadAnew(root);
  const mutation: InstrumenterContext = ((globalThis as { __stryker__?: InstrumenterContext }).__stryker__ ??= {});
  const files = globSync(MUTATED_FOLDERS.map((folder) => `packages/core/test/${folder}/**/*.test.ts`), { cwd: root }).sort();
  let tests: DeclaredTest[] = [];
  let isSpoilt = false;
  let finishers: (() => Promise<void>)[] = [];
  // Of the run without a mutant that each process begins with.
  let first: DryRunResult = { status: DryRunStatus.Complete, tests: [] };
  const times = new Map<string, number>();
  let reached: readonly Reached[] = [];

  const load = async (wanted: readonly string[] = files): Promise<void> => {
    await dispose();
    next();
    [tests, isSpoilt] = [[], false];
    for (const file of wanted) {
      // What a file runs while it is loaded is told apart by the file's name.
      mutation.currentTestId = file;
      const collected = await collectTests(file, () => import(pathToFileURL(`${root}/${file}`).href));
      tests.push(...collected.tests.filter(({ id }) => !LEFT_OUT.some((pattern) => pattern.test(id))));
      finishers.push(collected.finish);
    }
    delete mutation.currentTestId;
  };

  const dispose = async (): Promise<void> => {
    for (const finish of finishers) await finish();
    finishers = [];
  };

  const init = async (): Promise<void> => {
    await load();
    first = await run({ chosen: tests, bail: false });
    if (first.status === DryRunStatus.Complete) for (const { id, timeSpentMs } of first.tests) times.set(id, timeSpentMs);
    reached = Object.entries(mutation.mutantCoverage?.perTest ?? {}).map(([id, mutants]) => ({ file: fileOf(id), test: files.includes(id) ? undefined : id, mutants }));
  };

  const run = async ({ chosen, bail }: { chosen: readonly DeclaredTest[]; bail: boolean }): Promise<DryRunResult> => {
    const results: TestResult[] = [];
    for (const { id, file, run } of chosen) {
      mutation.currentTestId = id;
      const started = performance.now();
      const failure = await run().then(() => undefined, textOf);
      const told = { id, name: id, fileName: `${root}/${file}`, timeSpentMs: Math.round(performance.now() - started) };
      results.push(failure === undefined ? { ...told, status: TestStatus.Success } : { ...told, status: TestStatus.Failed, failureMessage: failure });
      if (failure !== undefined && bail) break;
    }
    delete mutation.currentTestId;
    return determineHitLimitReached(mutation.hitCount, mutation.hitLimit) ?? { status: DryRunStatus.Complete, tests: results };
  };

  /** The tests with these ids, or all that are loaded; by their time. */
  const choose = (ids: readonly string[] | undefined): DeclaredTest[] => {
    const wanted = ids === undefined ? undefined : new Set(ids);
    const timeOf = ({ id }: DeclaredTest): number => times.get(id) ?? 0;
    return tests.filter(({ id }) => wanted?.has(id) !== false).sort((a, b) => timeOf(a) - timeOf(b));
  };

  /**
   * The test files to load for a mutant, in the order in which they are tried. What counts while modules are loaded is looked for in
   * the tests beside the code first, then in all that run anything of it. Any other mutant meets the modules as they are, and only
   * if it survives a second time all of them anew: a fixture may remember what it was told before.
   */
  const attemptsFor = ({ testFilter, sandboxFileName }: MutantRunOptions): readonly (readonly string[] | undefined)[] => {
    if (testFilter !== undefined) return [undefined, files.filter((file) => testFilter.some((id) => fileOf(id) === file))];
    const inFile = new Set([...readFileSync(sandboxFileName, "utf8").matchAll(/stryMutAct_\w+\("(\d+)"\)/g)].map((match) => match[1]));
    const reaching = new Set(reached.filter(({ mutants }) => Object.keys(mutants).some((mutant) => inFile.has(mutant))).map(({ file }) => file));
    const beside = `packages/core/test/${basename(dirname(sandboxFileName))}/`;
    return [files.filter((file) => file.startsWith(beside)), reaching.size > 0 ? files.filter((file) => reaching.has(file)) : files];
  };

  const mutantRun = async (options: MutantRunOptions): Promise<MutantRunResult> => {
    const { activeMutant, hitLimit, testFilter, disableBail } = options;
    if (isSpoilt && testFilter !== undefined) await load();
    Object.assign(mutation, { activeMutant: activeMutant.id }, hitLimit === undefined ? {} : { hitLimit: hitLimit * SHARE_OF_HITS, hitCount: 0 });
    let result: DryRunResult = { status: DryRunStatus.Complete, tests: [] };
    for (const wanted of attemptsFor(options)) {
      result = await (wanted === undefined ? Promise.resolve() : load(wanted)).then(() => run({ chosen: choose(testFilter), bail: !disableBail }), failedToLoad);
      isSpoilt ||= wanted !== undefined;
      if (!isSurvivor(result)) break;
    }
    delete mutation.activeMutant;
    delete mutation.hitLimit;
    delete mutation.hitCount;
    // What a mutant has broken for good, in a module's memory or a shared fixture, must not count against the next one.
    isSpoilt ||= result.status !== DryRunStatus.Complete || (await stillFails(result.tests));
    return toMutantRunResult(result, disableBail);
  };

  const stillFails = async (results: readonly TestResult[]): Promise<boolean> => {
    const failed = results.filter(({ status }) => status === TestStatus.Failed).map(({ id }) => id);
    const again = await run({ chosen: choose(failed), bail: true });
    return again.status !== DryRunStatus.Complete || again.tests.some(({ status }) => status === TestStatus.Failed);
  };

  return {
    capabilities: () => ({ reloadEnvironment: true }),
    init,
    dispose,
    dryRun: () => Promise.resolve(first.status === DryRunStatus.Complete ? { ...first, mutantCoverage: coverageOf(reached) } : first),
    mutantRun,
  };
}

/** As Stryker counts: what is reached while files are loaded is of no test. */
function coverageOf(reached: readonly Reached[]): MutantCoverage {
  const perTest = Object.fromEntries(reached.flatMap(({ test, mutants }) => (test === undefined ? [] : [[test, mutants] as const])));
  const loaded = new Map<string, number>();
  for (const { test, mutants } of reached) if (test === undefined) for (const [mutant, hits] of Object.entries(mutants)) loaded.set(mutant, (loaded.get(mutant) ?? 0) + hits);
  return { static: Object.fromEntries(loaded), perTest };
}

const isSurvivor = (result: DryRunResult): boolean => result.status === DryRunStatus.Complete && result.tests.every(({ status }) => status !== TestStatus.Failed);

/** The file of a test. */
const fileOf = (id: string): string => id.split(" › ")[0] ?? id;

/** A project that cannot even be loaded has not passed its tests. */
function failedToLoad(error: unknown): DryRunResult {
  return { status: DryRunStatus.Complete, tests: [{ id: "load", name: "load", timeSpentMs: 0, status: TestStatus.Failed, failureMessage: textOf(error) }] };
}

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export const strykerPlugins = [declareFactoryPlugin(PluginKind.TestRunner, "in-process", createRunner)];
