/**
 * The prefix of a project's paths: empty for the repository's root, else the working directory with a slash at its end.
 * `.`, leading `./` and repeated or final slashes mean nothing. Undefined for a folder outside the repository.
 */
export function projectPrefix(workingDirectory: string): string | undefined {
  const parts = workingDirectory.replaceAll("\\", "/").split("/").filter((part) => part !== "" && part !== ".");
  if (workingDirectory.startsWith("/") || parts.includes("..")) return undefined;
  return parts.map((part) => `${part}/`).join("");
}
