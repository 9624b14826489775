import { findStored, storedPrefix } from "../model/knowledge-bases.ts";
import type { Organization } from "../organization.ts";
import type { Incoming } from "./incoming.ts";
import { unknownRoute } from "./reply.ts";
import type { Reply } from "./reply.ts";

/**
 * The content behind the URLs of knowledge base sources, which needs no key; undefined for every other path. It is gone
 * with the source. Source of the URLs: API reference, Get Knowledge Base; that they need no key is inferred.
 */
export function storedContent(organizations: Iterable<Organization>, { method, path }: Incoming): Reply | undefined {
  if (method !== "GET" || !path.startsWith(storedPrefix)) return undefined;
  const sourceId = path.slice(storedPrefix.length).split("/")[0] ?? "";
  for (const organization of organizations) {
    const source = findStored(organization.present(), sourceId);
    if (source?.content == null) continue;
    const type = source.kind === "text" ? "text/plain; charset=utf-8" : "application/octet-stream";
    return { status: 200, headers: { "content-type": type }, text: source.content, chunked: false };
  }
  return unknownRoute(method, path);
}
