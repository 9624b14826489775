/** `licenses.txt` of an action: the licenses of all that is bundled into it. */
import type { BundledPackage } from "./bundled-packages.ts";

const RULE = "=".repeat(100);

/** Which packages in which versions, each with its whole license and notice files. */
export function licenseFile(packages: readonly BundledPackage[]): string {
  const parts = packages.map((one) => [RULE, heading(one), RULE, ...[...one.texts].map(([path, text]) => `\n[${path}]\n\n${text}`), ""].join("\n"));
  return `This action contains the packages below. What is not listed is under the LICENSE of this repository.\n\n${parts.join("\n")}`;
}

/** The line that names a package, its version and its license. */
export function heading(one: Pick<BundledPackage, "name" | "version" | "license">): string {
  return `${one.name} ${one.version} (${one.license})`;
}
