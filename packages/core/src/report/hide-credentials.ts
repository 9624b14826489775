import { replaceCredentials } from "../canonical/credentials.ts";

const FINGERPRINT = /^fingerprint:[0-9a-f]+$/;
const HIDDEN = "‹hidden›";

/**
 * The last line of defence before a text is shown: values arrive with credentials already replaced by `secret://NAME` or
 * a fingerprint, and what still has the shape of one is hidden. The number of lines stays the same, so that a text can
 * still be compared line by line.
 */
export function hideCredentials(text: string): string {
  return replaceCredentials(text, (credential) => {
    if (FINGERPRINT.test(credential)) return credential;
    return HIDDEN + "\n".repeat(credential.split("\n").length - 1);
  });
}

/** Long fingerprints cut to what the eye can compare: `fingerprint:1a2b3c4d`. */
export function shortenFingerprints(text: string): string {
  return text.replace(/(fingerprint:[0-9a-f]{8})[0-9a-f]+/g, "$1…");
}
