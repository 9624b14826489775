import { cpSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** This repository. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** What the documentation is made from, and what it links to. */
const PARTS = [
  "README.md", "CONTRIBUTING.md", "RELEASING.md", "SECURITY.md", "CHANGELOG.md", "LICENSE", "docs", ".github", "workflows-templates", "templates", "scripts",
  "packages/core/src/project", "packages/core/src/prompt", "packages/core/src/release", "packages/core/src/schema",
  ...readdirSync(join(ROOT, "actions")).flatMap((action) => [`actions/${action}/action.yml`, `actions/${action}/README.md`]),
];

/** A copy of everything that the documentation depends on, to be changed. */
export function copyRepository(): string {
  const copy = mkdtempSync(join(tmpdir(), "retell-docs-"));
  for (const part of PARTS) cpSync(join(ROOT, part), join(copy, part), { recursive: true });
  symlinkSync(join(ROOT, "node_modules"), join(copy, "node_modules"), "dir");
  return copy;
}

/** Replaces a text that has to be there. */
export function change(root: string, file: string, from: string, to: string): void {
  const text = readFileSync(join(root, file), "utf8");
  if (!text.includes(from)) throw new Error(`${file} does not contain ${JSON.stringify(from)}`);
  writeFileSync(join(root, file), text.replace(from, () => to));
}
