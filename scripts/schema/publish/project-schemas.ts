import { SCHEMA_KEY } from "./own-fields.ts";
import type { PublishedSchema } from "./published-schema.ts";

const refuse = (errorMessage: string): PublishedSchema => ({ not: {}, errorMessage, doNotSuggest: true });

/** Source: `project/key-variable.ts`. */
const keyVariable = (description: string): PublishedSchema => ({
  type: "string",
  description,
  pattern: "^[A-Za-z_][A-Za-z0-9_]{0,127}$",
  patternErrorMessage: 'The name of an environment variable, such as "RETELL_STAGING_API_KEY".',
});

/** One entry of a workspace. Source: `project/workspaces-shape.ts`. */
const workspace = (snippet: string): PublishedSchema => ({
  type: "object",
  properties: {
    api_key_env: keyVariable("The environment variable that holds the workspace's API key."),
    read_key_env: keyVariable("Optional: the variable with a key that can only read. Checks, dry runs and drift detection take it first."),
    name: { type: "string", minLength: 1, description: "Optional: the workspace's name for people." },
    base_url: {
      type: "string",
      description: "Optional: an https host of retellai.com. Any other host comes from RETELL_BASE_URL in the job's environment.",
      pattern: "^https://([A-Za-z0-9-]+\\.)*[Rr][Ee][Tt][Ee][Ll][Ll][Aa][Ii]\\.[Cc][Oo][Mm]/?$",
      patternErrorMessage: "An https host of retellai.com, without path, port or user.",
      default: "https://api.retellai.com",
    },
    api_key: refuse('A key must not stand in this file. Write "api_key_env" with the name of the variable that holds it.'),
  },
  required: ["api_key_env"],
  defaultSnippets: [{ label: "workspace", body: { api_key_env: snippet, name: "$2" } }],
});

const branch = (role: string): PublishedSchema => ({ type: "string", minLength: 1, not: { pattern: "^retell/" }, errorMessage: "The name of a branch outside of retell/.", default: role });

/** What names a workspace or an agent. Source: `project/names.ts`. */
const name = (description: string): PublishedSchema => ({ type: "string", minLength: 1, description, pattern: NAME, patternErrorMessage: NAME_ERROR });
const NAME = "^(?!.*\\.\\.)(?!.*\\.lock$)[a-z0-9]([a-z0-9._-]{0,61}[a-z0-9_-])?$";
const NAME_ERROR = '1 to 63 characters of a-z, 0-9, ".", "_" and "-", which start with a letter or digit, hold no ".." and end neither with "." nor with ".lock".';
const WORKSPACE_NAME = NAME.replace("^", "^(?!(agent|flow|overwrite|workspace|all|develop)$)");

/** `workspaces.json`. Source: `project/parse-workspaces.ts`, `project/workspaces-shape.ts`, `project/read-moves.ts`. */
export function workspacesSchema(): PublishedSchema {
  return {
    title: "The workspaces of retell-actions",
    description: "Which workspaces exist, on which branch each is deployed, and which variable holds its key.",
    type: "object",
    properties: {
      $schema: SCHEMA_KEY,
      mode: { enum: ["single-production", "multi-production"], default: "single-production", description: 'Whether "production" is one workspace (the default), or a map of workspaces by name.' },
      branches: {
        type: "object",
        description: "Names of the branches; by default develop, staging and production. The develop branch deploys nowhere; all productions share one.",
        properties: { develop: branch("develop"), staging: branch("staging"), production: branch("production") },
      },
      staging: { description: "The workspace in which changes are tried.", ...workspace("${1:RETELL_STAGING_API_KEY}") },
      moved: MOVED,
    },
    required: ["staging", "production"],
    allOf: [
      {
        if: { properties: { mode: { enum: ["multi-production"], doNotSuggest: true } }, required: ["mode"] },
        then: {
          properties: {
            production: {
              type: "object",
              description: "The production workspaces by name.",
              additionalProperties: workspace("${1:RETELL_PRODUCTION_API_KEY}"),
              propertyNames: { pattern: WORKSPACE_NAME, patternErrorMessage: NAME_ERROR },
              minProperties: 1,
            },
          },
        },
        else: { properties: { production: { description: "The workspace that customers talk to.", ...workspace("${1:RETELL_PRODUCTION_API_KEY}") } } },
      },
    ],
    defaultSnippets: [
      { label: "one production", body: { staging: { api_key_env: "RETELL_STAGING_API_KEY" }, production: { api_key_env: "RETELL_PRODUCTION_API_KEY" } } },
      {
        label: "several productions",
        body: { mode: "multi-production", staging: { api_key_env: "RETELL_STAGING_API_KEY" }, production: { "${1:prod-eu}": { api_key_env: "${2:RETELL_PROD_EU_API_KEY}" } } },
      },
    ],
  };
}

const TO: PublishedSchema = { type: ["string", "null"], description: "The new name; null for one that is given up.", minLength: 1, pattern: NAME, patternErrorMessage: NAME_ERROR };

const MOVED: PublishedSchema = {
  type: "array",
  description: "Declared renames of agents and workspaces.",
  items: {
    type: "object",
    properties: { agent: name("The former name of the agent's folder."), workspace: name("The former name of the workspace."), to: TO },
    required: ["to"],
    additionalProperties: false,
    allOf: [{ if: { required: ["agent"] }, then: { properties: { workspace: false }, errorMessage: "One entry moves an agent or a workspace, not both." }, else: { required: ["workspace"] } }],
    defaultSnippets: [
      { label: "an agent was renamed", body: { agent: "$1", to: "$2" } },
      { label: "a workspace was renamed", body: { workspace: "$1", to: "$2" } },
      { label: "an agent is given up", body: { agent: "$1", to: null } },
    ],
  },
};

/** `knowledge/<name>/knowledge.json`. Source: `project/knowledge-shape.ts`, `project/knowledge-sources.ts`. */
export function knowledgeSchema(): PublishedSchema {
  const size = (from: number, to: number, usual: number): PublishedSchema => ({
    type: "number",
    minimum: from,
    maximum: to,
    multipleOf: 1,
    default: usual,
    description: `Characters. A whole number from ${String(from)} to ${String(to)}. Default: ${String(usual)}. Fixed when the knowledge base is made.`,
  });
  return {
    title: "A knowledge base of retell-actions",
    description: "What agents can look up, as knowledge://<name of this folder>.",
    type: "object",
    properties: {
      $schema: SCHEMA_KEY,
      name: { type: "string", minLength: 1, maxLength: 39, pattern: "\\S", patternErrorMessage: "The name is empty.", description: "The name in Retell; the folder's name unless said. 1 to 39 characters." },
      enable_auto_refresh: { type: "boolean", description: "Whether Retell reads the addresses again by itself. Fixed when the knowledge base is made." },
      max_chunk_size: size(600, 6000, 2000),
      min_chunk_size: size(200, 2000, 400),
      urls: {
        type: "array",
        description: "Pages that Retell reads.",
        items: { type: "string", pattern: "^[Hh][Tt][Tt][Pp][Ss]?://[^\\s/]", patternErrorMessage: "An address that begins with https://.", defaultSnippets: [{ label: '"https://…"', body: "https://$1" }] },
      },
      texts: {
        type: "array",
        description: "Texts with a title, written here or in a file of this folder.",
        items: {
          type: "object",
          properties: {
            title: { type: "string", minLength: 1, pattern: "\\S", patternErrorMessage: "The title is empty.", description: "What tells the text from the others." },
            text: { type: "string", pattern: "\\S", patternErrorMessage: "The text is empty.", description: "The text itself." },
            file: FILE,
          },
          required: ["title"],
          allOf: [{ if: { required: ["text"] }, then: { properties: { file: false }, errorMessage: 'A text is written in "text" or in a file, not both.' }, else: { required: ["file"] } }],
          defaultSnippets: [
            { label: "text in a file", body: { title: "$1", file: "./$2" } },
            { label: "text written here", body: { title: "$1", text: "$2" } },
          ],
        },
      },
      files: { type: "array", maxItems: 25, description: "Files of this folder, up to 25 of 50 MB.", items: FILE },
    },
  };
}

const FILE: PublishedSchema = {
  type: "string",
  description: "A file of this folder: ./manual.pdf.",
  not: { pattern: "^/|\\\\|(^|/)\\.\\.(/|$)|^[./]*$" },
  errorMessage: "A file of this folder, such as ./manual.pdf.",
  defaultSnippets: [{ label: '"./…"', body: "./$1" }],
};

/** `agents/<name>/overwrite.<workspace>.json`. Source: `project/read-agents.ts`. */
export function overwriteSchema(): PublishedSchema {
  return {
    title: "Console values that Git may overwrite",
    description: "Written by resolve-conflicts when somebody decides for Git. A field of the console that holds the value here may be overwritten by the next deployment.",
    type: "object",
    properties: {
      $schema: SCHEMA_KEY,
      deployed_at: { type: ["string", "null"], description: "When the agent was last deployed, as its record says; null before the first time. The file is spent when that moves." },
      fields: { type: "object", description: "The console's values by field, as the report of the conflict names them; null for one that is absent." },
    },
    required: ["deployed_at", "fields"],
  };
}
