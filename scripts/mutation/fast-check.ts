/**
 * What the tests under mutation import as `fast-check`: the same, but with few runs, which are the same for every mutant, and
 * without shrinking. The ordinary test run draws others, and more of them.
 */
import fc from "fast-check";

const RUNS = 5;

type Runs = { readonly numRuns?: number };

const few = <Given extends Runs>(given: Given | undefined) => ({ ...given, numRuns: Math.min(given?.numRuns ?? 100, RUNS), seed: 1, endOnFailure: true });

const assert = (property: fc.IProperty<unknown>, given?: Runs): void => fc.assert(property, few(given));
const assertLater = (property: fc.IAsyncProperty<unknown>, given?: Runs): Promise<void> => fc.assert(property, few(given));

export default {
  ...fc,
  assert: (property: fc.IRawProperty<unknown>, given?: Runs): void | Promise<void> =>
    property.isAsync() ? assertLater(property as fc.IAsyncProperty<unknown>, given) : assert(property as fc.IProperty<unknown>, given),
};
