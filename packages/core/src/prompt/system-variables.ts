/** Names that Retell fills at run time. `prefix` rows stand for every name that starts so, such as time zones. */
interface SystemVariable {
  readonly names: readonly string[];
  readonly prefix?: true;
  readonly source: string;
  readonly confidence: "documented" | "field-report";
}

const DYNAMIC_VARIABLES = "Retell documentation, build/dynamic-variables";

const SYSTEM_VARIABLES: readonly SystemVariable[] = [
  { names: ["current_time", "current_hour", "current_calendar"], source: DYNAMIC_VARIABLES, confidence: "documented" },
  { names: ["current_time_", "current_hour_", "current_calendar_"], prefix: true, source: `${DYNAMIC_VARIABLES}: with a time zone`, confidence: "documented" },
  { names: ["session_type", "session_duration", "session_duration_ms"], source: DYNAMIC_VARIABLES, confidence: "documented" },
  { names: ["direction", "user_number", "agent_number", "call_id", "call_type", "chat_id"], source: DYNAMIC_VARIABLES, confidence: "documented" },
  { names: ["current_agent_state", "previous_agent_state", "current_node", "previous_node"], source: DYNAMIC_VARIABLES, confidence: "documented" },
  { names: ["first_name", "last_name", "do_not_call", "contact_memory"], source: `${DYNAMIC_VARIABLES}: fields of the contact`, confidence: "documented" },
];

const EXACT = new Set(SYSTEM_VARIABLES.filter((row) => !row.prefix).flatMap((row) => row.names));
const PREFIXES = SYSTEM_VARIABLES.filter((row) => row.prefix).flatMap((row) => row.names);

/** True for a name that Retell itself fills in a session. */
export function isSystemVariable(name: string): boolean {
  return EXACT.has(name) || PREFIXES.some((prefix) => name.length > prefix.length && name.startsWith(prefix));
}

/** Names of system variables, for suggestions. */
export const SYSTEM_VARIABLE_NAMES: readonly string[] = [...EXACT];
