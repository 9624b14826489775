import type { IncomingMessage } from "node:http";
import type { Token, TokenStore } from "../model/tokens.ts";

/** Who calls: nobody, somebody with a valid token, or somebody with a wrong one. */
export type Caller = { kind: "anonymous" } | { kind: "token"; token: Token } | { kind: "unknown" };

/** Reads `Authorization` as GitHub does: `token`, `bearer`, or `basic` with the token as password; schemes ignore case. */
export function identify(headers: IncomingMessage["headers"], tokens: TokenStore): Caller {
  const header = headers.authorization;
  if (header === undefined || header === "") return { kind: "anonymous" };
  const [scheme = "", value = ""] = header.split(/ +/, 2);
  const secret = scheme.toLowerCase() === "basic" ? basicPassword(value) : value;
  const token = ["basic", "token", "bearer"].includes(scheme.toLowerCase()) ? tokens.find(secret) : undefined;
  return token === undefined ? { kind: "unknown" } : { kind: "token", token };
}

function basicPassword(value: string): string {
  const text = Buffer.from(value, "base64").toString();
  return text.slice(text.indexOf(":") + 1);
}
