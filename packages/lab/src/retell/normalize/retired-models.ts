/** A model that Retell replaced. All rows are in force in the lab whatever its clock says. */
export interface RetiredModel {
  readonly kind: "text" | "speech" | "voice";
  readonly retired: string;
  readonly successor: string;
  /** Deprecation notice, by its date. */
  readonly source: string;
}

/**
 * Stored and read back as the successor. `claude-4.5-sonnet` has two notices with different targets; the one that was
 * seen in force stands here (confidence: medium).
 */
export const retiredModels: readonly RetiredModel[] = [
  { kind: "speech", retired: "gpt-4o-realtime", successor: "gpt-realtime-1.5", source: "Deprecation notice 2026-04-03" },
  { kind: "speech", retired: "gpt-4o-mini-realtime", successor: "gpt-realtime-mini", source: "Deprecation notice 2026-04-03" },
  { kind: "voice", retired: "sonic-2", successor: "sonic-3", source: "Deprecation notice 2026-04-03" },
  { kind: "voice", retired: "sonic-turbo", successor: "sonic-3", source: "Deprecation notice 2026-04-03" },
  { kind: "text", retired: "claude-4.0-sonnet", successor: "claude-4.6-sonnet", source: "Deprecation notice 2026-05-25" },
  { kind: "text", retired: "gemini-2.0-flash", successor: "gemini-3.0-flash", source: "Deprecation notice 2026-05-25" },
  { kind: "text", retired: "gemini-2.5-flash", successor: "gemini-3.0-flash", source: "Deprecation notice 2026-05-25" },
  { kind: "text", retired: "gemini-2.0-flash-lite", successor: "gemini-3.1-flash-lite", source: "Deprecation notice 2026-05-25" },
  { kind: "voice", retired: "eleven_turbo_v2", successor: "eleven_flash_v2", source: "Deprecation notice 2026-07-12" },
  { kind: "voice", retired: "eleven_turbo_v2_5", successor: "eleven_flash_v2_5", source: "Deprecation notice 2026-07-12" },
  { kind: "text", retired: "claude-4.5-sonnet", successor: "claude-4.6-sonnet", source: "Deprecation notice 2026-09-29" },
  { kind: "text", retired: "gpt-4.1-nano", successor: "gpt-5.6-luna", source: "Deprecation notice 2026-10-20" },
  { kind: "text", retired: "gemini-2.5-pro", successor: "gemini-3.8-flash", source: "Deprecation notice 2026-11-29" },
];

/** The value that the service stores for a model name. */
export function currentModel(value: unknown): unknown {
  return retiredModels.find((row) => row.retired === value)?.successor ?? value;
}
