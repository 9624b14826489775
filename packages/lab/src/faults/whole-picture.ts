import type { Repository } from "../github/model/repository.ts";
import type { Scene } from "../scene/scene.ts";

/** Everything that a run can leave behind, comparable between scenes: ids, commits, runs and times are replaced. */
export interface WholePicture {
  /** Retell, branches with their files, pull requests, issues, releases, started workflows: what must never be lost. */
  readonly kept: Readonly<Record<string, unknown>>;
  /** What is only said to people: comments, reactions, labels, statuses. */
  readonly told: Readonly<Record<string, unknown>>;
}

/** Looks at both organisations and the whole repository. */
export async function wholePicture({ repository, staging, production, github, retell }: Scene): Promise<WholePicture> {
  const neutral = neutraliser([[github.url, "<github>"], [retell.url, "<retell>"], [String(repository.id), "<repository>"]]);
  const pulls = [...repository.pulls.values()];
  const branches = await branchesOf(repository);
  const tips = Object.entries(branches).map(([name, { tip }]) => [name, tip] as const);
  const statuses = [...tips, ...pulls.map(({ number, head }) => [`#${number}`, head.sha] as const)].map(([name, sha]) => [name, [...new Set(repository.statusesOf(sha).map(({ context, state }) => `${context}: ${state}`))]]);
  return neutral({
    kept: {
      staging: staging.snapshot(),
      production: production.snapshot(),
      branches: Object.fromEntries(Object.entries(branches).map(([name, { files }]) => [name, files])),
      pulls: pulls.map(({ title, body, state, head, base }) => ({ title, body: withoutMissing(body), state, head: head.ref, base: base.ref })),
      issues: [...repository.issues.values()].map(({ title, body, state }) => ({ title, body, state })),
      releases: repository.releases.map(({ tag, name, body, draft, assets }) => ({ tag, name, body, draft, assets: assets.map((asset) => `${asset.name} ${asset.state}`).sort() })),
      started: [...new Set(repository.events.filter(({ name }) => name === "workflow_dispatch").map(({ ref }) => ref))],
    },
    told: {
      comments: repository.comments.map(({ issueNumber, user, body, reactions }) => ({ issueNumber, user: user.login, body, reactions: signs(reactions.map(({ content }) => content)) })),
      labels: pulls.map(({ labels }) => [...labels].sort()),
      statuses,
    },
  });
}

/** A drift pull request notes what could not be told, for the next run; what is told stands in `told` itself. */
function withoutMissing(body: string | null): string | null {
  return body === null ? null : body.replace(/^(<!-- retell-actions \{"kind":"drift".*?),"missing":\["[a-z",]+"\]/, "$1");
}

/** Signs under a comment. That a first try failed stays there; once it is done that says nothing any more. */
function signs(reactions: readonly string[]): string[] {
  return [...new Set(reactions)].filter((sign) => sign !== "confused" || !reactions.includes("+1")).sort();
}

/** Branches with their tips and files; files of the recorded state as objects, in which key order does not count. */
async function branchesOf({ git }: Repository): Promise<Record<string, { tip: string; files: Record<string, unknown> }>> {
  const refs = (await git.text(["for-each-ref", "--format=%(refname:short) %(objectname)", "refs/heads/"])).split("\n").map((line) => line.split(" ") as [string, string]);
  const found: Record<string, { tip: string; files: Record<string, unknown> }> = {};
  for (const [name, tip] of refs) {
    const entries = (await git.text(["ls-tree", "-r", "-z", tip])).split("\0").filter((entry) => entry !== "");
    const files = entries.map((entry) => /^\d+ \w+ ([0-9a-f]+)\t(.+)$/s.exec(entry)).flatMap((match) => (match === null ? [] : [[match[2] ?? "", match[1] ?? ""] as const]));
    found[name] = { tip, files: Object.fromEntries(await Promise.all(files.map(async ([path, blob]) => [path, read(name, (await git.run(["cat-file", "blob", blob])).stdout.toString("utf8"))] as const))) };
  }
  return found;
}

function read(branch: string, text: string): unknown {
  if (!branch.startsWith("retell/state/")) return text;
  return JSON.parse(text) as unknown;
}

const TIMES = new Set(["workflow_run_id", "deployed_at", "salt"]);

function neutraliser(names: readonly (readonly [string, string])[]): <T>(value: T) => T {
  const text = (given: string): string =>
    names
      .reduce((result, [name, word]) => result.replaceAll(name, word), given)
      .replace(/\b(agent|llm|conversation_flow_component|conversation_flow|knowledge_base|source|tool)_[0-9a-f]{12,28}\b/g, "<$1>")
      .replace(/sha256:[0-9a-f]{64}/g, "<hash>")
      .replace(/\b[0-9a-f]{40}\b/g, "<sha>")
      .replace(/(?<![\w-])[0-9a-f]{12}(?![\w-])/g, "<digest>")
      .replace(/(?<![\w-])[0-9a-f]{7}(?![\w-])/g, "<sha>")
      .replace(/actions\/runs\/\d+/g, "<run>")
      .replace(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z| UTC)/g, "<time>");
  const walk = (value: unknown): unknown => {
    if (typeof value === "string") return text(value);
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== "object" || value === null) return value;
    // `last_change` only saves reads, and holds times of Retell.
    return Object.fromEntries(Object.entries(value).filter(([key]) => key !== "last_change").map(([key, inner]) => [text(key), TIMES.has(key) ? `<${key}>` : walk(inner)]));
  };
  return (value) => walk(value) as typeof value;
}
