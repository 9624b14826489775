import { json } from "../http/reply.ts";
import type { Route } from "../http/router.ts";
import { findVoice, voicesOf } from "../model/voices.ts";

const read = { permission: { group: "agent", level: "read" }, write: false, query: {} } as const;

/** Voices, for reading. Source: API reference, Voice. */
export const voiceRoutes: readonly Route[] = [
  {
    ...read,
    method: "GET",
    path: "/get-voice/:voice_id",
    limiter: "general",
    handle: ({ world, params }) => json(200, findVoice(world, params["voice_id"] ?? "")),
  },
  { ...read, method: "GET", path: "/list-voices", limiter: "list", handle: ({ world }) => json(200, voicesOf(world)) },
];
