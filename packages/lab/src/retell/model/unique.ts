import { businessError } from "../http/errors.ts";

/** Refuses a repeated name or id; `what` says of what, as in `Tool name`. The wording is the lab's. */
export function refuseRepeated(names: readonly string[], what: string): void {
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) throw businessError(400, `${what} ${repeated} is not unique`);
}
