import * as z from "zod";

const text = z.string().min(1);

const workspace = z.looseObject({
  api_key_env: text,
  read_key_env: text.optional(),
  name: text.optional(),
  base_url: text.optional(),
});

const move = z.union([
  z.strictObject({ agent: text, to: text.nullable() }),
  z.strictObject({ workspace: text, to: text.nullable() }),
]);

/** The shape of `workspaces.json` in single-production mode and the common part of both modes. */
const common = {
  $schema: z.string().optional(),
  mode: z.enum(["single-production", "multi-production"]).optional(),
  branches: z.looseObject({ develop: text.optional(), staging: text.optional(), production: text.optional() }).optional(),
  staging: workspace,
  moved: z.array(move).optional(),
};

/** `workspaces.json` by mode; keys that are not known pass and are warned about elsewhere. */
export const WORKSPACES_SHAPES = {
  "single-production": z.looseObject({ ...common, production: workspace }),
  "multi-production": z.looseObject({ ...common, production: z.record(z.string(), workspace) }),
} as const;

/** A workspace's entry, in the shape that was checked. */
export type WorkspaceEntry = z.infer<typeof workspace>;

/** Known keys by place, for suggestions. */
export const WORKSPACES_KEYS = {
  file: ["$schema", "mode", "branches", "staging", "production", "moved"],
  workspace: ["api_key_env", "read_key_env", "name", "base_url"],
  branches: ["develop", "staging", "production"],
} as const;
