import { missing } from "../http/errors.ts";
import { page } from "../http/pagination.ts";
import { pageRules } from "../http/query.ts";
import { json } from "../http/reply.ts";
import type { Route } from "../http/router.ts";
import { renderPhoneNumber } from "../model/render.ts";

const read = { permission: { group: "phone", level: "read" }, write: false } as const;

/** Phone numbers, for reading. Source: API reference, Phone Number. */
export const phoneNumberRoutes: readonly Route[] = [
  {
    ...read,
    method: "GET",
    path: "/get-phone-number/:phone_number",
    limiter: "general",
    query: {},
    handle: ({ world, params }) => {
      const id = params["phone_number"] ?? "";
      const record = world.data.phoneNumbers.get(id);
      if (record === undefined) throw missing(world.options.missingStatus, { id, from: "phone-number" });
      return json(200, renderPhoneNumber(record, world.options));
    },
  },
  {
    ...read,
    method: "GET",
    path: "/v2/list-phone-numbers",
    limiter: "list",
    query: pageRules,
    handle: ({ world, query }) => {
      const all = [...world.data.phoneNumbers.values()];
      return json(200, page(all.map((record) => ({ order: record.created, item: renderPhoneNumber(record, world.options) })), query));
    },
  },
];
