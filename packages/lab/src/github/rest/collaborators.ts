import { userOf } from "../model/users.ts";
import { userView } from "../view/user.ts";
import { notFound } from "./api-error.ts";
import { param, type RestContext, type Route } from "./context.ts";

/**
 * Docs "Get repository permissions for a user": `permission` knows four words, `role_name` the real role. Apps are no users
 * (field reports: claude-code-action issue 1133, "Copilot is not a user").
 */
export const collaboratorRoutes: readonly Route[] = [
  { operation: "repos/get-collaborator-permission-level", needs: ["metadata:read"], handle: permission },
];

const coarse = { admin: "admin", maintain: "write", write: "write", triage: "read", read: "read", none: "none" } as const;

async function permission(context: RestContext) {
  const { repository } = context;
  const login = param(context, "username");
  const known = [...repository.collaborators].find(([name]) => name.toLowerCase() === login.toLowerCase());
  if (!/^[A-Za-z0-9_-]+$/.test(login)) throw notFound(`${login} is not a user`);
  const role = known?.[1] ?? (repository.private ? "none" : "read");
  const at = ["none", "read", "triage", "write", "maintain", "admin"].indexOf(role);
  const permissions = { pull: at >= 1, triage: at >= 2, push: at >= 3, maintain: at >= 4, admin: at >= 5 };
  const user = { ...userView(context.world, userOf(known?.[0] ?? login)), permissions, role_name: role };
  return { status: 200, body: { permission: coarse[role], user, role_name: role } };
}
