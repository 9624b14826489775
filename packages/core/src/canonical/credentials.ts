/** A run of characters `[start, end)` of a text that is a credential. */
export interface CredentialSpan {
  readonly start: number;
  readonly end: number;
  /** What it looks like, for messages. */
  readonly kind: string;
}

/** A shape of credential. The secret is group 1 where there is one, else the whole match. */
interface Shape {
  readonly kind: string;
  readonly pattern: RegExp;
  readonly source: string;
  /** A text in the pattern without which it cannot match: a cheap first look. */
  readonly needs: string;
}

/**
 * Shapes of secrets in plain text. They ask for enough randomness (length, digits) that prose does not match: a prompt
 * may speak of "bearer of news" and of `key_points`.
 */
const SHAPES: readonly Shape[] = [
  { kind: "bearer token", needs: "earer", pattern: /\b[Bb]earer[ \t]+((?=[\w.~+/=-]{0,80}\d)[\w.~+/=-]{8,})/dg, source: "RFC 6750 §2.1" },
  { kind: "basic authentication", needs: "asic", pattern: /\b[Bb]asic[ \t]+((?=[A-Za-z0-9+/]{0,80}[\dA-Z])[A-Za-z0-9+/]{12,}={1,2}|(?=[A-Za-z0-9+/]{0,80}\d)[A-Za-z0-9+/]{16,})/dg, source: "RFC 7617 §2" },
  { kind: "secret key", needs: "sk", pattern: /(?<![A-Za-z0-9])(?:sk|rk)[-_](?=[\w-]{0,80}\d)[\w-]{12,}/dg, source: "OpenAI, Anthropic (sk-…) and Stripe (sk_live_…) key formats" },
  { kind: "Retell key", needs: "key_", pattern: /(?<![A-Za-z0-9_])key_(?=[A-Za-z]{0,80}\d)[A-Za-z0-9]{12,}/dg, source: "Retell API keys as shown in its documentation" },
  { kind: "JSON web token", needs: "eyJ", pattern: /(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}(?:\.[\w-]*)?/dg, source: "RFC 7519" },
  { kind: "AWS access key", needs: "IA", pattern: /(?<![A-Za-z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Z0-9])/dg, source: "AWS IAM identifiers" },
  { kind: "GitHub token", needs: "gh", pattern: /(?<![A-Za-z0-9])gh[pousr]_[A-Za-z0-9]{30,}/dg, source: "GitHub token formats" },
  { kind: "GitHub token", needs: "github_pat_", pattern: /(?<![A-Za-z0-9])github_pat_\w{20,}/dg, source: "GitHub token formats" },
  { kind: "Slack token", needs: "xox", pattern: /(?<![A-Za-z0-9])xox[abeprs]-[A-Za-z0-9-]{10,}/dg, source: "Slack token types" },
  { kind: "Slack webhook", needs: "hooks.slack.com/", pattern: /hooks\.slack\.com\/(?:services|workflows|triggers)\/([A-Za-z0-9/_-]{16,})/dg, source: "Slack incoming webhooks" },
  { kind: "Google API key", needs: "AIza", pattern: /(?<![A-Za-z0-9])AIza[\w-]{35}/dg, source: "Google API key format" },
  { kind: "SendGrid key", needs: "SG.", pattern: /(?<![A-Za-z0-9])SG\.[\w-]{16,}\.[\w-]{16,}/dg, source: "SendGrid key format" },
  { kind: "Twilio key", needs: "SK", pattern: /(?<![A-Za-z0-9])SK[0-9a-f]{32}(?![0-9a-f])/dg, source: "Twilio API key SIDs" },
  { kind: "private key", needs: "PRIVATE KEY", pattern: /-----BEGIN [A-Z0-9 ]{0,30}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]{0,30}PRIVATE KEY-----|$)/dg, source: "RFC 7468" },
  { kind: "password in a URL", needs: "://", pattern: /(?<=:\/\/)(?!\{\{)([^\s/?#@"'<>{}]+)@/dg, source: "RFC 3986 §3.2.1" },
  {
    kind: "token in a URL",
    needs: "=",
    pattern: /[?&;](?:access[-_]?token|auth[-_]?token|token|api[-_]?key|apikey|secret|client[-_]?secret|password|passwd|pwd|signature|sig|auth|key)=((?!\{\{|secret:\/\/)[^\s&#;"'<>]{4,})/dgi,
    source: "common query parameters",
  },
];

/** Words of header and parameter names whose value is a credential. */
const SECRET_NAME =
  /(?:^|[-_.])(?:authorization|auth|authentication|token|secret|password|passwd|pwd|passphrase|cookie|credentials?|bearer|jwt|signature|sig)(?:$|[-_.])|(?:api|access|private|secret|auth|subscription|client|account|master|admin|service|signing|functions)[-_.]?key$|(?:token|secret|password)$|^x-(?:[a-z0-9]+-)*key$/;

/** Containers of names that the user chooses. */
const NAMED_VALUES = new Set(["headers", "query_params", "custom_sip_headers"]);

/** Fields of Retell that are credentials. Source: API reference, tools and SIP trunks. */
const SECRET_FIELDS = new Set(["cal_api_key", "api_key", "auth_password", "sip_trunk_auth_password"]);

/** Headers that carry no credential. */
const HARMLESS = new Set(["accept", "accept-charset", "accept-encoding", "accept-language", "cache-control", "connection", "content-language", "content-type", "user-agent"]);

/** Headers by which a caller says what it is or wants; still hidden if the value does not look like a setting. Source: common practice. */
const DESCRIBING = new Set(["api-version", "origin", "prefer", "referer", "x-api-version", "x-app-name", "x-app-version", "x-channel", "x-client-name", "x-client-version", "x-env", "x-environment", "x-locale", "x-request-source", "x-requested-with", "x-source", "x-timezone", "x-version"]);

/**
 * Words of a query parameter's name that make its value worth hiding. More than {@link SECRET_NAME}, which refuses files: here a
 * word too many only hides a harmless value.
 */
const HINTING_WORDS = new Set(["auth", "code", "cookie", "cred", "creds", "csrf", "hash", "hmac", "jwt", "k", "key", "keys", "license", "login", "mnemonic", "nonce", "otp", "p", "pass", "passphrase", "phrase", "pin", "private", "pw", "pwd", "salt", "sas", "seed", "session", "sid", "sig", "sign", "ticket", "totp", "xsrf"]);
const HINTING_PARTS = /token|secret|passw|apikey|authori|authent|bearer|credential|signature|session/;

/**
 * True for a path whose value is a credential by its name: `…/headers/Authorization`, `…/query_params/api_key`,
 * `…/cal_api_key`. The value itself may still be a reference or a run-time tag: see {@link isLiteralSecret}.
 */
export function isCredentialPath(path: readonly string[]): boolean {
  const key = path.at(-1);
  if (key === undefined) return false;
  if (SECRET_FIELDS.has(key)) return true;
  const container = path.at(-2);
  if (container === undefined || !NAMED_VALUES.has(container)) return false;
  const name = headerName(key);
  return SECRET_NAME.test(name) || (container === "query_params" && name === "key");
}

/**
 * True for a header, SIP header or query parameter whose value a stranger should not be shown, because it may be a credential: those
 * of {@link isCredentialPath}; every header but the few that never are; and a query parameter whose name hints at one or
 * whose value does not look like a setting. For values that nobody has written into a file.
 */
export function mayBeCredential(path: readonly string[], value: string): boolean {
  if (!isLiteralSecret(value)) return false;
  if (isCredentialPath(path)) return true;
  const [container, key] = [path.at(-2), path.at(-1)];
  if (container === undefined || key === undefined || !NAMED_VALUES.has(container)) return false;
  if (container === "query_params") return hintsAtCredential(key) || !looksLikeSetting(value);
  const name = headerName(key);
  return !HARMLESS.has(name) && !(DESCRIBING.has(name) && looksLikeSetting(value));
}

function hintsAtCredential(parameter: string): boolean {
  const words = parameter.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
  return HINTING_PARTS.test(words.replace(/[^a-z]/g, "")) || words.split(/[^a-z]+/).some((word) => HINTING_WORDS.has(word));
}

/** Values that nobody would choose as a credential: a switch, a number of at most three digits, a date, a locale, a time zone. */
const SETTING = /^(?:true|false|yes|no|on|off|null|-?\d{1,3}(?:\.\d{1,3})?|\d{4}-\d{2}-\d{2}|[a-z]{2}(?:-[A-Z]{2})?|(?:Africa|America|Antarctica|Asia|Atlantic|Australia|Europe|Indian|Pacific)\/[A-Za-z_]{2,30}|UTC)$/;

/** A closed list of forms: a guess by looks would show a short password some day. */
function looksLikeSetting(value: string): boolean {
  return SETTING.test(value.trim());
}

/** True if a value at a credential's place is the credential itself: not empty, no `secret://` reference, and more than run-time tags behind a scheme. */
export function isLiteralSecret(value: string): boolean {
  if (value.startsWith("secret://")) return false;
  // Trimmed, and without two runs of blanks side by side: trying all ways to share them out costs the cube of their length.
  return !/^(?:(?:bearer|basic|token|apikey|digest)\s*)?:?$/i.test(value.replace(/\{\{[^{}]*\}\}/g, "").trim());
}

/** True if the text contains something of the shape of a credential. */
export function looksLikeCredential(text: string): boolean {
  return findCredentials(text).length > 0;
}

/** Runs of the text that have the shape of a credential; in order, not overlapping. */
export function findCredentials(text: string): CredentialSpan[] {
  const spans: CredentialSpan[] = [];
  for (const { kind, pattern, needs } of SHAPES) {
    if (!text.includes(needs)) continue;
    for (const match of text.matchAll(pattern)) {
      const [start, end] = match.indices?.[1] ?? match.indices?.[0] ?? [0, 0];
      spans.push({ start, end, kind });
    }
  }
  return withoutOverlaps(spans);
}

/** The text with each credential in it replaced; what is around it stays. */
export function replaceCredentials(text: string, replacer: (credential: string) => string): string {
  let replaced = "";
  let at = 0;
  for (const { start, end } of findCredentials(text)) {
    replaced += text.slice(at, start) + replacer(text.slice(start, end));
    at = end;
  }
  return replaced + text.slice(at);
}

function headerName(key: string): string {
  return key.trim().toLowerCase();
}

function withoutOverlaps(spans: CredentialSpan[]): CredentialSpan[] {
  const merged: CredentialSpan[] = [];
  for (const span of spans.sort((a, b) => a.start - b.start || b.end - a.end)) {
    const last = merged.at(-1);
    if (last && span.start < last.end) merged[merged.length - 1] = { ...last, end: Math.max(last.end, span.end) };
    else merged.push(span);
  }
  return merged;
}
