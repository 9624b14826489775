import { validationError } from "./errors.ts";
import type { QueryValues } from "./query.ts";

/** A thing to list, with the number that it is sorted by. */
export interface Listed {
  readonly order: number;
  readonly item: unknown;
}

/** Items per page unless asked otherwise. Source: API reference, list operations. */
const defaultLimit = 50;

/** One page: `items`, `has_more`, and the key of the next page where there is one. Descending by default. */
export function page(all: readonly Listed[], query: QueryValues): { items: unknown[]; has_more: boolean; pagination_key?: string } {
  const sign = query["sort_order"] === "ascending" ? 1 : -1;
  const after = typeof query["pagination_key"] === "string" ? readKey(query["pagination_key"]) : undefined;
  const rest = all
    .filter(({ order }) => after === undefined || sign * (order - after) > 0)
    .sort((a, b) => sign * (a.order - b.order));
  const items = rest.slice(0, typeof query["limit"] === "number" ? query["limit"] : defaultLimit);
  const last = items.at(-1);
  const more = rest.length > items.length;
  return {
    items: items.map(({ item }) => item),
    has_more: more,
    ...(more && last !== undefined ? { pagination_key: writeKey(last.order) } : {}),
  };
}

/** Opaque to clients: it names the last item, so that a page does not shift when others come or go. */
function writeKey(order: number): string {
  return Buffer.from(`after:${order}`).toString("base64url");
}

function readKey(key: string): number {
  const match = /^after:(-?\d+)$/.exec(Buffer.from(key, "base64url").toString());
  if (match === null) throw validationError(["request/query/pagination_key is invalid"]);
  return Number(match[1]);
}
