import type { Repository } from "@retell-actions/lab/github/model/repository";
import { writeCommit } from "@retell-actions/lab/github/git/objects";

/** Folders and blobs by name; names are bytes as latin1, so that any byte can stand in them. */
export interface Tree {
  [name: string]: string | Tree;
}

/** Commits a tree that no index would take, without a parent; no branch is moved. */
export async function commitTree(repository: Repository, tree: Tree): Promise<string> {
  const person = { name: "Mallory", email: "mallory@example.com", date: "2026-11-20T00:00:00Z" };
  return writeCommit(repository.git, { tree: await writeTree(repository, tree), parents: [], message: "Strange", author: person, committer: person });
}

async function writeTree(repository: Repository, tree: Tree): Promise<string> {
  const entries: Buffer[] = [];
  for (const [name, content] of Object.entries(tree)) {
    const folder = typeof content !== "string";
    const sha = folder ? await writeTree(repository, content) : content;
    entries.push(Buffer.from(`${folder ? "040000 tree" : "100644 blob"} ${sha}\t`), Buffer.from(name, "latin1"), Buffer.from([0]));
  }
  return repository.git.text(["mktree", "-z"], { input: Buffer.concat(entries) });
}
