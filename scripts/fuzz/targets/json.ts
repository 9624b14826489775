import fc from "fast-check";
import { jsonAt, removeJson, setJson } from "../../../packages/core/src/adopt/edit-json.ts";
import { canonicalJson } from "../../../packages/core/src/canonical/content-hash.ts";
import type { Json } from "../../../packages/core/src/canonical/json.ts";
import { valueOf } from "../../../packages/core/src/project/json-node.ts";
import { parseJson } from "../../../packages/core/src/project/parse-json.ts";
import { parseWorkspaces } from "../../../packages/core/src/project/parse-workspaces.ts";
import { anyText, jsonText, listText, objectText, oneOf } from "../grammar.ts";
import { checkPlaces, outcomeOf, promise, type Target } from "../target.ts";

const WORDS = ["name", "id", "items", "text", "a", "b"];

/** Refused beyond what RFC 8259 refuses. */
const STRICTER = new Set(["duplicate-key", "invalid-text", "number-out-of-range", "merge-conflict", "json-too-deep", "file-too-large"]);

function parsed(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

const JSON_TARGET: Target = {
  name: "json",
  what: "the reader of all JSON files, against JSON.parse",
  share: 10,
  words: WORDS,
  grammar: jsonText(WORDS),
  run: (text) => {
    const { root, problems } = parseJson({ file: "x.json", text });
    checkPlaces(problems, () => text);
    promise((root === undefined) === problems.length > 0, "a text with problems has a value, or one without has none");
    const other = parsed(text.startsWith("\ufeff") ? text.slice(1) : text);
    if (root !== undefined) promise(other !== undefined && JSON.stringify(other.value) === JSON.stringify(valueOf(root)), "another value than that of JSON.parse");
    else promise(other === undefined || problems.some(({ code }) => STRICTER.has(code)), "JSON is refused");
    return outcomeOf(problems, root === undefined ? problems : valueOf(root));
  },
};

const EDIT_TARGET: Target = {
  name: "json-edit",
  what: "edits of the user's JSON files",
  share: 5,
  words: WORDS,
  grammar: jsonText(WORDS),
  run: (text) => {
    const { root, problems } = parseJson({ file: "x.json", text });
    if (root === undefined) return outcomeOf(problems, undefined);
    const value = valueOf(root);
    const path = somePath(value);
    const made: Json = [{ added: ["\ud83d\ude42", "\u2028"] }, 1];
    const edited = path.length === 0 ? text : setJson(text, { path, value: made });
    if (path.length > 0) {
      promise(canonicalJson(jsonAt(edited, path) ?? null) === canonicalJson(made), "a value that was set is another one");
      const removed = typeof path.at(-1) === "string" ? removeJson(edited, path) : edited;
      promise(parseJson({ file: "x.json", text: removed }).root !== undefined, "a text without a key is no JSON any more");
    }
    promise(setJson(text, { path: [], value }) === text, "setting the value that is there changes the text");
    const again = parseJson({ file: "x.json", text: edited });
    // What is set may be one level more than a file may have: then it is refused as that.
    promise(again.root !== undefined || again.problems.some(({ code }) => code === "json-too-deep"), "an edited text is no JSON any more");
    return outcomeOf(problems, edited);
  },
};

/** The place of the last key or item, as deep as there is one. */
function somePath(value: Json): (string | number)[] {
  const path: (string | number)[] = [];
  for (let at: Json | undefined = value; typeof at === "object" && at !== null; ) {
    const step: string | number | undefined = Array.isArray(at) ? at.length - 1 : Object.keys(at).at(-1);
    if (step === undefined || step === -1) break;
    path.push(step);
    at = Array.isArray(at) ? at[step as number] : at[step];
  }
  return path;
}

const WORKSPACE_WORDS = ["mode", "single-production", "multi-production", "branches", "develop", "staging", "production", "api_key_env", "read_key_env", "api_key", "base_url", "name", "moved", "agent", "workspace", "to", "RETELL_STAGING_API_KEY", "RETELL_PRODUCTION_API_KEY", "https://api.retellai.com", "prod-eu", "all", "retell/x", "refs/heads/main"];
const workspace = objectText({ api_key_env: oneOf("RETELL_STAGING_API_KEY", "RETELL_EU_API_KEY", "PATH", "a b"), read_key_env: oneOf("RETELL_READ_KEY", "RETELL_OTHER_KEY"), name: anyText(WORKSPACE_WORDS).map((text) => JSON.stringify(text)), base_url: oneOf("https://api.retellai.com", "https://retellai.com.evil.example", "http://localhost:1", "https://api.retellai.com/x") }, WORKSPACE_WORDS);
const names = fc.oneof(oneOf("prod", "prod-eu", "PROD", "__proto__", "constructor", "agent", "a..b", "x.lock"), anyText(["prod", "-", "."]).map((text) => JSON.stringify(text)));
const many = fc.array(fc.tuple(names, workspace), { maxLength: 4 }).map((members) => `{${members.map(([key, value]) => `${key}: ${value}`).join(", ")}}`);
const move = fc.oneof(objectText({ agent: names, to: fc.oneof(names, oneOf(null)) }), objectText({ workspace: names, to: fc.oneof(names, oneOf(null, "staging")) }));

const WORKSPACES_TARGET: Target = {
  name: "workspaces",
  what: "workspaces.json",
  share: 8,
  words: WORKSPACE_WORDS,
  grammar: objectText({ mode: oneOf("single-production", "multi-production", "other"), branches: objectText({ develop: oneOf("main", "a//b"), staging: oneOf("staging", "retell/x"), production: oneOf("production", "main") }), staging: workspace, production: fc.oneof(workspace, many), moved: listText(move, 6) }, WORKSPACE_WORDS),
  run: (text) => {
    const { file, problems } = parseWorkspaces(text, "workspaces.json");
    checkPlaces(problems, () => text);
    promise((file === undefined) === problems.some(({ severity }) => severity === "error"), "a file with errors is used, or one without is not");
    return outcomeOf(problems, { file, problems });
  },
};

export const JSON_TARGETS: readonly Target[] = [JSON_TARGET, EDIT_TARGET, WORKSPACES_TARGET];
