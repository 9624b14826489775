import { dirname } from "node:path";
import { runByBroker } from "../../process/run-by-broker.ts";
import type { Incoming, Reply } from "../http/message.ts";
import { cleanGitEnvironment } from "./bare-git.ts";

/** Runs `git http-backend` as CGI for one request; `env` reaches the hooks. `path` is the part after the repository. */
export async function httpBackend(options: { repositoryPath: string; path: string; request: Incoming; user: string; env: Record<string, string> }): Promise<Reply> {
  const { request } = options;
  const name = options.repositoryPath.slice(dirname(options.repositoryPath).length);
  const env = cleanGitEnvironment({
    ...options.env,
    GIT_PROJECT_ROOT: dirname(options.repositoryPath),
    GIT_HTTP_EXPORT_ALL: "1",
    PATH_INFO: name + options.path,
    REQUEST_METHOD: request.method,
    QUERY_STRING: request.query,
    CONTENT_TYPE: request.headers["content-type"] ?? "",
    CONTENT_LENGTH: String(request.body.length),
    HTTP_CONTENT_ENCODING: request.headers["content-encoding"] ?? "",
    GIT_PROTOCOL: String(request.headers["git-protocol"] ?? ""),
    REMOTE_USER: options.user,
    REMOTE_ADDR: "127.0.0.1",
  });
  const { stdout } = await runByBroker({ command: "git", args: ["http-backend"], env, input: request.body });
  return parseCgi(stdout);
}

function parseCgi(output: Buffer): Reply {
  const end = output.indexOf("\r\n\r\n");
  if (end < 0) return { status: 500, headers: {}, body: Buffer.from("git http-backend gave no answer") };
  const headers: Record<string, string> = {};
  for (const line of output.subarray(0, end).toString("latin1").split("\r\n")) {
    const colon = line.indexOf(":");
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  const status = Number.parseInt(headers["status"] ?? "200", 10);
  delete headers["status"];
  return { status, headers, body: output.subarray(end + 4) };
}
