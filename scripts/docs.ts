/**
 * Writes the generated parts of the documentation (tables of inputs, outputs, outcomes and reason codes, the list of
 * actions). With `--check` nothing is written: pages that differ, and links, examples and names that are wrong, end with exit code 1.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildDocumentation } from "./docs/documentation.ts";
import { showFinding } from "./docs/finding.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const check = process.argv.includes("--check");
const { pages, outdated, findings } = buildDocumentation(root);

for (const file of outdated) {
  if (check) console.error(`${file}: The generated parts are not what the sources say. Run npm run docs and commit the page.`);
  else {
    writeFileSync(join(root, file), pages.get(file) ?? "");
    console.log(`wrote ${file}`);
  }
}
for (const finding of findings) console.error(showFinding(finding));
if (findings.length > 0 || (check && outdated.length > 0)) process.exitCode = 1;
else console.log(`The documentation is in order: ${pages.size} pages.`);
