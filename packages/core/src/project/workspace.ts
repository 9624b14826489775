/** One Retell organisation that the repository deploys to. */
export interface Workspace {
  readonly name: string;
  readonly kind: "staging" | "production";
  /** The name for people. */
  readonly title: string;
  readonly branch: string;
  readonly apiKeyEnv: string;
  readonly readKeyEnv: string | undefined;
  /** An https host of retellai.com, or undefined for the SDK's default. */
  readonly baseUrl: string | undefined;
}

/** A declared rename of an agent or a workspace; `to: null` declares an agent gone for good: it stays in Retell and is no rename. */
export type Move = { readonly kind: "agent" | "workspace"; readonly from: string; readonly to: string | null };

/** `workspaces.json`, checked. Workspaces are staging first, then productions by name. */
export interface WorkspacesFile {
  readonly mode: "single-production" | "multi-production";
  readonly branches: { readonly develop: string; readonly staging: string; readonly production: string };
  readonly workspaces: readonly Workspace[];
  readonly moved: readonly Move[];
}
