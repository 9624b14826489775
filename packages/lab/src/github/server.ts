import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { mkdtemp, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FaultPlan } from "../faults/faults.ts";
import { createBare } from "./git/create-bare.ts";
import { answerHook } from "./git/serve-git.ts";
import { serveWithFaults } from "./http/faults.ts";
import { jsonReply, readIncoming } from "./http/message.ts";
import { RateLimits } from "./http/rate-limit.ts";
import { type RecordedRequest, recorded } from "./http/recorded.ts";
import { classify, process as processRequest } from "./http/dispatch.ts";
import { commitFiles } from "./model/commit-files.ts";
import { Repository, type RepositoryOptions } from "./model/repository.ts";
import { TokenStore } from "./model/tokens.ts";
import { apiUrl, type GitHubLabOptions, type World } from "./model/world.ts";
import { compileRoutes } from "./rest/router.ts";
import { routes } from "./rest/routes.ts";
import { SchemaCheck, type Violation } from "./schema/check.ts";

/** A GitHub on this machine: REST, GraphQL and git over HTTP on real repositories. */
export interface GitHubLab {
  /** `GITHUB_SERVER_URL`; git at `${url}/${owner}/${name}.git`, with or without the ending. */
  readonly url: string;
  /** `GITHUB_API_URL`. */
  readonly apiUrl: string;
  /** `GITHUB_GRAPHQL_URL`. */
  readonly graphqlUrl: string;
  readonly faults: FaultPlan;
  /** All requests since the start or `clearRequests`, in the order of their arrival. */
  readonly requests: RecordedRequest[];
  /** What did not agree with GitHub's published schemas, on either side. Tests assert that it is empty. */
  readonly violations: Violation[];
  clearRequests(): void;
  /** Makes a repository whose default branch holds these files in one commit. */
  createRepository(options: RepositoryOptions & { files: Record<string, string> }): Promise<Repository>;
  /** Copies a repository to another owner, as the button "Fork" does. */
  forkRepository(fullName: string, options: { owner: string; name?: string }): Promise<Repository>;
  /** Deletes a fork: its pull requests stay, with a head whose repository is null. */
  deleteFork(fullName: string): void;
  /** The repository `owner/name`; throws if there is none. */
  repository(fullName: string): Repository;
  /** Ends the server, waits for work under way and removes all repositories. */
  stop(): Promise<void>;
}

/** Starts a lab on 127.0.0.1 with a free port and no repositories. */
export async function startGitHubLab(options: GitHubLabOptions = {}): Promise<GitHubLab> {
  const folder = await mkdtemp(join(tmpdir(), "github-lab-"));
  let lastId = 700_000_000;
  const world: World = {
    url: "",
    folder,
    options,
    tokens: new TokenStore(),
    repositories: new Map(),
    schema: new SchemaCheck(),
    pushes: new Map(),
    nextId: () => ++lastId,
  };
  const service = { world, routes: compileRoutes(world, routes), limits: new RateLimits(world) };
  const faults = options.faults ?? new FaultPlan();
  const requests: RecordedRequest[] = [];

  const handle = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const request = await readIncoming(message);
    if (request.path.startsWith("/_lab/update-hook/")) {
      const { body } = jsonReply(200, await answerHook(world, request));
      response.end(body);
      return;
    }
    const target = classify(request);
    const record = recorded(world, request, target);
    requests.push(record);
    const described = { service: "github", method: request.method, path: target.path, query: request.query, body: record.body, write: target.write } as const;
    record.status = await serveWithFaults({ plan: faults, request: described, response, process: (query) => processRequest(service, { ...request, query }, target) });
  };
  const server = createServer((message, response) => {
    handle(message, response).catch((error: unknown) => {
      world.schema.violations.push({ side: "lab", operation: message.url ?? "", message: String(error) });
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  world.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const addRepository = async (description: RepositoryOptions, parent?: Repository): Promise<Repository> => {
    const fullName = `${description.owner}/${description.name}`;
    if (world.repositories.has(fullName)) throw new Error(`${fullName} exists already.`);
    const git = await createBare(join(folder, description.owner, `${description.name}.git`), description.defaultBranch);
    const repository = new Repository({ ...description, world, git, ...(parent === undefined ? {} : { parent }) });
    world.repositories.set(fullName, repository);
    return repository;
  };
  const find = (fullName: string): Repository => {
    const found = world.repositories.get(fullName);
    if (found === undefined) throw new Error(`The lab has no repository ${fullName}.`);
    return found;
  };

  return {
    url: world.url,
    apiUrl: apiUrl(world),
    graphqlUrl: `${world.url}/api/graphql`,
    faults,
    requests,
    violations: world.schema.violations,
    clearRequests: () => void requests.splice(0),
    createRepository: async ({ files, ...description }) => {
      const repository = await addRepository(description);
      await commitFiles(repository, { branch: description.defaultBranch, files, message: "Initial commit" });
      repository.events.length = 0;
      return repository;
    },
    forkRepository: async (fullName, { owner, name }) => {
      const parent = find(fullName);
      const { defaultBranch, private: isPrivate } = parent;
      const fork = await addRepository({ owner, name: name ?? parent.name, defaultBranch, private: isPrivate }, parent);
      await fork.git.run(["fetch", "--quiet", parent.path, "+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"]);
      return fork;
    },
    deleteFork: (fullName) => {
      if (find(fullName).parent === undefined) throw new Error(`${fullName} is no fork.`);
      world.repositories.delete(fullName);
    },
    repository: find,
    stop: async () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
      for (const repository of world.repositories.values()) await repository.lock.idle();
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}
