import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { isCredentialPath, isLiteralSecret, isSensitivePath, looksLikeCredential, replaceCredentials } from "@retell-actions/core/canonical/credentials";

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
    expect(isSensitivePath(path)).toBe(true);
  });

  test.each([["headers", "content-type"], ["headers", "Accept-Language"], ["parameters", "token"], ["headers"], [], ["agent_name"], ["boosted_keywords", "0"]].map((path) => [path]))("not %j", (path) => {
    expect(isCredentialPath(path)).toBe(false);
    expect(isSensitivePath(path)).toBe(false);
  });

  test("a header of unknown meaning is shown to nobody, but may be written", () => {
    expect([isCredentialPath(["headers", "x-tenant"]), isSensitivePath(["headers", "x-tenant"])]).toEqual([false, true]);
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
