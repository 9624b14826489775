import { describe, expect, test } from "@jest/globals";
import { keyVariableFault } from "@retell-actions/core/project/key-variable";
import { isRetellHost } from "@retell-actions/core/project/retell-host";
import { remoteAddress } from "@retell-actions/core/adapters/git/remote";
import { tellCase } from "@retell-actions/lab/evidence/tell-case";

const told = (what: string): void => tellCase({ matrix: "attacks", subject: "keys and hosts", what, outcome: "held" });

/** Every address of which one reader of URLs or another has taken a part for Retell's host. */
const NOT_RETELL = [
  "https://api.retellai.com@evil.example",
  "https://api.retellai.com:x@evil.example",
  "https://user@api.retellai.com",
  "https://evilretellai.com",
  "https://evil-retellai.com",
  "https://retellai.com.evil.example",
  "https://api.retellai.com.",
  "https://api.retellai.com./",
  "https://.retellai.com",
  "https://a..retellai.com",
  "https://-.retellai.com",
  "https://api.retellai.com:443",
  "https://api.retellai.com:8443",
  "https://api.retellai.com/path",
  "https://api.retellai.com/../evil",
  "https://api.retellai.com?x",
  "https://api.retellai.com#@evil.example",
  "https://api.retellai.com\\@evil.example",
  "https://evil.example\\.retellai.com",
  "https://evil.example/.retellai.com",
  "https://evil.example#.retellai.com",
  "https://evil.example%2f.retellai.com",
  "https://api.retell\u0430i.com",
  "https://api.rete\u217clai.com",
  "https://api.retellai\u3002com",
  "https://api.retellai.c\u043em",
  "https://\u017f.retellai.com",
  "https://evil.example\u2044.retellai.com",
  "https://api.retellai.com\u200b",
  "https://api.\u202eretellai.com",
  "https://a\tpi.retellai.com",
  "https://api.retellai.com\n",
  "\nhttps://api.retellai.com",
  " https://api.retellai.com",
  "http://api.retellai.com",
  "https:api.retellai.com",
  "https:/api.retellai.com",
  "//api.retellai.com",
  "ftp://api.retellai.com",
  "javascript://api.retellai.com",
  "file://api.retellai.com",
  "api.retellai.com",
  "https://",
  "",
];

describe("base_url", () => {
  test.each(NOT_RETELL)("%j is no address of Retell", (text) => {
    expect(isRetellHost(text)).toBe(false);
    told(`base_url ${JSON.stringify(text)}`);
  });

  test.each(["https://api.retellai.com", "https://api.retellai.com/", "HTTPS://API.RetellAI.com", "https://eu.api.retellai.com"])("%j is one, and what is asked is that very host", (text) => {
    expect(isRetellHost(text)).toBe(true);
    expect(new URL(text).hostname).toMatch(/^([a-z0-9]+\.)*retellai\.com$/);
  });
});

describe("the variable of a key", () => {
  test.each([
    "GITHUB_TOKEN", "github_token", "GH_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_TOKEN", "ACTIONS_RUNTIME_TOKEN", "INPUT_GITHUB-TOKEN", "INPUT_GITHUB_TOKEN", "RETELL_SECRET_CRM", "retell_secret_crm",
    "AWS_SECRET_ACCESS_KEY", "NPM_TOKEN", "NODE_AUTH_TOKEN", "SSH_AUTH_SOCK", "PATH", "HOME", "RETELL_BASE_URL", "RETELL_CUSTOM_HEADERS", "A B", "A=B", "A\nB", "\u0391PI_KEY", "API_KEY\u200b", "", "1KEY", "$(id)", "__proto__ ", "../KEY",
  ])("%j is refused", (name) => {
    expect(keyVariableFault(name)).toBeDefined();
    told(`key variable ${JSON.stringify(name)}`);
  });
});

describe("the address that git asks", () => {
  const serverUrl = "https://github.com";
  const fallback = "https://github.com/o/r";

  test.each(["ext::sh -c id", "ssh://git@evil.example/x", "git@evil.example:x", "-u", "--upload-pack=touch pwned", "git://evil.example/x", "ftp://evil.example/x", ""])("an origin %j is not asked", (origin) => {
    expect(remoteAddress({ origin, serverUrl, fallback })).toBe(fallback);
    told(`git origin ${JSON.stringify(origin)}`);
  });
});
