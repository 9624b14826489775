/** Finds what a `uses:` stands for. Source: docs "Workflow syntax" (`jobs.<id>.steps[*].uses`). */
import { stat } from "node:fs/promises";
import { join, resolve } from "node:path";

/** Prefix of `uses`, e.g. `org/retell-actions/` → folder that holds the actions at that place, e.g. `dist`. */
export type ActionSources = Readonly<Record<string, string>>;

export type ResolvedUses =
  /** `major` is undefined when pinned to a commit: then the newest behaviour counts. */
  | { readonly kind: "checkout"; readonly major: number | undefined }
  | { readonly kind: "artifact"; readonly verb: "upload" | "download" }
  | ActionUses;

/** A `uses:` that stands for a folder with an action. */
export type ActionUses =
  | { readonly kind: "action"; readonly directory: string; readonly repository: string; readonly ref: string }
  /** Below the workspace; exists only once the step runs. */
  | { readonly kind: "local"; readonly path: string };

async function exists(directory: string): Promise<boolean> {
  const found = await Promise.all(["action.yml", "action.yaml"].map((name) => stat(join(directory, name)).catch(() => undefined)));
  return found.some((entry) => entry?.isFile());
}

/** @throws {Error} for anything that the lab cannot run; the message names the possibilities. */
export async function resolveUses(uses: string, sources: ActionSources): Promise<ResolvedUses> {
  if (uses.startsWith("./")) return { kind: "local", path: uses };
  const at = uses.lastIndexOf("@");
  const name = at < 0 ? uses : uses.slice(0, at);
  const ref = at < 0 ? "" : uses.slice(at + 1);
  if (ref === "") throw new Error(`Unable to resolve action '${uses}': it names no version. Write '${name}@v1' or a full commit SHA.`);
  if (name === "actions/checkout") {
    const major = /^v(\d+)(?:\.|$)/.exec(ref)?.[1];
    return { kind: "checkout", major: major === undefined ? undefined : Number(major) };
  }
  const verb = /^actions\/(upload|download)-artifact$/.exec(name)?.[1] as "upload" | "download" | undefined;
  if (verb !== undefined) return { kind: "artifact", verb };
  for (const [prefix, folder] of Object.entries(sources)) {
    if (!name.startsWith(prefix)) continue;
    // Before the first release the actions are reached through the folder of the main branch: <prefix>dist/<name>@<sha>.
    const directory = resolve(folder, name.slice(prefix.length).replace(/^dist\//, ""));
    if (!(await exists(directory))) throw new Error(`Unable to resolve action '${uses}': no action.yml in '${directory}'. Build it first (npm run build), or correct the name.`);
    return { kind: "action", directory, repository: prefix.replace(/\/$/, ""), ref };
  }
  throw new Error(`Unable to resolve action '${uses}': the lab runs actions/checkout, ${Object.keys(sources).map((prefix) => `${prefix}*`).join(", ")}, actions/upload-artifact, actions/download-artifact and local actions (./path).`);
}
