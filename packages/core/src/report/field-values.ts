import type { Json } from "../canonical/json.ts";
import { formatPath, type FieldPath } from "../diff/field-path.ts";
import type { FieldChange } from "../diff/classify.ts";
import { code } from "./escape.ts";
import { hideCredentials, shortenFingerprints } from "./hide-credentials.ts";

/** Longer values are cut in tables. */
const LONGEST_VALUE = 120;

/** A value in a table cell: JSON in a code span, cut where it is long; `–` for an absent one. */
export function showValue(value: Json | undefined): string {
  return value === undefined ? "–" : code(shortValue(value));
}

/** The same as plain text. */
export function shortValue(value: Json): string {
  const text = shortenFingerprints(hideCredentials(symbolText(value)));
  const characters = [...text];
  if (characters.length <= LONGEST_VALUE) return text;
  return `${characters.slice(0, LONGEST_VALUE - 20).join("")}… (${characters.length.toLocaleString("en-US")} characters)`;
}

/** Symbols (`secret://NAME`, `fingerprint:…`) stand bare: they are no texts in Retell. */
function symbolText(value: Json): string {
  if (typeof value === "string" && /^(secret:\/\/[A-Z0-9_]+( \(previous value\))?|fingerprint:[0-9a-f]+)$/.test(value)) return value;
  return JSON.stringify(value);
}

/** True for a field that is shown as a comparison of texts instead of a row of values. */
export function isText(change: FieldChange): boolean {
  const values = [lastDeployed(change), change.target, change.live];
  return values.every((value) => value === undefined || value === null || typeof value === "string") && values.some((value) => typeof value === "string" && (value.includes("\n") || value.length > LONGEST_VALUE));
}

/** What Retell held after the last deploy; what was sent, where Retell's answer is not recorded. */
export function lastDeployed(change: FieldChange): Json | undefined {
  return change.seen ?? change.sent;
}

/** What a field is called in agent.json: `llm.model` is `llm_config.model` there, `agent.voice_id` is `voice_id`. */
export function nameInFile(path: FieldPath): string {
  const [part, ...rest] = path;
  if (part === "llm") return formatPath(["llm_config", ...rest]);
  if (part === "flow") return formatPath(["conversation_flow", ...rest]);
  return part === "agent" && rest.length > 0 ? formatPath(rest) : formatPath(path);
}
