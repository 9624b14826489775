/** Whether git takes the text as a branch. Source: git-check-ref-format, with the rule of `git branch` that names do not start with a dash. */
export function isBranchName(name: string): boolean {
  if (name === "" || name.length > 244 || name === "@" || name === "HEAD" || name.startsWith("-")) return false;
  // eslint-disable-next-line no-control-regex -- control characters are what is refused here
  if (/[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{|\/\/|^\/|[/.]$/.test(name) || name.startsWith("refs/")) return false;
  return name.split("/").every((part) => !part.startsWith(".") && !part.endsWith(".lock"));
}
