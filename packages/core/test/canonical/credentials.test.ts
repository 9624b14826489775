import { createHash } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { isCredentialPath, isLiteralSecret, looksLikeCredential, mayBeCredential, replaceCredentials } from "@retell-actions/core/canonical/credentials";

const JWT = ["eyJhbGciOiJIUzI1NiJ9", "eyJzdWIiOiIxMjM0NTY3ODkwIn0", "dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U"].join(".");
const AWS = `AKIA${"IOSFODNN7EXAMPLE"}`;

describe("looksLikeCredential", () => {
  test.each<[text: string, credential: string]>([
    ["Bearer abc123def456", "abc123def456"],
    ["curl -H 'authorization: bearer s3cr3t-token-value'", "s3cr3t-token-value"],
    ["Basic dXNlcjpwYXNzd29yZA==", "dXNlcjpwYXNzd29yZA=="],
    ["sk-proj-abcdefghij0123456789", "sk-proj-abcdefghij0123456789"],
    [`sk_${"live"}_4eC39HqLyjWDarjtT1zdp7dc`, `sk_${"live"}_4eC39HqLyjWDarjtT1zdp7dc`],
    ["key_1d2025c27c80403b4ba62f2cdd73", "key_1d2025c27c80403b4ba62f2cdd73"],
    [`token ${JWT} end`, JWT],
    [AWS, AWS],
    [`ghp_${"a1".repeat(18)}`, `ghp_${"a1".repeat(18)}`],
    ["https://user:p4ss@example.com/x", "user:p4ss"],
    ["https://t0ken@example.com", "t0ken"],
    ["wss://x.example/?a=1&token=abcd1234&b=2", "abcd1234"],
    ["https://x.example?API_KEY=abcd1234", "abcd1234"],
    [`https://hooks.slack.com/${"services"}/T0001/B0001/abcdefghijkl`, "T0001/B0001/abcdefghijkl"],
  ])("finds in %j", (text, credential) => {
    expect(looksLikeCredential(text)).toBe(true);
    expect(replaceCredentials(text, (found) => `<${found}>`)).toBe(text.replace(credential, () => `<${credential}>`));
  });

  test.each([
    "The bearer of this letter; bearer responsibilities include lifting.",
    "Explain the key_points and key_performance_indicators.",
    "Our basic information package",
    "Ask for the token. What is your api key=value format?",
    "risk-management-procedures and task-oriented-dialogue",
    "https://example.com/a?b=c&page=2",
    "https://{{user}}:{{pass}}@example.com/?token={{token}}",
    "mail me@example.com or https://example.com/@me",
    "https://example.com/users/a:b@c",
    "secret://TOKEN",
    "agent_0123456789abcdef0123456789",
    "llm_0123456789abcdef0123456789",
    "",
  ])("lets %j pass", (text) => {
    expect(looksLikeCredential(text)).toBe(false);
    expect(replaceCredentials(text, () => "X")).toBe(text);
  });

  test("what overlaps is replaced once, what is apart each by itself", () => {
    expect(replaceCredentials(`https://x.example/?token=${JWT} and ${AWS}`, () => "*")).toBe("https://x.example/?token=* and *");
  });

  test("a replaced text holds none of the credentials", () => {
    const part = fc.constantFrom("Bearer abc123def456", ` ${AWS} `, "x", " ", "https://u:p1@h/", "&key=abcd1234", "é");
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const replaced = replaceCredentials(parts.join(" "), () => "");
        expect(replaced).not.toMatch(/abc123def456|AKIA|u:p1|abcd1234/);
      }),
    );
  });

  test("a long text of near misses costs no more than its length", () => {
    for (const near of ["sk-", "Bearer a", "://", "eyJ", "key_", "-----BEGIN PRIVATE KEY-----"]) expect(replaceCredentials(near.repeat(50_000), () => "").length).toBeGreaterThanOrEqual(0);
  });
});

describe("isCredentialPath", () => {
  test.each([
    ["headers", "Authorization"],
    ["headers", "x-api-key"],
    ["headers", "X_API_KEY"],
    ["headers", "X-Auth-Token"],
    ["headers", "Cookie"],
    ["headers", "x-tenant-key"],
    ["query_params", "key"],
    ["query_params", "access_token"],
    ["mcps", "0", "headers", "proxy-authorization"],
    ["general_tools", "3", "cal_api_key"],
  ])("%s/%s", (...path) => {
    expect(isCredentialPath(path)).toBe(true);
    expect(mayBeCredential(path, "10")).toBe(true);
    for (const value of ["", "secret://X", "{{token}}", "Bearer {{token}}"]) expect(mayBeCredential(path, value)).toBe(false);
  });

  test.each([["headers", "content-type"], ["headers", "Accept-Language"], ["parameters", "token"], ["headers"], [], ["agent_name"], ["boosted_keywords", "0"]].map((path) => [path]))("not %j", (path) => {
    expect(isCredentialPath(path)).toBe(false);
    expect(mayBeCredential(path, "abc123def456")).toBe(false);
  });

  test("a header of unknown meaning is shown to nobody, but may be written", () => {
    expect([isCredentialPath(["headers", "x-tenant"]), mayBeCredential(["headers", "x-tenant"], "7")]).toEqual([false, true]);
  });
});

describe("mayBeCredential", () => {
  const query = (name: string, value: string): boolean => mayBeCredential(["general_tools", "crm", "query_params", name], value);

  test.each([
    ["horizon", "10"],
    ["limit", "-1.5"],
    ["verbose", "true"],
    ["timezone", "Europe/Berlin"],
    ["lang", "de-DE"],
    ["from", "2026-11-24"],
  ])("not the query parameter %s=%s", (name, value) => {
    expect(query(name, value)).toBe(false);
  });

  test.each([
    // By its name, whatever the value looks like.
    ["api_key", "summer"],
    ["apiKey", "summer"],
    ["sort_key", "summer"],
    ["mytoken", "summer"],
    ["sessionId", "12"],
    ["pin", "4711"],
    ["code", "4711"],
    ["pass", "letmein"],
    ["x-auth", "summer"],
    ["user.password", "summer"],
    // By its looks, whatever its name is: a word may be a password.
    ["season", "summer"],
    ["filter[status]", "open"],
    ["sortBy", "createdAt,desc"],
    ["fields", "id,name,start_time"],
    ["at", "10:30"],
    ["version", "v2"],
    ["within", "30d"],
    ["city", "São Paulo, 東京"],
    ["q", "open since {{date}}"],
    ["country", "US"],
    ["callback", "https://example.com/hooks/done"],
    ["to", "desk@example.com"],
    ["client", "48213"],
    ["client", "hunter2pass"],
    ["client", "8f3a9c1be27d4405"],
    ["client", "QWxhZGRpbjpvcGVu"],
    ["client", "JBSWY3DPEHPK3PXP"],
    ["client", "abcdefghijklmnop"],
    ["client", "ABCDEFGHIJKLMNOP"],
    ["client", "123456789012"],
    ["client", "3b241101-e2bb-4255-8caf-4136c566a962"],
    ["client", "AB12-CD34-EF56-GH78"],
    ["client", "admin:letmein"],
    ["client", "prefix-{{id}}-8f3a9c1be27d4405"],
    ["callback", "https://example.com/done?token=abcdef"],
    ["city", "Bearer abc123def456"],
  ])("the query parameter %s=%s", (name, value) => {
    expect(query(name, value)).toBe(true);
  });

  // A fixed seed: of 100,000 random tokens of 16 bytes, one may look like words.
  test("property: nothing that was drawn by lot, under any name", () => {
    const drawn = fc.tuple(fc.integer(), fc.integer({ min: 16, max: 32 })).chain(([seed, bytes]) => {
      const lot = createHash("sha256").update(String(seed)).digest().subarray(0, bytes);
      return fc.constantFrom(lot.toString("hex"), lot.toString("base64"), lot.toString("base64url"), [...lot].map((byte) => "abcdefghijklmnopqrstuvwxyz234567"[byte % 32]).join(""));
    });
    fc.assert(fc.property(fc.constantFrom("horizon", "client", "ref", "x"), drawn, (name, value) => void expect(query(name, value)).toBe(true)), { numRuns: 500, seed: 1 });
  });

  test.each([
    ["Content-Type", "application/json; charset=utf-8", false],
    ["accept", "application/vnd.example.v2+json", false],
    ["User-Agent", "Desk/1.2 (phone)", false],
    ["X-Request-Source", "phone", true],
    ["X-Api-Version", "2026-11-24", false],
    ["X-Request-Source", "8f3a9c1be27d4405", true],
    ["X-Line", "ferry", true],
    ["X-Tenant", "7", true],
  ])("the header %s: %s is one: %s", (name, value, expected) => {
    expect(mayBeCredential(["headers", name], value)).toBe(expected);
  });
});

describe("isLiteralSecret", () => {
  test.each(["abc", "Bearer abc", "{{token}}abc", "Bearer secret://X"])("%j is one", (value) => {
    expect(isLiteralSecret(value)).toBe(true);
  });
  test.each(["", "secret://X", "{{token}}", "Bearer {{token}}", " {{a}}{{b}} "])("%j is none", (value) => {
    expect(isLiteralSecret(value)).toBe(false);
  });
});
