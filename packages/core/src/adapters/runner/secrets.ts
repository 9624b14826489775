import { ActionError } from "../../errors.ts";
import type { Log } from "../../ports/runner.ts";
import type { Environment } from "./job-context.ts";

const PREFIX = "RETELL_SECRET_";

/**
 * The values of `secret://NAME` by name: the variables `RETELL_SECRET_NAME` and no others, masked at once. Line breaks
 * at the end, which pasting adds, are dropped; empty variables (a secret that does not exist) are absent.
 */
export function readSecrets({ environment, log }: { environment: Environment; log: Log }): ReadonlyMap<string, string> {
  const secrets = new Map<string, string>();
  for (const [variable, raw] of Object.entries(environment).sort(([a], [b]) => (a < b ? -1 : 1))) {
    if (!variable.startsWith(PREFIX) || variable.length === PREFIX.length) continue;
    const value = (raw ?? "").replace(/[\r\n]+$/, "");
    if (value.trim() === "") continue;
    log.mask(value);
    secrets.set(variable.slice(PREFIX.length), value);
  }
  return secrets;
}

/** The API key in the first of the variables that is not empty, masked and trimmed, or undefined. */
export function findApiKey({ environment, variables, log }: { environment: Environment; variables: readonly string[]; log: Log }): { key: string; variable: string } | undefined {
  for (const variable of variables) {
    const raw = environment[variable] ?? "";
    const key = raw.trim();
    if (key === "") continue;
    log.mask(raw);
    // Such a value cannot be sent as a header; the message must not show it.
    if (!/^[\x21-\x7e]+$/.test(key)) {
      throw new ActionError("missing-key", `${variable} holds something that is not an API key: there are blanks, line breaks or other characters inside. Store the key alone in the secret.`);
    }
    return { key, variable };
  }
  return undefined;
}

/** As {@link findApiKey}, but throws `missing-key` with the lines to add to the workflow. */
export function requireApiKey(request: { environment: Environment; variables: readonly [string, ...string[]]; log: Log }): { key: string; variable: string } {
  const found = findApiKey(request);
  if (found !== undefined) return found;
  const [variable] = request.variables;
  throw new ActionError(
    "missing-key",
    `The environment variable ${variable} is empty. Create the secret ${variable} (repository or environment settings) and add to the step:\nenv:\n  ${variable}: \${{ secrets.${variable} }}`,
  );
}
