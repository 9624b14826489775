import { z } from "zod";
import { holdsInfinity } from "../canonical/finite-json.ts";
import { markFolder } from "./ownership-mark.ts";

const run = {
  run: z.string(),
  attempt: z.int().positive(),
  job: z.string(),
  /** ISO time after which the run counts as over when GitHub does not tell. */
  until: z.string(),
  commit: z.string(),
  agents: z.array(z.string()),
};
const pendingRun = z.looseObject({
  ...run,
  /** A run that only publishes. A deploy, which leaves journals in its agents' files, does not say what it is. */
  kind: z.literal("publish").optional(),
  /** The deploy that had died before a publishing run took the workspace: its journals wait for the next deploy. */
  interrupted: z.looseObject(run).optional(),
});
/** The run that holds the workspace. */
export type PendingRun = z.infer<typeof pendingRun>;

/** The deploy whose end tells the journals in the agents' files: the holder, or the one that a publishing run came after. */
export function journalsOf(pending: PendingRun): PendingRun | undefined {
  return pending.kind === "publish" ? pending.interrupted : pending;
}

const schema = z.looseObject({
  format: z.literal(1),
  organization: z.looseObject({ id: z.string().nullable(), name: z.string() }).nullable(),
  salt: z.string().min(16),
  pending: pendingRun.nullable().default(null),
});

/** `workspace.json` on the state branch: the organisation that was recorded, the salt of fingerprints, the lock. */
export type WorkspaceState = z.infer<typeof schema>;

/** Reads the file; the problem is a sentence for people. */
export function parseWorkspaceState(text: string): { state: WorkspaceState } | { problem: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { problem: `not valid JSON (${(error as Error).message})` };
  }
  if (holdsInfinity(value)) return { problem: "it holds a number beyond all that a program can hold" };
  const parsed = schema.safeParse(value);
  if (parsed.success) return { state: parsed.data };
  const issue = parsed.error.issues[0];
  return { problem: `${issue?.path.join(".") || "the file"}: ${issue?.message ?? "unexpected content"}` };
}

/** The file's text. */
export function renderWorkspaceState(state: WorkspaceState): string {
  return `${JSON.stringify(state, null, 2)}\n`;
}

/** `retell/state/staging`, or `retell/state/voice/staging` for a project in the folder `voice`. */
export function stateBranch(workingDirectory: string, workspace: string): string {
  return `retell/state/${markFolder(workingDirectory, workspace)}`;
}

/** Where an agent's state stands on that branch. */
export function agentStatePath(agent: string, workspace: string): string {
  return `agents/${agent}/${workspace}.json`;
}

export const WORKSPACE_STATE_PATH = "workspace.json";
