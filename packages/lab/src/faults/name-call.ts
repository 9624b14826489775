import { compileRoutes, matchRoute as matchGitHub } from "../github/rest/router.ts";
import { routes as githubRoutes } from "../github/rest/routes.ts";
import { SchemaCheck } from "../github/schema/check.ts";
import { matchRoute as matchRetell } from "../retell/http/router.ts";
import { routes as retellRoutes } from "../retell/routes/routes.ts";
import type { FaultRequest } from "./faults.ts";

/** Which interface a call goes through; each has faults of its own. */
export type Interface = "retell" | "rest" | "graphql" | "git";

/** A call that an action makes, whatever it is about: requests with the same name are the same call. */
export interface Call {
  readonly of: Interface;
  /** `GET /get-agent/:agent_id`, GitHub's operation id such as `pulls/list`, a GraphQL field, or git's service. */
  readonly name: string;
  readonly write: boolean;
}

const restRoutes = compileRoutes({ schema: new SchemaCheck() }, githubRoutes);

/** The call behind a request. */
export function nameCall({ service, method, path, query, body, write }: Pick<FaultRequest, "service" | "method" | "path" | "query" | "body" | "write">): Call {
  if (service === "retell") {
    const route = matchRetell(retellRoutes, method, path)?.route;
    return { of: "retell", name: `${method} ${(route?.path ?? path).replace(/\/:\w+/g, "")}`, write };
  }
  if (path === "/graphql") return { of: "graphql", name: fieldOf(body), write };
  const git = /\.git\/(info\/refs|git-upload-pack|git-receive-pack)$/.exec(path)?.[1];
  if (git !== undefined) return { of: "git", name: git === "info/refs" ? `${git} ${new URLSearchParams(query).get("service") ?? ""}`.trim() : git, write };
  return { of: "rest", name: matchGitHub(restRoutes, method, path)?.route.operation ?? `${method} ${path}`, write };
}

/** The first field of a GraphQL document: `createCommitOnBranch`. */
function fieldOf(body: unknown): string {
  const text = (body as { query?: unknown } | undefined)?.query;
  return (typeof text === "string" ? /\{\s*(?:\w+\s*:\s*)?(\w+)/.exec(text)?.[1] : undefined) ?? "unknown";
}

/** How a call is told in a list: `retell GET /get-agent`. */
export function wordsFor({ of, name }: Call): string {
  return `${{ retell: "Retell", rest: "GitHub", graphql: "GraphQL", git: "git" }[of]} ${name}`;
}
