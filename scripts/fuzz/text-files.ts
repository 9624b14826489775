import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** A text of a corpus with the name of its file. */
export interface KeptText {
  readonly file: string;
  readonly text: string;
}

/** Texts that each parser is begun with, and texts that once broke one. */
export type Collection = "corpus" | "crashes";

/** Written as they are; others as a JSON string, which neither Git nor an editor can change. */
const PLAIN = /^(?:[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|\n)*$/u;

const folderOf = (collection: Collection, target: string): string => fileURLToPath(new URL(`./${collection}/${target}/`, import.meta.url));

/** All texts of a target, sorted by their files' names. */
export function readTexts(collection: Collection, target: string): KeptText[] {
  const folder = folderOf(collection, target);
  if (!existsSync(folder)) return [];
  return readdirSync(folder).sort().map((file) => {
    const written = readFileSync(folder + file, "utf8");
    return { file: `${collection}/${target}/${file}`, text: file.endsWith(".escaped") ? (JSON.parse(written) as string) : written };
  });
}

/** Keeps a text under a name made from it; the answer is the file's path in this folder. */
export function keepText(collection: Collection, target: string, text: string): string {
  const folder = folderOf(collection, target);
  mkdirSync(folder, { recursive: true });
  const name = createHash("sha256").update(JSON.stringify(text)).digest("hex").slice(0, 12);
  const file = PLAIN.test(text) ? `${name}.plain` : `${name}.escaped`;
  writeFileSync(folder + file, file.endsWith(".plain") ? text : `${JSON.stringify(text)}\n`);
  return `${collection}/${target}/${file}`;
}
