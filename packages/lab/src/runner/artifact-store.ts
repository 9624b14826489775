/**
 * Artifacts of one run and all its attempts. Sources: actions/upload-artifact README (names, no second artifact of a name);
 * actions/toolkit `list-artifacts.ts` (`latest`: of the artifacts that attempts of a run left under one name, the newest counts).
 */

/** Content by path inside the artifact, with `/`. */
export type ArtifactFiles = ReadonlyMap<string, Buffer>;

interface Stored {
  readonly name: string;
  readonly id: number;
  readonly attempt: number;
  readonly files: ArtifactFiles;
}

/** Characters that the name of an artifact may not have (actions/toolkit `path-and-artifact-name-validation.ts`). */
const forbidden = /["<>:|*?\r\n\\/]/;

export class ArtifactStore {
  readonly #stored: Stored[] = [];

  /** Names, each once, oldest first. */
  get names(): readonly string[] {
    return [...new Set(this.#stored.map(({ name }) => name))];
  }

  /** Stores an artifact and returns its id. @throws {Error} with upload-artifact's words. */
  add(artifact: { readonly name: string; readonly attempt: number; readonly files: ArtifactFiles; readonly overwrite: boolean }): number {
    const { name, attempt, files, overwrite } = artifact;
    const wrong = forbidden.exec(name)?.[0];
    if (wrong !== undefined) throw new Error(`The artifact name is not valid: ${name}. Contains the following character: ${JSON.stringify(wrong)}`);
    const same = this.#stored.findIndex((stored) => stored.name === name && stored.attempt === attempt);
    if (same >= 0 && !overwrite) throw new Error("Failed to CreateArtifact: Received non-retryable error: Failed request: (409) Conflict: an artifact with this name already exists on the workflow run");
    if (same >= 0) this.#stored.splice(same, 1);
    const id = (this.#stored.at(-1)?.id ?? 0) + 1;
    this.#stored.push({ name, id, attempt, files });
    return id;
  }

  /** The newest artifact of that name. */
  find(name: string): ArtifactFiles | undefined {
    return this.#stored.findLast((stored) => stored.name === name)?.files;
  }
}
