import { zipSync, type Zippable } from "fflate";
import type { ArchiveEntry } from "../../ports/archive.ts";

/** The archive was made on Unix, so the upper half of the attributes are a file mode (zip specification, 4.4.2 and 4.4.15). */
const UNIX = 3;
/** What zip's date can say: whole two seconds from 1980 on (4.4.6); the library ends at 2099. */
const EARLIEST = Date.UTC(1980, 0, 1);
const LATEST = Date.UTC(2099, 11, 31, 23, 59, 58);
/** Any time that exists in every time zone; it is overwritten. */
const SOME_TIME = new Date(2000, 5, 15, 12);

const END_OF_DIRECTORY = 22;
const SIGNATURES = { end: 0x06054b50, inDirectory: 0x02014b50, inFront: 0x04034b50 } as const;

/** A zip of sorted entries. A date of zip has no time zone; here it is UTC, wherever the archive is made. */
export function packZip(entries: readonly ArchiveEntry[], modifiedAt: number): Uint8Array {
  const files: Zippable = Object.fromEntries(
    entries.map(({ path, data }) => {
      const isFolder = path.endsWith("/");
      // 0x10 marks a folder for systems that know no modes.
      const attrs = isFolder ? ((0o40755 << 16) | 0x10) >>> 0 : (0o100644 << 16) >>> 0;
      return [path, [data, { level: isFolder ? 0 : 9, os: UNIX, attrs, mtime: SOME_TIME }]];
    }),
  );
  const zip = zipSync(files);
  writeDates(zip, dosDate(modifiedAt));
  return zip;
}

/** The two words of a date in DOS's form: time in the lower, day in the upper half. */
function dosDate(milliseconds: number): number {
  const at = new Date(Math.min(LATEST, Math.max(EARLIEST, milliseconds)));
  const day = ((at.getUTCFullYear() - 1980) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate();
  const time = (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1);
  return ((day << 16) | time) >>> 0;
}

/**
 * Writes a date into every header. The library takes the hours from the machine's time zone, and there are hours that a
 * zone leaves out, so no date given to it means the same everywhere.
 */
function writeDates(zip: Uint8Array, date: number): void {
  const view = new DataView(zip.buffer, zip.byteOffset, zip.byteLength);
  const end = zip.length - END_OF_DIRECTORY;
  expectSignature(view, end, SIGNATURES.end);
  let at = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0; left -= 1) {
    expectSignature(view, at, SIGNATURES.inDirectory);
    const front = view.getUint32(at + 42, true);
    expectSignature(view, front, SIGNATURES.inFront);
    view.setUint32(at + 12, date, true);
    view.setUint32(front + 10, date, true);
    at += 46 + view.getUint16(at + 28, true) + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
}

function expectSignature(view: DataView, at: number, signature: number): void {
  if (view.getUint32(at, true) !== signature) throw new TypeError("the zip is not laid out as expected");
}
