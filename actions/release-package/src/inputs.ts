import type { InputReader } from "@retell-actions/core/adapters/runner/input-reader";

/** The action's inputs, checked. */
export interface ReleaseInputs {
  /** Empty for that of the release that started the run. */
  readonly tag: string;
  readonly workingDirectory: string;
  readonly token: string;
}

/** Reads all inputs; wrong ones are reported together. */
export function readInputs(reader: InputReader): ReleaseInputs {
  return {
    tag: reader.string("tag"),
    workingDirectory: reader.string("working-directory"),
    token: reader.string("github-token"),
  };
}
