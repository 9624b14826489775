import { gunzipSync } from "node:zlib";
import { unzipSync } from "fflate";
import { unpackTar } from "modern-tar";

/** Files of a `.tar.gz` by path. */
export async function unpackTarGz(archive: Uint8Array): Promise<Map<string, Uint8Array>> {
  const entries = await unpackTar(gunzipSync(archive));
  return new Map(entries.flatMap(({ header, data }) => (header.type === "file" ? [[header.name, data ?? new Uint8Array(0)] as const] : [])));
}

/** Files of a `.zip` by path. */
export function unpackZip(archive: Uint8Array): Map<string, Uint8Array> {
  return new Map(Object.entries(unzipSync(archive)).filter(([path]) => !path.endsWith("/")));
}
