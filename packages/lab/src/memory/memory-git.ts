import { createHash } from "node:crypto";
import { ActionError } from "@retell-actions/core/errors";
import type { WorkingTree } from "@retell-actions/core/ports/files";
import type { GitReader } from "@retell-actions/core/ports/git";
import type { ProjectFile, ProjectFiles } from "@retell-actions/core/project/files";

export interface MemoryCommit {
  readonly id: string;
  readonly parents: readonly string[];
  readonly message: string;
  /** Login of who wrote it: `octocat` is a person, `github-actions[bot]` the job. */
  readonly author: string;
  readonly files: ReadonlyMap<string, string>;
}

/** A change of files; `null` deletes. */
export type MemoryChanges = Readonly<Record<string, string | null>>;

/** Server and checkout of one repository in memory. The checkout knows only what it checked out or fetched. */
export interface MemoryGit {
  readonly reader: GitReader;
  readonly workingTree: WorkingTree;
  /** Branch to tip, on the server. */
  readonly branches: Map<string, string>;
  /** Tag to commit, on the server. */
  readonly tags: Map<string, string>;
  readonly commits: Map<string, MemoryCommit>;
  /** A person's commit on a branch of the server, made if it does not exist; returns its id. */
  commit(branch: string, changes: MemoryChanges, message?: string): string;
  /** Joins the tip of another branch into a branch, with that branch's files over it. */
  merge(branch: string, other: string): string;
  /** A shallow checkout: HEAD and the working tree become this commit. */
  checkout(commit: string): void;
  /** Files of the checkout, to be changed by tests that want a dirty tree. */
  readonly tree: Map<string, string>;
  /** Stores a commit without a branch; used by the in-memory GitHub. Without an author it is the job's. */
  store(content: { parents: readonly string[]; message: string; files: ReadonlyMap<string, string>; author?: string }): MemoryCommit;
}

/** When every commit of this repository was made. */
const COMMIT_TIME = Date.parse("2026-11-20T10:20:31Z");

export function createMemoryGit(): MemoryGit {
  const branches = new Map<string, string>();
  const tags = new Map<string, string>();
  const commits = new Map<string, MemoryCommit>();
  const local = new Set<string>();
  const tree = new Map<string, string>();
  let head: string | undefined;

  function store({ author = "github-actions[bot]", ...content }: Omit<MemoryCommit, "id" | "author"> & { author?: string }): MemoryCommit {
    const files = [...content.files].sort(([a], [b]) => (a < b ? -1 : 1));
    const id = createHash("sha1").update(JSON.stringify([content.parents, content.message, author, files])).digest("hex");
    const commit = { ...content, author, files: new Map(files), id };
    commits.set(id, commit);
    return commit;
  }

  function commit(branch: string, changes: MemoryChanges, message = "commit"): string {
    const tip = branches.get(branch);
    const files = new Map(tip === undefined ? [] : commits.get(tip)?.files);
    for (const [path, text] of Object.entries(changes)) {
      if (text === null) files.delete(path);
      else files.set(path, text);
    }
    const { id } = store({ parents: tip === undefined ? [] : [tip], message, files, author: "octocat" });
    branches.set(branch, id);
    return id;
  }

  function localCommit(id: string): MemoryCommit {
    const found = local.has(id) ? commits.get(id) : undefined;
    if (found === undefined) throw new ActionError("git-failed", `Commit ${id} is not in this checkout; fetch it first.`);
    return found;
  }

  const reader: GitReader = {
    head: async () => head ?? fail("Nothing is checked out."),
    uncommitted: async () => {
      const committed = localCommit(head ?? fail("Nothing is checked out.")).files;
      return [...new Set([...committed.keys(), ...tree.keys()])].filter((path) => committed.get(path) !== tree.get(path)).sort();
    },
    // A shallow checkout's own commit object names its parents although they are not there.
    parents: async (id) => [...localCommit(id).parents],
    remoteTips: async (names) => new Map(names.flatMap((name) => (branches.has(name) ? [[name, branches.get(name) ?? ""]] : []))),
    tagCommit: async (tag) => tags.get(tag),
    commitTime: async (id) => {
      localCommit(id);
      return COMMIT_TIME;
    },
    fetch: async (ids) => {
      for (const id of ids) {
        if (!commits.has(id)) fail(`The server has no commit ${id}.`);
        local.add(id);
      }
    },
    readCommit: async (id, paths) => below(localCommit(id).files, paths),
  };

  return {
    reader,
    workingTree: { read: async (paths) => below(tree, paths) },
    branches,
    tags,
    commits,
    tree,
    commit,
    merge(branch, other) {
      const tips = [branch, other].map((name) => branches.get(name) ?? fail(`There is no branch ${name}.`));
      const files = new Map(tips.flatMap((tip) => [...(commits.get(tip)?.files ?? [])]));
      const { id } = store({ parents: tips, message: `Merge ${other}`, files, author: "octocat" });
      branches.set(branch, id);
      return id;
    },
    checkout(id) {
      const { files } = commits.get(id) ?? fail(`The server has no commit ${id}.`);
      local.add(id);
      head = id;
      tree.clear();
      for (const [path, text] of files) tree.set(path, text);
    },
    store,
  };
}

function below(files: ReadonlyMap<string, string>, paths: readonly string[]): ProjectFiles {
  const folders = paths.map((path) => path.replace(/^\.\//, "").replace(/\/+$/, ""));
  const isAsked = (path: string): boolean => folders.some((folder) => folder === "" || folder === "." || path === folder || path.startsWith(`${folder}/`));
  const found = [...files].filter(([path]) => isAsked(path)).sort(([a], [b]) => (a < b ? -1 : 1));
  return new Map(found.map(([path, text]): [string, ProjectFile] => [path, { kind: "file", text }]));
}

function fail(message: string): never {
  throw new ActionError("git-failed", message);
}
