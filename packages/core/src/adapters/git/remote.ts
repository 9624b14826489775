/**
 * The address that commits are fetched from: `origin` as the checkout set it, except that credentials are taken out of
 * it and that an SSH address gives way to the repository's https address, for which there is a token.
 */
export function remoteAddress({ origin, serverUrl, fallback }: { origin: string | undefined; serverUrl: string; fallback: string }): string {
  if (origin === undefined || origin === "") return fallback;
  if (/^https?:\/\//i.test(origin)) {
    const url = URL.parse(origin);
    if (url === null) return fallback;
    if (url.origin === URL.parse(serverUrl)?.origin) url.username = url.password = "";
    return url.href;
  }
  if (/^file:\/\//i.test(origin) || origin.startsWith("/")) return origin;
  return fallback;
}
