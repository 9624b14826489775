import { visible } from "../report/escape.ts";
import type { Problem } from "../project/problem.ts";

/** Separators, drives and streams of Windows; control characters; what bytes become that are no UTF-8. */
// eslint-disable-next-line no-control-regex -- these are what is looked for
const UNSAFE = /[\\:\u0000-\u001f\u007f-\u009f\ufffd]/;
/** Parts of a path that lead elsewhere, or into the repository in which somebody restores the release; `git~1` is Windows' own name for it. */
const PARTS = /^(?:|\.git|git~1)$/i;

/** A name in an archive that leads elsewhere, or that shows as another one, on any system where people unpack it. */
function isUnsafe(path: string): boolean {
  return UNSAFE.test(path) || visible(path) !== path || path.split("/").some((part) => PARTS.test(withoutEnd(part).replace(/\p{Default_Ignorable_Code_Point}/gu, "")));
}

/** Windows drops blanks and periods at the end of a name; nothing is left of `.` and `..`. */
function withoutEnd(part: string): string {
  return part.replace(/[ .]+$/, "");
}

/** What a system may take for the same name: macOS and Windows fold case and accents. */
function foldedName(path: string): string {
  return path.normalize("NFC").toLowerCase().split("/").map(withoutEnd).join("/");
}

/** Errors for names that an archive must not hold: unsafe ones, and each file or folder that would be unpacked over another one. */
export function entryNameProblems(paths: readonly string[]): Problem[] {
  const taken = new Map<string, string>();
  const told = new Set<string>();
  return paths.flatMap((file): Problem[] => {
    if (isUnsafe(file)) {
      return [{ code: "unsafe-file-name", severity: "error", file, message: `${JSON.stringify(visible(file))} could lead elsewhere where a release is unpacked, or show as another name.`, hint: 'Rename the file: no "\\", ":", "..", ".git", and no characters that nobody can see.' }];
    }
    const upTo = file.split("/").map((_part, index, parts) => parts.slice(0, index + 1).join("/"));
    const twin = upTo.find((path) => (taken.get(foldedName(path)) ?? path) !== path);
    for (const path of upTo) if (!taken.has(foldedName(path))) taken.set(foldedName(path), path);
    if (twin === undefined || told.has(twin)) return [];
    told.add(twin);
    return [{ code: "file-names-collide", severity: "error", file, message: `${JSON.stringify(twin)} and ${JSON.stringify(taken.get(foldedName(twin)) ?? twin)} are one name on macOS or Windows, where one would be unpacked over the other.`, hint: "Rename one of them." }];
  });
}
