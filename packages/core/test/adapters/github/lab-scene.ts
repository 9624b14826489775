import { afterEach, expect } from "@jest/globals";
import type { FaultAction, FaultRequest } from "@retell-actions/lab/faults/faults";
import type { Repository } from "@retell-actions/lab/github/model/repository";
import type { GitHubLabOptions } from "@retell-actions/lab/github/model/world";
import { startGitHubLab, type GitHubLab } from "@retell-actions/lab/github/server";
import { createGitHub, type GitHubPorts } from "../../../src/adapters/github/create-github.ts";
import { recordingLog } from "../recording-log.ts";

type Permissions = Record<string, "none" | "read" | "write">;

/** Everything that the actions ask for. */
export const everything: Permissions = { actions: "write", contents: "write", issues: "write", "pull-requests": "write", statuses: "write" };

export interface LabScene {
  readonly lab: GitHubLab;
  readonly repository: Repository;
  readonly github: GitHubPorts;
  /** The ports with another token; `app` may bypass rules and carry `workflows`. */
  githubWith(permissions: Permissions, kind?: "actions" | "app"): GitHubPorts;
  /** Spoils the next requests that match: by method and the end of the path. */
  spoil(route: string, action: FaultAction, times?: number): void;
  /** Requests so far that match. */
  count(route: string): number;
}

const labs: GitHubLab[] = [];
afterEach(async () => {
  for (const lab of labs.splice(0)) {
    await lab.stop();
    expect(lab.violations).toEqual([]);
  }
});

/** A private repository `octo/agents` with the branch `main`, ended after the test; every request must fit GitHub's schemas. */
export async function labScene(options: GitHubLabOptions & { files?: Record<string, string> } = {}): Promise<LabScene> {
  const lab = await startGitHubLab(options);
  labs.push(lab);
  const files = options.files ?? { "a.txt": "a\n", "b.txt": "b\n" };
  const repository = await lab.createRepository({ owner: "octo", name: "agents", defaultBranch: "main", private: true, files });
  repository.settings.allowActionsToCreatePullRequests = true;
  const matcher = (route: string) => {
    const [method, end = ""] = route.split(" ");
    return (request: Pick<FaultRequest, "method" | "path">): boolean => request.method === method && request.path.endsWith(end);
  };
  const scene: LabScene = {
    lab,
    repository,
    githubWith: (permissions, kind = "actions") =>
      createGitHub({
        token: repository.issueToken({ kind, permissions }),
        apiUrl: lab.apiUrl,
        graphqlUrl: lab.graphqlUrl,
        repository: "octo/agents",
        log: recordingLog(),
        sleep: async () => {},
      }),
    get github() {
      return scene.githubWith(everything);
    },
    spoil: (route, action, times = 1) => void lab.faults.add({ matches: matcher(route), action, times }),
    count: (route) => lab.requests.filter(matcher(route)).length,
  };
  return scene;
}

/** Ways in which an answer can be lost; with `processed` the request did its work. */
export const losses: readonly [string, FaultAction, { processed: boolean }][] = [
  ["a connection that breaks before", { kind: "drop-before" }, { processed: false }],
  ["a connection that breaks after", { kind: "drop-after" }, { processed: true }],
  ["a 502 before", { kind: "status", status: 502, body: "<html>bad gateway</html>" }, { processed: false }],
  ["half an answer", { kind: "truncate" }, { processed: true }],
];
