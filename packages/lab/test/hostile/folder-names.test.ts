import { beforeAll, describe, expect, test } from "@jest/globals";
import { readdirSync } from "node:fs";
import type { Scene } from "@retell-actions/lab/scene/scene";
import { agent, githubWrites, openScene, ourComment, project, propose, push, said, sectionAgent } from "../known-mistakes/project.ts";
import { REFERENCES, rendered } from "../../../core/test/report/rendered.ts";
import { commitTree } from "./plumbing.ts";
import { held } from "../attacks/held.ts";

/** Folder names that git can hold and a file system too. */
const NAMES = [
  "x$(touch pwned)",
  "`touch pwned`",
  "; touch pwned; #",
  "with space",
  "quo\"te's",
  "new\nline\n::error file=workspaces.json::forged",
  "bell\u0007and\u001b[31mred",
  "s\u0430les",
  "sale\u200bs",
  "\u202eselas",
  "-rf",
  "a|b @octocat #1 <b>bold",
  "--> <!-- retell-actions",
  "%0A::warning::forged",
  "UPPER",
  "a..b",
  "ends.lock",
  "l".repeat(250),
];

/** Files at the top of the checkout once an action has ended. */
function watch(seen: string[]) {
  let workspace = "";
  return {
    prepare: async (folder: string) => void (workspace = folder),
    onSpawn: (child: { once(event: "exit", listener: () => void): unknown }) => void child.once("exit", () => seen.push(...readdirSync(workspace))),
  };
}

describe("hostile folder names", () => {
  let scene: Scene;

  beforeAll(async () => {
    scene = await openScene({ files: project({ sales: agent("Sales") }) });
  });

  test("each is an error of its own, shown so that it can do nothing", async () => {
    const pull = await propose(scene, Object.fromEntries(NAMES.map((name) => [`agents/${name}/agent.json`, agent("Sales")])));
    const seen: string[] = [];
    const result = await scene.validate({ pullRequest: pull.number, ...watch(seen) });
    expect(result.outputs).toMatchObject({ outcome: "invalid", errors: String(NAMES.length) });
    expect(seen.sort()).toEqual([".git", "agents", "workspaces.json"]);
    expect(result.annotations.filter(({ level }) => level === "error")).toHaveLength(10);
    for (const { file, message } of result.annotations) expect([file ?? "agents", message]).toEqual(["agents", expect.not.stringContaining("\n::")]);
    expect(result.annotations.filter(({ message }) => message === "forged")).toEqual([]);
    for (const text of [ourComment(scene, pull).body.split("\n").slice(1).join("\n"), result.summary]) {
      // eslint-disable-next-line no-control-regex -- control characters are what must not be there
      expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u202a-\u202e]|sale\u200bs/);
      const page = rendered(text);
      expect(page.html).toEqual([]);
      expect(page.text).not.toMatch(REFERENCES);
      expect(page.headings.filter((heading) => heading.includes("forged"))).toEqual([]);
      for (const plain of ["x$(touch pwned)", "with space", "UPPER", "a..b", "ends.lock"]) expect(page.text).toContain(`"${plain}"`);
      expect(page.text).not.toContain("l".repeat(150));
    }
    held("folder names");
  });

  test("deploy stops before any call", async () => {
    await push(scene, { "agents/x$(touch pwned)/agent.json": agent("Sales"), "agents/ok/agent.json": agent("Ok") });
    const seen: string[] = [];
    const requests = scene.retell.requests.length;
    const result = await scene.deploy(watch(seen));
    expect(result.outputs).toMatchObject({ outcome: "failed", "reason-code": "invalid-files" });
    expect([scene.retell.requests.length, seen.includes("pwned"), githubWrites(scene).filter((write) => write.includes("graphql"))]).toEqual([requests, false, []]);
    held("folder names");
  });

  test("a folder whose name is no UTF-8 is an error, not a crash", async () => {
    const blob = await scene.repository.writeBlob(agent("Sales"));
    const files = await scene.repository.writeBlob(project({})["workspaces.json"] ?? "");
    const sha = await commitTree(scene.repository, {
      "workspaces.json": files,
      agents: { sales: { "agent.json": blob }, [Buffer.from([0x62, 0xff, 0xfe]).toString("latin1")]: { "agent.json": blob } },
    });
    await scene.repository.git.run(["branch", "latin", sha]);
    const result = await scene.validate({ branch: "latin", sha, eventName: "push", event: { before: "0".repeat(40), after: sha } });
    expect([result.outputs["outcome"], result.outputs["reason-code"]]).toEqual(["invalid", "invalid-files"]);
    expect(said(result)).not.toContain("at async");
    held("folder names");
  });

  test("an earlier commit with `..` and endless names is read without leaving the repository", async () => {
    const blob = await scene.repository.writeBlob(agent("Evil"));
    const files = await scene.repository.writeBlob(project({})["workspaces.json"] ?? "");
    const before = await commitTree(scene.repository, {
      "workspaces.json": files,
      agents: { "..": { "agent.json": blob, evil: { "agent.json": blob } }, ["n".repeat(300)]: { "agent.json": blob }, sales: { "agent.json": blob } },
    });
    await scene.repository.git.run(["branch", "strange", before]);
    const after = await scene.repository.commit({ branch: "production", files: { "README.md": "Now.\n" }, message: "Now" });
    const seen: string[] = [];
    const result = await scene.validate({ branch: "production", sha: after, eventName: "push", event: { ref: "refs/heads/production", before, after }, ...watch(seen) });
    expect([result.outputs["outcome"], seen.sort()]).toEqual(["staging-required", [".git", "README.md", "agents", "workspaces.json"]]);
    held("folder names");
  });

  test.each(["agents/sales/agent.json", "agents/sales", "agents", "prompts", "workspaces.json"])("a symbolic link as %s is reported, not followed", async (link) => {
    const pull = await scene.repository
      .commit({
        branch: `link-${link.replaceAll("/", "-")}`,
        parent: "develop",
        message: "Link",
        files: {
          ...(link === "prompts" ? { "agents/sales/agent.json": sectionAgent("Sales", ["self/environ"]) } : { "agents/sales/agent.json": null }),
          ...(link === "workspaces.json" ? { "workspaces.json": null } : {}),
          [link]: link.endsWith(".json") ? "/proc/self/environ" : "/proc",
        },
        modes: { [link]: "120000" },
      })
      .then(() => scene.repository.openPullRequest({ head: `link-${link.replaceAll("/", "-")}`, base: "develop", title: "Link" }));
    const result = await scene.validate({ pullRequest: pull.number });
    expect(result.outputs["outcome"]).toBe("invalid");
    expect(result.summary).toMatch(/symbolic link/);
    expect(said(result)).not.toMatch(/RETELL_STAGING_API_KEY=|key_staging/);
    held("folder names");
  });
});
