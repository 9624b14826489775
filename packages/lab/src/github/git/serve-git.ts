import { randomUUID } from "node:crypto";
import type { Caller } from "../http/credentials.ts";
import type { Incoming, Reply } from "../http/message.ts";
import { judgeUpdate, refsMoved } from "../model/move-refs.ts";
import type { Repository } from "../model/repository.ts";
import { actorOf, allows, type Token } from "../model/tokens.ts";
import { enforces, type World } from "../model/world.ts";
import { pushRefusal } from "../rest/refusal.ts";
import { htmlUrl } from "../view/repository.ts";
import { httpBackend } from "./http-backend.ts";
import { nullSha } from "./objects.ts";
import { explainRefusals } from "./push-report.ts";
import { listRefs, type RefChange } from "./refs.ts";

const pattern = /^\/([^/]+)\/([^/]+?)(?:\.git)?(\/(?:info\/refs|git-upload-pack|git-receive-pack))$/;

/** Parts of a request to a repository by git, or undefined for another request. */
export function parseGitPath(path: string): { name: string; service: string } | undefined {
  const match = pattern.exec(path);
  return match === null ? undefined : { name: `${match[1]}/${match[2]}`, service: match[3] ?? "" };
}

/** Serves git over HTTP with GitHub's answers to missing or insufficient credentials. */
export async function serveGit(options: { world: World; request: Incoming; caller: Caller; name: string; service: string }): Promise<Reply> {
  const { world, request, caller, service } = options;
  const push = service === "/git-receive-pack" || new URLSearchParams(request.query).get("service") === "git-receive-pack";
  if (caller.kind === "unknown") return unauthorized("Invalid username or token. Password authentication is not supported for Git operations.");
  const repository = world.repositories.get(options.name);
  const token = caller.kind === "token" ? caller.token : undefined;
  if (token === undefined && (push || repository?.private !== false)) return unauthorized("Authentication required.");
  if (repository === undefined || (repository.private && token?.repositoryId !== repository.id)) return plain(404, "Repository not found.");
  if (!mayUse(repository, token, push)) {
    // A token that may not read a private repository does not learn that it exists.
    return push ? plain(403, `Permission to ${repository.fullName}.git denied to ${token?.user.login}.`) : plain(404, "Repository not found.");
  }
  const run = (env: Record<string, string>): Promise<Reply> =>
    httpBackend({ repositoryPath: repository.path, path: service, request, user: token?.user.login ?? "anonymous", env });
  if (service !== "/git-receive-pack" || token === undefined) return run({});
  return repository.lock.run(() => receive(repository, token, run));
}

function mayUse(repository: Repository, token: Token | undefined, push: boolean): boolean {
  if (!enforces(repository.world, "permissions")) return true;
  if (!push && !repository.private) return true;
  return token !== undefined && token.repositoryId === repository.id && allows(token, "contents", push ? "write" : "read");
}

async function receive(repository: Repository, token: Token, run: (env: Record<string, string>) => Promise<Reply>): Promise<Reply> {
  const { world, git } = repository;
  const actor = actorOf(token);
  const before = await refMap(repository);
  const reasons = new Map<string, string>();
  const id = randomUUID();
  world.pushes.set(id, {
    judge: async (change, quarantine) => {
      const refusal = await judgeUpdate({ repository, change, actor, token, git: git.with(quarantine) });
      if (refusal === undefined) return undefined;
      const answer = pushRefusal(refusal, `${htmlUrl(repository)}/rules?ref=${encodeURIComponent(change.ref)}`);
      reasons.set(change.ref, answer.reason);
      return answer;
    },
  });
  try {
    const reply = await run({ LAB_HOOK_URL: `${world.url}/_lab/update-hook/${id}` });
    await refsMoved(repository, changesBetween(before, await refMap(repository)), actor);
    return { ...reply, body: explainRefusals(reply.body, reasons) };
  } finally {
    world.pushes.delete(id);
  }
}

async function refMap(repository: Repository): Promise<Map<string, string>> {
  const refs = await listRefs(repository.git, "refs/");
  return new Map(refs.filter(({ ref }) => !ref.startsWith("refs/pull/")).map(({ ref, sha }) => [ref, sha]));
}

function changesBetween(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): RefChange[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  return names.map((ref) => ({ ref, old: before.get(ref) ?? nullSha, new: after.get(ref) ?? nullSha })).filter((change) => change.old !== change.new);
}

function plain(status: number, text: string, headers: Record<string, string> = {}): Reply {
  return { status, headers: { "content-type": "text/plain; charset=UTF-8", ...headers }, body: Buffer.from(text) };
}

function unauthorized(text: string): Reply {
  return plain(401, text, { "www-authenticate": 'Basic realm="GitHub"' });
}

/** Answers the question of an update hook; `null` is consent. */
export async function answerHook(world: World, request: Incoming): Promise<unknown> {
  const push = world.pushes.get(request.path.split("/").at(-1) ?? "");
  if (push === undefined) return { lines: ["error: the lab knows nothing of this push"] };
  const { quarantine, ...change } = JSON.parse(request.body.toString()) as { ref: string; old: string; new: string; quarantine: Record<string, string> };
  return (await push.judge(change, quarantine)) ?? null;
}
