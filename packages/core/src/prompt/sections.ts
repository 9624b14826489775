import { normalizeLineEnds } from "../canonical/canonical-form.ts";
import { findCredentials } from "../canonical/credentials.ts";
import type { ProjectFiles } from "../project/files.ts";
import { findConflictMarker } from "../project/merge-markers.ts";
import type { Problem } from "../project/problem.ts";
import { sourceText, type SourceText } from "../project/source-text.ts";
import { suggest } from "../schema/suggest.ts";
import { quoted } from "../project/quoted.ts";
import { findTags, type Tag } from "./tags.ts";

/** A section file, read. */
export interface Section {
  readonly name: string;
  readonly file: string;
  /** LF line ends; without a byte order mark and without the one final line break. */
  readonly text: string;
  /** Where `text` starts in the file's LF-normalised text: 1 after a byte order mark, else 0. */
  readonly offset: number;
  readonly tags: readonly Tag[];
  /** For positions of offsets of `text`. */
  readonly source: SourceText;
  /** What is wrong with the file, whoever uses it. */
  readonly problems: readonly Problem[];
}

/** Why a section name leads to no text. */
export interface SectionFault {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** The section files of a project. Each file is read once, however many agents use it. */
export interface SectionStore {
  /** The section, or why there is none. */
  get(name: string): Section | SectionFault;
}

const EXTENSIONS = [".txt", ".md"] as const;

/** True for an answer of {@link SectionStore.get} that is a section. */
export function isSection(found: Section | SectionFault): found is Section {
  return "file" in found;
}

/** Opens the sections below `<prefix>prompts/`; the prefix is empty or ends with a slash. */
export function sectionStore(files: ProjectFiles, prefix: string): SectionStore {
  const read = new Map<string, Section | SectionFault>();
  let names: string[] | undefined;
  const known = (): string[] => (names ??= sectionNames(files, prefix));
  return {
    get: (name) => {
      const present = read.get(name);
      if (present) return present;
      const found = nameFault(name) ?? readSection({ name, files, prefix, known });
      read.set(name, found);
      return found;
    },
  };
}

/** Why a text may not name a section: it would leave the prompts folder, or names no file in it. */
export function nameFault(name: string): SectionFault | undefined {
  // eslint-disable-next-line no-control-regex -- control characters are what is refused here
  const odd = /[\\\u0000-\u001f\u007f]/.test(name) || name.split("/").some((part) => part === "" || part === "." || part === "..") || /^[A-Za-z]:/.test(name);
  if (!odd) return undefined;
  return {
    code: "section-outside-prompts",
    message: `${quoted(name)} cannot name a prompt section: sections stay inside the prompts folder.`,
    hint: 'Write the path below prompts/ with "/" and without extension, for example "base/greeting"; no "..", no absolute path.',
  };
}

function sectionNames(files: ProjectFiles, prefix: string): string[] {
  const folder = `${prefix}prompts/`;
  const names = new Set<string>();
  for (const path of files.keys()) {
    const extension = EXTENSIONS.find((end) => path.endsWith(end));
    if (extension !== undefined && path.startsWith(folder)) names.add(path.slice(folder.length, -extension.length));
  }
  return [...names].sort();
}

function readSection(request: { readonly name: string; readonly files: ProjectFiles; readonly prefix: string; readonly known: () => string[] }): Section | SectionFault {
  const { name, files, prefix } = request;
  const base = `${prefix}prompts/${name}`;
  const link = symlinkOnTheWay(files, prefix, base);
  if (link !== undefined) return linkFault(link);
  const present = EXTENSIONS.map((extension) => base + extension).filter((path) => files.has(path));
  const [path] = present;
  if (path === undefined) return missing(name, request.known());
  if (present.length > 1) {
    return { code: "section-ambiguous", message: `The section ${quoted(name)} exists twice: ${present.join(" and ")}.`, hint: "Keep one of the two files." };
  }
  const file = files.get(path);
  if (file?.kind === "symlink") return linkFault(path);
  if (file?.text === undefined) {
    return { code: "not-utf8", message: `${path} is not UTF-8 text.`, hint: "Save the file as UTF-8." };
  }
  return toSection({ name, file: path, raw: file.text });
}

function toSection({ name, file, raw }: { readonly name: string; readonly file: string; readonly raw: string }): Section {
  const normalized = normalizeLineEnds(raw);
  const offset = normalized.startsWith("\uFEFF") ? 1 : 0;
  const text = normalized.slice(offset, normalized.endsWith("\n") ? -1 : undefined);
  const source = sourceText(file, text);
  return { name, file, text, offset, source, tags: findTags(text), problems: fileProblems(source) };
}

function fileProblems(source: SourceText): Problem[] {
  const problems: Problem[] = findCredentials(source.text).map((found) => ({
    code: "literal-credential",
    severity: "error",
    ...source.position(found.start),
    message: `The prompt contains what looks like a ${found.kind}.`,
    hint: "Remove it and revoke it, since it is in Git's history; pass secrets to tools by secret://NAME in their headers.",
  }));
  const marker = findConflictMarker(source.text);
  if (marker !== undefined) {
    problems.push({
      code: "merge-conflict",
      severity: "error",
      ...source.position(marker),
      message: "The file contains merge conflict markers.",
      hint: "Resolve the merge and remove the lines that start with <<<<<<<, ======= and >>>>>>>.",
    });
  }
  const nul = source.text.indexOf("\0");
  if (nul !== -1) {
    problems.push({
      code: "nul-character",
      severity: "error",
      ...source.position(nul),
      message: "The file contains a NUL character, which no prompt can hold.",
      hint: "Save the file as UTF-8; files saved as UTF-16 are full of them.",
    });
  }
  return problems;
}

function symlinkOnTheWay(files: ProjectFiles, prefix: string, path: string): string | undefined {
  for (let end = path.indexOf("/", prefix.length); end !== -1; end = path.indexOf("/", end + 1)) {
    const folder = path.slice(0, end);
    if (files.get(folder)?.kind === "symlink") return folder;
  }
  return undefined;
}

function linkFault(path: string): SectionFault {
  return { code: "symlink", message: `${path} is a symbolic link, which is not followed.`, hint: "Put the file itself there." };
}

function missing(name: string, known: readonly string[]): SectionFault {
  const withoutExtension = name.replace(/\.(?:txt|md)$/, "");
  const near = known.includes(withoutExtension) ? withoutExtension : suggest(name, known);
  return {
    code: "missing-section",
    message: `There is no section ${quoted(name)}: neither prompts/${name}.txt nor prompts/${name}.md exists.`,
    hint: near === undefined ? "Add the file, or correct the name." : `Did you mean ${quoted(near)}?`,
  };
}
