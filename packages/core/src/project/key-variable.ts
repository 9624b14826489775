import { looksLikeCredential } from "../canonical/credentials.ts";

/**
 * Environment variables that are never a Retell key: what the runner, GitHub and the system put there, and what this suite
 * keeps for other values. A workspace that named one would send another secret to Retell.
 */
const TAKEN = /^(?:GITHUB|GH|ACTIONS|RUNNER|INPUT|STATE|NODE|NPM|AWS|AZURE|GOOGLE|SSH|GIT|DOCKER|RETELL_SECRET)_|^(?:PATH|HOME|USER|SHELL|PWD|CI|LANG|TMPDIR|NODE|RETELL_BASE_URL|RETELL_LOG|RETELL_CUSTOM_HEADERS)$/i;

/** Why a text may not name the variable that holds a Retell key, with what to do; undefined if it may. */
export function keyVariableFault(name: string): { readonly code: string; readonly message: string; readonly hint: string } | undefined {
  if (looksLikeCredential(name)) {
    return {
      code: "literal-credential",
      message: "The name of an environment variable is expected, and this looks like the key itself.",
      hint: 'Revoke the key, since it is in Git\'s history; name the variable that holds it, such as "RETELL_STAGING_API_KEY".',
    };
  }
  if (!/^[A-Za-z_][A-Za-z0-9_]{0,127}$/.test(name)) {
    return {
      code: "invalid-key-variable",
      // Not repeated: people paste the key itself here.
      message: "The value cannot name an environment variable.",
      hint: 'Use letters, digits and "_", such as "RETELL_STAGING_API_KEY".',
    };
  }
  if (TAKEN.test(name)) {
    return {
      code: "invalid-key-variable",
      message: `${name} is not a variable for a Retell key.`,
      hint: 'Name a variable of your own, such as "RETELL_STAGING_API_KEY".',
    };
  }
  return undefined;
}
