/** Spelled out: readers of URLs differ in what they take for the host, and any other host would receive the key. */
const ADDRESS = /^https:\/\/(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)*retellai\.com\/?$/i;

/** True for the URL of a Retell host: https, retellai.com or below it, nothing but the host. */
export function isRetellHost(text: string): boolean {
  return ADDRESS.test(text) && URL.canParse(text);
}
