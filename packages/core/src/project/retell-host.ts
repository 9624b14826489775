/** True for the URL of a Retell host: https, retellai.com or below it, nothing but the host. Any other host would receive the key. */
export function isRetellHost(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  const host = url.hostname === "retellai.com" || url.hostname.endsWith(".retellai.com");
  return url.protocol === "https:" && host && url.port === "" && /^https:\/\/[a-z0-9.-]+\/?$/i.test(text);
}
