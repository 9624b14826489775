/**
 * What the tests under mutation import as `@jest/globals`: `describe`, `test` and the hooks only note the tests down, so that one
 * process can run any of them, any number of times. `expect` is jest's own.
 */
import { expect } from "expect";

/** A test as its file declares it. */
export interface DeclaredTest {
  /** File, groups, name and a number: unlike that of any other test, and the same whenever the files are loaded. */
  readonly id: string;
  readonly file: string;
  readonly run: () => Promise<void>;
}

type Step = (...values: readonly unknown[]) => unknown;
type Declare = (name: string, step: Step, timeout?: number) => void;

let declared: DeclaredTest[] = [];
let file = "";
let groups: readonly string[] = [];
let finish: Step[] = [];

/** Loads a test file with `load` and answers its tests; `finish` undoes what the file set up. */
export async function collectTests(name: string, load: () => Promise<unknown>): Promise<{ tests: DeclaredTest[]; finish: () => Promise<void> }> {
  [declared, file, groups, finish] = [[], name, [], []];
  await load();
  const last = finish;
  return {
    tests: declared,
    finish: async () => {
      for (const step of last) await step();
    },
  };
}

const declareGroup: Declare = (name, body) => {
  const outer = groups;
  groups = [...outer, name];
  body();
  groups = outer;
};

const declareTest: Declare = (name, body) => {
  const id = [file, ...groups, name, `#${declared.length}`].join(" › ");
  declared.push({ id, file, run: async () => void (await body()) });
};

/** A row that is no list is the only value. */
const withRows = (declare: Declare): Declare & { each: (rows: readonly unknown[]) => Declare } =>
  Object.assign((...given: Parameters<Declare>) => declare(...given), {
    each: (rows: readonly unknown[]): Declare => (name, body) => {
      for (const row of rows) declare(name, () => body(...(Array.isArray(row) ? (row as unknown[]) : [row])));
    },
  });

const describe = withRows(declareGroup);
const test = withRows(declareTest);

/** Runs when the process has done with the file. */
function afterAll(step: Step): void {
  finish.push(step);
}

expect.extend({
  /** For texts, which are the only snapshots that these tests have. A snapshot that was not written yet is none. */
  toMatchInlineSnapshot(received: unknown, written?: string) {
    return { pass: typeof received === "string" && written === `\n"${received}"\n`, message: () => `not as the snapshot says: ${String(received)}` };
  },
});

export { afterAll, describe, expect, test, test as it };
