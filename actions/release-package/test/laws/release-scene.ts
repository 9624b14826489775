import { createHash } from "node:crypto";
import type { Release } from "@retell-actions/lab/github/model/releases";
import { sampleFiles } from "@retell-actions/lab/scene/sample-files";
import { startScene, type RunOptions, type RunResult, type Scene } from "@retell-actions/lab/scene/scene";

export const FILES = {
  ...sampleFiles({ sales: { agent: { voice_speed: 1.1 } }, support: {} }),
  "prompts/extra/größe.md": "not used\r\n",
  "README.md": "not packed\n",
};
/** What the job of the template has. */
export const PERMISSIONS = { contents: "write" } as const;
export const ASSETS = ["RELEASE_MANIFEST.json", "SHA256SUMS", "retell-agents-v1.tar.gz", "retell-agents-v1.zip"];

/**
 * A repository with the annotated tag `v1` on develop's first commit, whose date is fixed; the branches have moved on since, to files
 * that are no use.
 */
export async function taggedScene(): Promise<Scene> {
  const scene = await startScene({ files: FILES });
  const { repository } = scene;
  await repository.git.run(["-c", "user.name=T", "-c", "user.email=t@example.com", "tag", "-a", "-m", "words", "v1", await repository.tip("develop")]);
  for (const branch of ["develop", "staging"]) await repository.commit({ branch, files: { "agents/sales/agent.json": "{" }, message: "Broken" });
  repository.events.length = 0;
  return scene;
}

/** A run by hand for the tag, on the branch develop, which is what is checked out. */
export function packageByHand(scene: Scene, options: RunOptions = {}): Promise<RunResult> {
  return scene.action("release-package", { branch: "develop", eventName: "workflow_dispatch", event: { ref: "refs/heads/develop", inputs: { tag: "v1" } }, permissions: PERMISSIONS, ...options, inputs: { tag: "v1", ...options.inputs } });
}

/** The only release; throws unless there is exactly one. */
export function onlyRelease(scene: Scene): Release {
  const [release, ...rest] = scene.repository.releases;
  if (release === undefined || rest.length > 0) throw new Error(`There are ${scene.repository.releases.length} releases.`);
  return release;
}

/** What a release's end is, without ids and times. */
export function picture(scene: Scene): unknown {
  const { tag, name, body, draft, immutable, assets } = onlyRelease(scene);
  const files = assets.map((asset) => ({ name: asset.name, state: asset.state, digest: createHash("sha256").update(asset.data).digest("hex") }));
  return { tag, name, body, draft, immutable, assets: files.sort((a, b) => (a.name < b.name ? -1 : 1)) };
}

/** Writes that a scene's services have seen since the record was cleared. */
export function writes(scene: Scene): string[] {
  return [...scene.retell.requests, ...scene.github.requests].filter(({ write }) => write).map(({ method, path }) => `${method} ${path.replace(/\d{5,}/g, "<id>")}`);
}
