import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Circumstances } from "./circumstances.ts";
import { renderEvidence } from "./render.ts";

/** What one command found out, as it is kept in `docs/evidence/<name>.json`. */
export interface Section extends Circumstances {
  /** `crash`, `faults`, …: the file's name. */
  readonly name: string;
  readonly title: string;
  /** What was done and what the figures mean: plain sentences. */
  readonly text: string;
  /** Wall time of the command; it depends on the machine and on what else ran there. */
  readonly seconds: number;
  readonly tables: readonly { readonly title?: string; readonly header: readonly string[]; readonly rows: readonly (readonly string[])[] }[];
  /** Each thing that did not come out as it must, in a line. */
  readonly failures: readonly string[];
}

const FOLDER = "docs/evidence";

/** Keeps a section and writes `docs/evidence.md` anew from all that are kept. */
export function keepSection(root: string, section: Section): void {
  mkdirSync(join(root, FOLDER), { recursive: true });
  writeFileSync(join(root, FOLDER, `${section.name}.json`), `${JSON.stringify(section, null, 1)}\n`);
  writeFileSync(join(root, "docs/evidence.md"), evidencePage(root));
}

/** The page as it follows from the sections that are kept. */
export function evidencePage(root: string): string {
  const files = readdirSync(join(root, FOLDER)).filter((name) => name.endsWith(".json")).sort();
  return renderEvidence(files.map((name) => JSON.parse(readFileSync(join(root, FOLDER, name), "utf8")) as Section));
}
