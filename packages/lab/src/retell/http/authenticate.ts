import type { Organization } from "../organization.ts";
import type { ApiKeySeed, PermissionLevel } from "../options.ts";
import { businessError, messages } from "./errors.ts";
import type { Route } from "./router.ts";

/** Who asks. */
export interface Caller {
  readonly key: ApiKeySeed;
  readonly organization: Organization;
}

/** The owner of a bearer key, or undefined. Source: API reference, Authentication. */
export function findCaller(organizations: Iterable<Organization>, authorization: string | undefined): Caller | undefined {
  const secret = /^Bearer (.+)$/i.exec(authorization ?? "")?.[1];
  for (const organization of organizations) {
    const key = organization.seed.keys.find((candidate) => candidate.key === secret);
    if (key !== undefined) return { key, organization };
  }
  return undefined;
}

/** Refuses with 403 what the key may not do. Source: Accounts, API keys. */
export function checkPermission(key: ApiKeySeed, permission: Route["permission"]): void {
  if (permission === null) return;
  const held = permission.group === "phone" ? (key.permissions.phone ?? key.permissions.agent) : key.permissions.agent;
  if (levels[held] < levels[permission.level]) throw businessError(403, messages.forbidden);
}

const levels: Readonly<Record<PermissionLevel, number>> = { none: 0, read: 1, edit: 2 };
