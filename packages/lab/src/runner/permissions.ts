/**
 * Permissions of a job's token. Source: docs "GITHUB_TOKEN", "Workflow syntax" (`permissions`): a job's block replaces the
 * workflow's; naming any permission sets all others to none; a fork's pull request never gets write.
 */

export type PermissionLevel = "none" | "read" | "write";
/** Permission name → level; a name that is absent counts as none. */
export type Permissions = Readonly<Record<string, PermissionLevel>>;

/** Permission keys of the workflow schema (`@actions/workflow-parser` 0.3.61); those with only one level above none say which. */
const names: Readonly<Record<string, readonly PermissionLevel[]>> = {
  actions: ["read", "write"],
  "artifact-metadata": ["read", "write"],
  attestations: ["read", "write"],
  checks: ["read", "write"],
  contents: ["read", "write"],
  deployments: ["read", "write"],
  discussions: ["read", "write"],
  "id-token": ["write"],
  issues: ["read", "write"],
  models: ["read"],
  packages: ["read", "write"],
  pages: ["read", "write"],
  "pull-requests": ["read", "write"],
  "repository-projects": ["read", "write"],
  "security-events": ["read", "write"],
  statuses: ["read", "write"],
};

/** What a token can do when no file says anything: new repositories and organisations. */
export const restrictedDefault: Permissions = { contents: "read", packages: "read" };

function expand(block: unknown): Permissions {
  if (block === "read-all" || block === "write-all") {
    const wanted = block === "read-all" ? "read" : "write";
    return Object.fromEntries(
      Object.entries(names).flatMap(([name, levels]): [string, PermissionLevel][] => {
        const level = levels.includes(wanted) ? wanted : wanted === "write" ? "read" : undefined;
        return level === undefined || !levels.includes(level) ? [] : [[name, level]];
      }),
    );
  }
  return Object.fromEntries(Object.entries((block ?? {}) as Permissions).filter(([, level]) => level !== "none"));
}

/** Permissions of one job's token, without `metadata: read`, which every token has. */
export function tokenPermissions(options: {
  readonly workflow: unknown;
  readonly job: unknown;
  /** Pull request of a fork: read at most, and no OIDC token. */
  readonly fork: boolean;
  /** Setting of the repository for files that say nothing. */
  readonly defaults?: Permissions;
}): Permissions {
  const block = options.job ?? options.workflow;
  const granted = block === undefined ? (options.defaults ?? restrictedDefault) : expand(block);
  if (!options.fork) return granted;
  return Object.fromEntries(
    Object.entries(granted).flatMap(([name, level]): [string, PermissionLevel][] => (names[name]?.includes("read") === false || level === "none" ? [] : [[name, "read"]])),
  );
}
