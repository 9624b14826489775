import type { BareGit } from "./bare-git.ts";

/** One changed file between two commits, in GitHub's words. */
export interface DiffFile {
  filename: string;
  previousFilename?: string;
  status: "added" | "removed" | "modified" | "renamed" | "copied" | "changed";
  sha: string;
  additions: number;
  deletions: number;
  /** Hunks without the file header; absent for binary files, as on GitHub. */
  patch?: string;
}

const statusWords: Record<string, DiffFile["status"]> = { A: "added", D: "removed", M: "modified", R: "renamed", C: "copied", T: "changed" };

/** A changed file without its patch. */
export type RawFile = Omit<DiffFile, "additions" | "deletions" | "patch">;

const common = ["-M", "--no-color", "--no-ext-diff", "--full-index"];

/** As `diffFiles`, without patches: half the work. */
export async function diffNames(git: BareGit, from: string, to: string): Promise<RawFile[]> {
  const { stdout } = await git.run(["diff", "--raw", "-z", "--no-abbrev", ...common, from, to]);
  return parseRaw(stdout.toString("utf8"));
}

/** Files that differ between two trees or commits, with renames found, by path. */
export async function diffFiles(git: BareGit, from: string, to: string): Promise<DiffFile[]> {
  const files = await diffNames(git, from, to);
  if (files.length === 0) return [];
  const { stdout: patchText } = await git.run(["diff", "--patch", "--src-prefix=a/", "--dst-prefix=b/", ...common, from, to]);
  const chunks = splitPatch(patchText.toString("utf8"));
  // git prints a change of type (file to symlink) as a removal and an addition: two chunks for one file.
  return files.map((file) => ({ ...file, ...countLines(chunks.splice(0, file.status === "changed" ? 2 : 1)) }));
}

function parseRaw(text: string): RawFile[] {
  const parts = text.split("\0");
  const files: RawFile[] = [];
  for (let at = 0; at < parts.length - 1; ) {
    const [, , oldSha = "", newSha = "", status = "M"] = (parts[at++] ?? "").split(" ");
    const first = parts[at++] ?? "";
    const word = statusWords[status.charAt(0)] ?? "modified";
    const sha = word === "removed" ? oldSha : newSha;
    if (word === "renamed" || word === "copied") files.push({ filename: parts[at++] ?? "", previousFilename: first, status: word, sha });
    else files.push({ filename: first, status: word, sha });
  }
  return files;
}

function splitPatch(text: string): string[] {
  return text.split(/^(?=diff --git )/m).filter((chunk) => chunk.startsWith("diff --git "));
}

function countLines(chunks: readonly string[]): Pick<DiffFile, "additions" | "deletions" | "patch"> {
  const hunks = chunks.filter((chunk) => chunk.includes("\n@@ ")).map((chunk) => chunk.slice(chunk.indexOf("\n@@ ") + 1).replace(/\n$/, ""));
  if (hunks.length === 0) return { additions: 0, deletions: 0 };
  const patch = hunks.join("\n");
  const lines = patch.split("\n");
  return {
    additions: lines.filter((line) => line.startsWith("+")).length,
    deletions: lines.filter((line) => line.startsWith("-")).length,
    patch,
  };
}
