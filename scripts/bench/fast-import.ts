import { spawn } from "node:child_process";
import { once } from "node:events";

/**
 * Commits files onto a branch of a repository on disk with one process, however many they are: what a thousand deploys would
 * have left behind. Without a `parent` the branch starts with this commit and holds nothing else.
 */
export async function commitAtOnce(request: { readonly repository: string; readonly branch: string; readonly parent?: string; readonly files: Iterable<readonly [string, string]>; readonly message: string }): Promise<void> {
  const child = spawn("git", ["-C", request.repository, "fast-import", "--quiet", "--force"], { stdio: ["pipe", "inherit", "inherit"] });
  const ended = once(child, "close") as Promise<[number | null]>;
  const write = async (text: string): Promise<void> => {
    if (!child.stdin.write(text)) await once(child.stdin, "drain");
  };
  const data = (text: string): string => `data ${Buffer.byteLength(text)}\n${text}\n`;
  const from = request.parent === undefined ? "" : `from ${request.parent}\n`;
  await write(`commit refs/heads/${request.branch}\ncommitter Octocat <octocat@example.com> ${Math.floor(Date.now() / 1000)} +0000\n${data(request.message)}${from}`);
  for (const [path, text] of request.files) await write(`M 100644 inline ${path}\n${data(text)}`);
  child.stdin.end("done\n");
  const [code] = await ended;
  if (code !== 0) throw new Error(`git fast-import ended with ${String(code)}`);
}
