import { createHash } from "node:crypto";

/** An account. Bots have logins that end in `[bot]`. */
export interface User {
  login: string;
  id: number;
  type: "User" | "Bot" | "Organization";
}

/** Who does something, and through which kind of credential. `person` is somebody at the keyboard or with a personal token. */
export interface Actor {
  user: User;
  kind: "person" | "actions" | "app";
}

/** Login and id of the account behind every job's token (docs "GITHUB_TOKEN"). */
export const actionsBot: User = { login: "github-actions[bot]", id: 41898282, type: "Bot" };

/** Committer of commits that GitHub itself makes and signs. */
export const webFlow: User = { login: "web-flow", id: 19864447, type: "User" };

/** The account of a login; the id is derived from the login, so it is the same in every run. */
export function userOf(login: string, type?: User["type"]): User {
  if (login === actionsBot.login) return actionsBot;
  if (login === webFlow.login) return webFlow;
  const id = createHash("sha1").update(login).digest().readUInt32BE(0) % 90_000_000;
  return { login, id: id + 1_000_000, type: type ?? (login.endsWith("[bot]") ? "Bot" : "User") };
}

/** Name and e-mail that GitHub writes into commits of an account. */
export function commitIdentity(user: User): { name: string; email: string } {
  if (user.login === webFlow.login) return { name: "GitHub", email: "noreply@github.com" };
  return { name: user.login, email: `${user.id}+${user.login}@users.noreply.github.com` };
}

/** The account an e-mail of a commit belongs to, if it is one that `commitIdentity` makes. */
export function userOfEmail(email: string): User | undefined {
  if (email === "noreply@github.com") return webFlow;
  const login = /^(?:\d+\+)?([^@+]+)@users\.noreply\.github\.com$/.exec(email)?.[1];
  return login === undefined ? undefined : userOf(login);
}
