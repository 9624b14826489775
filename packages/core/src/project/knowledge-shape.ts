import { suggest } from "../schema/suggest.ts";
import type { StatedSettings } from "./desired-resources.ts";
import { memberOf, textOf, type JsonNode, type ObjectNode } from "./json-node.ts";
import type { ProblemSink } from "./problem-sink.ts";
import { quoted } from "./quoted.ts";

/** Characters in a knowledge base's name. Source: API reference, Create Knowledge Base: "must be less than 40 characters". */
const LONGEST_NAME = 39;

/** Source: API reference, Create Knowledge Base. */
const SIZES = { max_chunk_size: { from: 600, to: 6000, usual: 2000 }, min_chunk_size: { from: 200, to: 2000, usual: 400 } } as const;

/** What Retell takes for a setting that nobody states. Source: API reference, Create Knowledge Base. */
export const USUAL_SETTINGS = { enable_auto_refresh: false, max_chunk_size: SIZES.max_chunk_size.usual, min_chunk_size: SIZES.min_chunk_size.usual } as const;

const KEYS = ["$schema", "name", "enable_auto_refresh", "max_chunk_size", "min_chunk_size", "urls", "texts", "files"];

/** Reports keys that knowledge.json does not have. */
export function checkKeys(node: ObjectNode, keys: readonly string[], sink: ProblemSink): void {
  for (const [key, { key: at }] of node.members) {
    if (keys.includes(key)) continue;
    const near = suggest(key, keys);
    sink.warn({ code: "unknown-field", at, message: `${quoted(key)} means nothing here.`, hint: near === undefined ? `There is: ${keys.join(", ")}.` : `Did you mean ${quoted(near)}?` });
  }
}

/** Reads what is fixed when the knowledge base is made. */
export function readSettings(node: ObjectNode, folder: string, sink: ProblemSink): StatedSettings {
  checkKeys(node, KEYS, sink);
  const refresh = memberOf(node, "enable_auto_refresh");
  const autoRefresh = refresh?.kind === "scalar" && typeof refresh.value === "boolean" ? refresh.value : undefined;
  if (refresh !== undefined && autoRefresh === undefined) wrong(refresh, '"enable_auto_refresh" has to be true or false.', sink);
  const max = readSize(node, "max_chunk_size", sink);
  const min = readSize(node, "min_chunk_size", sink);
  const at = memberOf(node, "min_chunk_size") ?? memberOf(node, "max_chunk_size");
  if (at !== undefined && (min ?? SIZES.min_chunk_size.usual) >= (max ?? SIZES.max_chunk_size.usual)) {
    wrong(at, '"min_chunk_size" has to be less than "max_chunk_size".', sink, `Without a value they are ${SIZES.min_chunk_size.usual} and ${SIZES.max_chunk_size.usual}.`);
  }
  return {
    name: readName(node, folder, sink),
    ...(autoRefresh === undefined ? {} : { enable_auto_refresh: autoRefresh }),
    ...(max === undefined ? {} : { max_chunk_size: max }),
    ...(min === undefined ? {} : { min_chunk_size: min }),
  };
}

function readName(node: ObjectNode, folder: string, sink: ProblemSink): string {
  const stated = memberOf(node, "name");
  const name = stated === undefined ? folder : textOf(stated);
  if (name === undefined || name.trim() === "" || name.length > LONGEST_NAME) {
    sink.error({
      code: "invalid-knowledge-name",
      at: (stated ?? node).origin,
      message: `Retell's name of a knowledge base is a text of 1 to ${LONGEST_NAME} characters.`,
      hint: stated === undefined ? `The folder's name is longer: write a "name".` : "Shorten it.",
    });
  }
  return name ?? folder;
}

function readSize(node: ObjectNode, key: keyof typeof SIZES, sink: ProblemSink): number | undefined {
  const stated = memberOf(node, key);
  if (stated === undefined) return undefined;
  const value = stated.kind === "scalar" ? stated.value : undefined;
  const { from, to } = SIZES[key];
  if (typeof value === "number" && Number.isInteger(value) && value >= from && value <= to) return value;
  wrong(stated, `"${key}" has to be a whole number from ${from} to ${to}.`, sink);
  return undefined;
}

/** Reports a value of another form than asked for. */
export function wrong(node: JsonNode, message: string, sink: ProblemSink, hint?: string): void {
  sink.error({ code: "wrong-type", at: node.origin, message, ...(hint === undefined ? {} : { hint }) });
}
