import { gzipSync } from "fflate";
import { packTar } from "modern-tar";
import type { ArchiveEntry, Archiver } from "../../ports/archive.ts";
import { packZip } from "./pack-zip.ts";
import { withFolders } from "./with-folders.ts";

/** Archives by libraries in JavaScript: the system's zlib differs between versions, and so would its bytes. */
export function createArchiver(): Archiver {
  return {
    async tarGz(entries, modifiedAt) {
      const tar = await packTar(withFolders(entries).map((entry) => ({ header: headerOf(entry, modifiedAt), body: entry.data })));
      // `mtime: 0` leaves gzip's own time empty, as its specification (RFC 1952) has it for "no time".
      return gzipSync(tar, { level: 9, mtime: 0 });
    },
    zip: (entries, modifiedAt) => packZip(withFolders(entries), modifiedAt),
  };
}

function headerOf({ path, data }: ArchiveEntry, modifiedAt: number): Parameters<typeof packTar>[0][number]["header"] {
  const isFolder = path.endsWith("/");
  return {
    name: path,
    type: isFolder ? "directory" : "file",
    size: data.length,
    mode: isFolder ? 0o755 : 0o644,
    // Times before 1970 have no form in a tar header.
    mtime: new Date(Math.max(0, modifiedAt)),
    uid: 0,
    gid: 0,
    uname: "",
    gname: "",
  };
}
