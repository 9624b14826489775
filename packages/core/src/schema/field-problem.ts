/** What can be wrong with the content of an agent, an engine or a component. */
export type FieldProblemCode =
  /** The value's JSON type is not the field's. */
  | "wrong-type"
  /** `null` where Retell does not take it. */
  | "null-not-allowed"
  /** A number, length or name outside of the documented limits. */
  | "out-of-range"
  /** A field without which Retell refuses the object. */
  | "missing-field"
  /** Two fields that exclude each other. */
  | "conflicting-fields"
  /** Two items of a list that must have different names. */
  | "duplicate-name"
  /** A name that points at nothing in the same document. */
  | "unknown-reference"
  /** A node to which no way leads from the start. */
  | "unreached-node"
  /** A field that the suite uses for itself. */
  | "reserved-field"
  /** A field that neither the SDK nor the tables know; sent as it is. */
  | "unknown-field"
  /** A value that is not among the known ones; sent as it is. */
  | "unknown-value"
  /** A kind of tool, option or item that is not known; its fields are not checked. */
  | "unknown-variant"
  /** A field that has another name or another place today. */
  | "former-field"
  /** A field of another kind: of the engine among those of the agent, or of a voice agent in a chat agent. */
  | "misplaced-field"
  /** A value that Retell replaces by another. */
  | "retired-value"
  /** A field that Retell fills in; the file's value is not sent. */
  | "server-field"
  /** More text than Retell probably takes. */
  | "too-long"
  /** The list of problems was cut. */
  | "more-problems";

/** One finding. Unknown things are warnings, never errors: Retell adds fields and values weekly. */
export interface FieldProblem {
  readonly code: FieldProblemCode;
  readonly severity: "error" | "warning";
  /** Where, in the user's JSON. For a missing field: the object that lacks it. */
  readonly path: (string | number)[];
  /** What is wrong and what to do, one sentence or two. */
  readonly message: string;
  /** What was probably meant: one name or value, ready to be written in place of the given one. */
  readonly hint?: string;
}

/** A file with more of them is wrong throughout; nobody reads on. Counted apart, so that warnings cannot crowd out an error. */
const MOST_OF_A_SEVERITY = 1000;

/** Collects problems, of each severity up to a limit, and says once that there are more. */
export class ProblemList {
  readonly problems: FieldProblem[] = [];
  private readonly counts = { error: 0, warning: 0 };

  /** Whether nothing more would be collected that changes the verdict. */
  get isFull(): boolean {
    return this.counts.error > MOST_OF_A_SEVERITY;
  }

  add(problem: FieldProblem): void {
    const count = ++this.counts[problem.severity];
    if (count <= MOST_OF_A_SEVERITY) {
      this.problems.push(problem);
    } else if (count === MOST_OF_A_SEVERITY + 1) {
      this.problems.push({
        code: "more-problems",
        severity: problem.severity,
        path: [],
        message: `More than ${String(MOST_OF_A_SEVERITY)} ${problem.severity}s; the rest is not listed. Fix these first.`,
      });
    }
  }
}
