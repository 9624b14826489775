import { createWorkingTree } from "@retell-actions/core/adapters/files/working-tree";
import { validateProject } from "@retell-actions/core/project/validate-project";
import type { Release } from "@retell-actions/lab/github/model/releases";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { claim, type Chapter } from "../chapter.ts";
import { inClone } from "../clone.ts";
import { agentIn } from "../look.ts";
import { only, runWorkflow, type Play } from "../people.ts";
import { AGENTS } from "../project.ts";
import { outcomeOf } from "../record.ts";

const run = promisify(execFile);
const TAG = "v1.0.0";
const ARCHIVE = `retell-agents-${TAG}.tar.gz`;
const ASSETS = ["RELEASE_MANIFEST.json", "SHA256SUMS", ARCHIVE, `retell-agents-${TAG}.zip`];

/** What production is made of, packed for ever. */
export async function release(play: Play): Promise<Chapter> {
  const { scene } = play;
  const { repository } = scene;
  const commands = [
    ["tag", TAG, "origin/production"],
    ["push", "origin", TAG],
  ];
  await inClone(scene, commands);
  const draft = await repository.release(TAG, { draft: true, body: "Saturdays, and a friendlier greeting.\n", user: "dana" });
  const attachedBefore = draft.assets.length;
  const packed = only(await runWorkflow(play, "retell-release.yml", { branch: "develop", inputs: { tag: TAG } }));
  const found = repository.releases.filter(({ tag }) => tag === TAG);
  const [made = draft] = found;
  const unpacked = await unpack(made);
  const paths = (await repository.files(`refs/tags/${TAG}`)).filter((path) => path.startsWith("prompts/"));
  const same = await Promise.all(paths.map(async (path) => unpacked.files.get(path)?.text === (await repository.readFile(`refs/tags/${TAG}`, path))));
  const manifest = JSON.parse(dataOf(made, "RELEASE_MANIFEST.json").toString("utf8")) as Manifest;
  const versions = await Promise.all(AGENTS.map(async (name) => (await agentIn(scene, "production", name)).latestPublished?.version));
  return {
    title: "A release",
    told: `Dana tags production, drafts a release, and presses "Run workflow" of retell-release.yml with the tag. The agents are packed, and the draft is published.`,
    exhibit: { caption: "Dana's terminal", text: commands.map((words) => `git ${words.join(" ")}`).join("\n") },
    runs: [packed],
    shown: [{ author: made.author.login, what: `published the release ${made.tag}`, body: made.body ?? "" }],
    claims: [
      claim("The draft was published with its archives, manifest and checksums", outcomeOf(packed) === "packaged" && found.length === 1 && !made.draft && attachedBefore === 0 && made.assets.map(({ name }) => name).sort().join() === ASSETS.toSorted().join()),
      claim("SHA256SUMS agrees with every file", sumsAgree(made)),
      claim("Unpacked into an empty folder, the archive has every prompt of the tag, byte by byte", paths.length > 0 && same.every(Boolean)),
      claim("The unpacked folder is a valid project with three agents", unpacked.problems === 0 && unpacked.agents.join() === AGENTS.join()),
      claim("The manifest names the commit of production, and the versions that callers get", manifest.commit === (await repository.tip("production")) && AGENTS.every((name, at) => manifest.workspaces["production"]?.agents[name]?.version === versions[at])),
      claim("Retell was asked nothing", packed.retell.calls === 0),
    ],
  };
}

interface Manifest {
  readonly commit: string;
  readonly workspaces: Readonly<Record<string, { readonly agents: Readonly<Record<string, { readonly version: number } | null>> }>>;
}

function dataOf(made: Release, name: string): Buffer {
  const asset = made.assets.find((candidate) => candidate.name === name);
  if (asset === undefined) throw new Error(`The release has no file ${name}.`);
  return asset.data;
}

function sumsAgree(made: Release): boolean {
  const lines = dataOf(made, "SHA256SUMS").toString("utf8").trimEnd().split("\n");
  const others = made.assets.filter(({ name }) => name !== "SHA256SUMS");
  return lines.length === others.length && others.every(({ name, data }) => lines.includes(`${createHash("sha256").update(data).digest("hex")}  ${name}`));
}

/** Unpacks with the tar of this machine, and looks at the folder with the suite's own eyes. */
async function unpack(made: Release) {
  const folder = await mkdtemp(join(tmpdir(), "demo-release-"));
  try {
    await writeFile(join(folder, ARCHIVE), dataOf(made, ARCHIVE));
    await run("tar", ["-xzf", ARCHIVE], { cwd: folder });
    await rm(join(folder, ARCHIVE));
    const files = await createWorkingTree(folder).read([""]);
    const project = validateProject({ files, workingDirectory: "" });
    return { files, problems: project.problems.length, agents: [...(project.desired.get("production")?.keys() ?? [])].sort() };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
