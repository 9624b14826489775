import { createHash } from "node:crypto";

/** SHA-256 in lower-case hexadecimal digits. */
export function sha256(data: Uint8Array | string): string {
  return createHash("sha256").update(data).digest("hex");
}

/** The file that `sha256sum -c` reads: one line for each file, by name. */
export function checksumFile(files: readonly { readonly name: string; readonly data: Uint8Array }[]): string {
  return [...files]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, data }) => `${sha256(data)}  ${name}\n`)
    .join("");
}
