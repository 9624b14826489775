import { diffNames } from "../git/diff.ts";
import { mergeBase } from "../git/commits.ts";
import { nullSha } from "../git/objects.ts";
import { listTree } from "../git/trees.ts";
import { listRefs } from "../git/refs.ts";
import type { Refusal, UpdateRequest } from "./protection.ts";
import { enforces } from "./world.ts";

/** Folder whose files only credentials with the `workflows` permission may change. */
export const workflowFolder = ".github/workflows";

/**
 * The refusal of an update that adds or changes workflow files with a token that lacks `workflows`. Compared with the
 * old tip, for a new branch with the default branch; an update to a commit that a branch already has is not looked at
 * more leniently unless the lab's option says so.
 */
export async function workflowFileRefusal(request: UpdateRequest, mayChangeWorkflows: boolean): Promise<Refusal | undefined> {
  const { repository, change, git } = request;
  if (mayChangeWorkflows || change.new === nullSha || !change.ref.startsWith("refs/heads/")) return undefined;
  if (!enforces(repository.world, "workflow-files")) return undefined;
  const from = change.old === nullSha ? await startOfNewBranch(request) : change.old;
  if (from === undefined) return undefined;
  const touched = (await diffNames(git, from, change.new)).filter(
    (file) => file.status !== "removed" && file.filename.startsWith(`${workflowFolder}/`),
  );
  for (const file of touched) {
    const known = repository.world.options.workflowFiles === "unless-known" && (await isOnABranch(request, file.filename, file.sha));
    if (!known) {
      const text = `refusing to allow a GitHub App to create or update workflow \`${file.filename}\` without \`workflows\` permission`;
      return { kind: "workflow-file", ref: change.ref, messages: [text] };
    }
  }
  return undefined;
}

/** A branch made from an existing commit adds nothing; otherwise what it adds since it left the default branch counts. */
async function startOfNewBranch({ repository, change, git }: UpdateRequest): Promise<string | undefined> {
  const containing = await git.text(["for-each-ref", "--contains", change.new, "refs/heads/"]).catch(() => "");
  if (containing !== "") return undefined;
  const tip = await repository.tip(repository.defaultBranch).catch(() => undefined);
  return tip === undefined ? undefined : mergeBase(git, tip, change.new);
}

async function isOnABranch({ repository }: UpdateRequest, path: string, sha: string): Promise<boolean> {
  for (const { sha: tip } of await listRefs(repository.git, "refs/heads/")) {
    const [entry] = await listTree(repository.git, tip, { path });
    if (entry?.sha === sha) return true;
  }
  return false;
}
