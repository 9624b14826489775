/** What the environment of a git command is made from. */
export interface GitEnvironment {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workspace: string;
  /** `https://github.com`; the only host that gets the token. */
  readonly serverUrl: string;
  readonly token: string;
}

/** The form in which git sends the token; a secret of its own, since no log masks it by the token's text. */
export function basicCredential(token: string): string {
  return Buffer.from(`x-access-token:${token}`).toString("base64");
}

/**
 * Environment for every git command: no prompts, no translations, no tracing, and settings as `GIT_CONFIG_*`, which
 * leave neither the user's configuration nor the process list touched. The token goes only to the server's own host,
 * and the header is emptied first: checkouts with persisted credentials have one already, and GitHub refuses two.
 */
export function gitEnvironment({ environment, workspace, serverUrl, token }: GitEnvironment): Record<string, string> {
  const inherited: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    // Tracing would print headers; a foreign GIT_DIR or index would make git look at another repository.
    if (value !== undefined && !/^GIT_(TRACE|CURL_VERBOSE|DIR$|WORK_TREE$|INDEX_FILE$|OBJECT_DIRECTORY$|NAMESPACE$)/.test(name)) inherited[name] = value;
  }
  const header = `http.${serverUrl.replace(/\/+$/, "")}/.extraheader`;
  const settings: [string, string][] = [
    ["safe.directory", workspace],
    ["core.quotePath", "false"],
    ["core.fsmonitor", "false"],
    ["core.hooksPath", "/dev/null"],
    ["gc.auto", "0"],
    ["maintenance.auto", "false"],
    ["credential.helper", ""],
    // Where git follows one, it sends the token's header to the new host as well (seen with git 2.39): its next request has it.
    ["http.followRedirects", "false"],
    ["http.lowSpeedLimit", "1000"],
    ["http.lowSpeedTime", "60"],
    ...(token === "" ? [] : ([[header, ""], [header, `AUTHORIZATION: basic ${basicCredential(token)}`]] as [string, string][])),
  ];
  const first = Number(inherited["GIT_CONFIG_COUNT"] ?? "0") || 0;
  settings.forEach(([key, value], index) => {
    inherited[`GIT_CONFIG_KEY_${first + index}`] = key;
    inherited[`GIT_CONFIG_VALUE_${first + index}`] = value;
  });
  return {
    ...inherited,
    GIT_CONFIG_COUNT: String(first + settings.length),
    GIT_TERMINAL_PROMPT: "0",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_NO_REPLACE_OBJECTS: "1",
    GIT_LITERAL_PATHSPECS: "1",
    LC_ALL: "C",
  };
}
