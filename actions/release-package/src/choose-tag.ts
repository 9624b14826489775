import { ActionError } from "@retell-actions/core/errors";
import type { JobEvent } from "@retell-actions/core/ports/runner";

/** The tag at hand, and whether its release is known to exist because it started this run. */
export interface ChosenTag {
  readonly tag: string;
  readonly hasRelease: boolean;
}

/** Events after which there is no release to add files to. */
const GONE = new Set(["deleted", "unpublished"]);

/** The input, else the tag of the release that started the run. Pure. */
export function chooseTag(input: string, event: JobEvent): ChosenTag {
  if (event.name === "release" && GONE.has(event.action)) {
    throw new ActionError("invalid-input", `The release ${JSON.stringify(event.tag)} was ${event.action}; there is nothing to package. Let the workflow start on its publication only:\non:\n  release:\n    types: [published]`);
  }
  const tag = (input === "" && event.name === "release" ? event.tag : input).replace(/^refs\/tags\//, "");
  if (tag === "") throw new ActionError("invalid-input", "Input tag is missing. Only a release brings its own; for this event add under with:\ntag: ${{ inputs.tag }}");
  return { tag, hasRelease: event.name === "release" && event.tag === tag };
}
