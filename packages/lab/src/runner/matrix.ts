/** Expands `strategy.matrix`. Source: docs "Running variations of jobs in a workflow" (include, exclude), "Actions limits" (256 jobs). */
import { isDeepStrictEqual } from "node:util";

/** One combination of a matrix. */
export type MatrixLeg = Readonly<Record<string, unknown>>;

/** Most jobs that one matrix may make. */
export const matrixLimit = 256;

function covers(leg: MatrixLeg, filter: MatrixLeg): boolean {
  return Object.entries(filter).every(([key, value]) => isDeepStrictEqual(leg[key], value) || String(leg[key]) === String(value));
}

/**
 * All combinations in GitHub's order: later vectors vary fastest, then those that only `include` makes.
 * @throws {Error} if a vector is no list, the matrix is empty, or has more than 256 combinations.
 */
export function expandMatrix(matrix: unknown): MatrixLeg[] {
  if (typeof matrix !== "object" || matrix === null || Array.isArray(matrix)) throw new Error("The matrix must be a mapping. Check the JSON that 'fromJSON' reads.");
  const { include = [], exclude = [], ...vectors } = matrix as Record<string, unknown> & { include?: MatrixLeg[]; exclude?: MatrixLeg[] };
  if (!Array.isArray(include) || !Array.isArray(exclude)) throw new Error("'include' and 'exclude' of a matrix must be lists.");
  let legs: MatrixLeg[] = Object.keys(vectors).length === 0 ? [] : [{}];
  for (const [name, values] of Object.entries(vectors)) {
    if (!Array.isArray(values)) throw new Error(`Matrix vector '${name}' must be a list.`);
    if (values.length === 0) throw new Error(`Matrix vector '${name}' does not contain any values`);
    legs = legs.flatMap((leg) => values.map((value: unknown) => ({ ...leg, [name]: value })));
  }
  const original = legs.filter((leg) => !exclude.some((filter) => covers(leg, filter)));
  const extended = original.map((leg) => ({ leg, all: { ...leg } as Record<string, unknown> }));
  const added: MatrixLeg[] = [];
  for (const item of include) {
    // Values of the original matrix are never overwritten, added ones are.
    const targets = extended.filter(({ leg }) => Object.entries(item).every(([key, value]) => !(key in leg) || isDeepStrictEqual(leg[key], value)));
    if (targets.length === 0) added.push(item);
    for (const target of targets) Object.assign(target.all, item);
  }
  const result = [...extended.map(({ all }) => all), ...added];
  if (result.length === 0) throw new Error("The matrix must define at least one vector or include at least one combination. Skip the job with 'if' when there is nothing to do.");
  if (result.length > matrixLimit) throw new Error(`The matrix makes ${result.length} jobs; GitHub allows ${matrixLimit}.`);
  return result;
}

function leaves(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(leaves);
  if (typeof value === "object" && value !== null) return Object.values(value).flatMap(leaves);
  return [String(value)];
}

/** Name of a job in a matrix: `deploy (staging, 8)`. */
export function legName(job: string, leg: MatrixLeg): string {
  return `${job} (${leaves(leg).join(", ")})`;
}
