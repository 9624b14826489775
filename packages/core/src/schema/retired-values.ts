import type { Sourced } from "./field-schema.ts";
import { pathTable } from "./paths.ts";
import type { PathRow, PathTable, Place } from "./paths.ts";
import { MODEL_FIELDS, TOOL_LISTS, agentPaths } from "./tool-paths.ts";

/** Values of some fields that Retell retires: stored ones are replaced by the successor, sent ones read back as it. */
export interface RetiredRow extends PathRow {
  readonly values: Readonly<Record<string, Retirement>>;
}

/** What became of one value. */
export interface Retirement extends Sourced {
  /** The value that stands in its place, or `undefined` where it is not a single value of the same field. */
  readonly successor?: string;
  /** The day from which it is replaced, `YYYY-MM-DD`. */
  readonly on: string;
  /** Said to the user where there is no successor, or it is disputed. */
  readonly note?: string;
}

const notice = (successor: string, on: string, note?: string): Retirement => ({
  successor,
  on,
  ...(note !== undefined && { note }),
  source: `docs, deprecation notice ${on}`,
  confidence: "documented",
});

const cal: Retirement = {
  on: "2026-09-30",
  note: "use a tool of type `integration_app` with the provider `calcom`",
  source: "API reference, OpenAPI revision 2026-10-04 (gone from the unions); day from field reports",
  confidence: "field-report",
};

const TEXT_MODELS: Readonly<Record<string, Retirement>> = {
  "claude-4.0-sonnet": notice("claude-4.6-sonnet", "2026-05-25"),
  "gemini-2.0-flash": notice("gemini-3.0-flash", "2026-05-25"),
  "gemini-2.5-flash": notice("gemini-3.0-flash", "2026-05-25"),
  "gemini-2.0-flash-lite": notice("gemini-3.1-flash-lite", "2026-05-25"),
  "claude-4.5-sonnet": notice(
    "claude-4.6-sonnet",
    "2026-09-29",
    "another notice names 2026-10-29 and claude-5.5-sonnet",
  ),
  "gpt-4.1-nano": notice("gpt-5.6-luna", "2026-10-20"),
  "gemini-2.5-pro": notice("gemini-3.8-flash", "2026-11-29"),
};

/** Retired values per field. An entry may lie in the future: whoever has a clock compares `on` with it. */
export const RETIRED_VALUES: PathTable<RetiredRow> = pathTable([
  { paths: MODEL_FIELDS, values: TEXT_MODELS },
  {
    paths: ["llm.s2s_model"],
    values: {
      "gpt-4o-realtime": notice("gpt-realtime-1.5", "2026-04-03"),
      "gpt-4o-mini-realtime": notice("gpt-realtime-mini", "2026-04-03"),
    },
  },
  {
    paths: ["agent.voice_model"],
    values: {
      "sonic-2": notice("sonic-3", "2026-04-03"),
      "sonic-turbo": notice("sonic-3", "2026-04-03"),
      eleven_turbo_v2: notice("eleven_flash_v2", "2026-07-12"),
      eleven_turbo_v2_5: notice("eleven_flash_v2_5", "2026-07-12"),
    },
  },
  {
    paths: agentPaths("language"),
    values: {
      multi: {
        on: "2026-07-31",
        note: "name the languages in a list, such as [\"en-US\", \"es-ES\"]; Retell stores `multi` as ten of them",
        source: "docs, deprecation notice 2026-07-31; API reference, OpenAPI revision 2026-10-04",
        confidence: "documented",
      },
    },
  },
  { paths: TOOL_LISTS.map((list) => `${list}.type`), values: { check_availability_cal: cal, book_appointment_cal: cal } },
]);

/** What became of a value, or `undefined` if it is not known to be retired. */
export function retirementOf(place: Place & { readonly value: unknown }): Retirement | undefined {
  if (typeof place.value !== "string") return undefined;
  const values = RETIRED_VALUES.find(place)?.values;
  return values && Object.hasOwn(values, place.value) ? values[place.value] : undefined;
}

/** The value that Retell stores in place of a retired one, through all generations; any other value as it is. */
export function currentValue(place: Place & { readonly value: string }): string {
  let value = place.value;
  const passed = new Set<string>();
  for (;;) {
    const successor = retirementOf({ ...place, value })?.successor;
    if (successor === undefined || passed.has(successor)) return value;
    passed.add(value);
    value = successor;
  }
}
