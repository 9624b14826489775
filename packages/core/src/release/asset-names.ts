/** What the files of a release are called. */
export interface AssetNames {
  readonly tarGz: string;
  readonly zip: string;
  readonly manifest: string;
  readonly checksums: string;
}

/** Name of the manifest inside of the archives. */
export const MANIFEST_PATH = "RELEASE_MANIFEST.json";

/** Characters that GitHub leaves as they are in names of release assets; others become periods there (docs "Upload a release asset"). */
const PLAIN = /^[A-Za-z0-9._+-]+$/;
const LONGEST = 200;

/**
 * Names for a tag and a project's folder (empty for the repository's root): a slash becomes a hyphen. `fault` says why a tag
 * or folder cannot be part of a file name, and what to do.
 */
export function assetNames({ tag, folder }: { tag: string; folder: string }): AssetNames | { readonly fault: string } {
  const version = tag.replaceAll("/", "-");
  const project = folder.replaceAll("/", "-");
  const faulty = [...(PLAIN.test(version) ? [] : [`The tag ${JSON.stringify(tag)}`]), ...(project === "" || PLAIN.test(project) ? [] : [`The folder ${JSON.stringify(folder)}`])];
  if (faulty.length > 0) {
    return { fault: `${faulty.join(" and ")} cannot be part of a file name of a release: letters A-Z, digits and . _ + - / are possible. Make another tag for the same commit, such as v1.2.0.` };
  }
  if (tag.startsWith("-")) return { fault: `The tag ${JSON.stringify(tag)} begins with a hyphen, which programs take for an option. Make another tag for the same commit, such as v1.2.0.` };
  if (version.length + project.length > LONGEST) return { fault: `The tag and the folder have ${version.length + project.length} characters; file names of a release have room for ${LONGEST}. Make a shorter tag for the same commit.` };
  const suffix = project === "" ? "" : `-${project}`;
  const archive = `retell-agents${suffix}-${version}`;
  return { tarGz: `${archive}.tar.gz`, zip: `${archive}.zip`, manifest: `RELEASE_MANIFEST${suffix}.json`, checksums: `SHA256SUMS${suffix}` };
}
