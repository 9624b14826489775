import { createHash } from "node:crypto";

/** What a made-up credential looks like; `opaque` is a long text without a tell-tale beginning. */
export type CredentialShape = keyof typeof shapes;

/**
 * A text that looks like a credential and opens nothing: the same for the same label and shape. It is made when it is
 * needed, so that no file of the repository holds one.
 */
export function fakeCredential(label: string, shape: CredentialShape): string {
  return shapes[shape]((length) => digits(label, length));
}

/** True for a shape that can be made. */
export function isCredentialShape(shape: string): shape is CredentialShape {
  return Object.hasOwn(shapes, shape);
}

type Digits = (length: number) => string;

const base64url = (text: string): string => Buffer.from(text).toString("base64url");

const shapes = {
  opaque: (hex: Digits) => hex(40),
  basic: (hex: Digits) => Buffer.from(`bot:${hex(24)}`).toString("base64"),
  "secret-key": (hex: Digits) => ["sk", "live", hex(32)].join("-"),
  "retell-key": (hex: Digits) => `key_${hex(28)}`,
  jwt: (hex: Digits) => [base64url('{"alg":"HS256"}'), base64url(`{"sub":"${hex(12)}"}`), hex(43)].join("."),
  github: (hex: Digits) => `ghp_${hex(36)}`,
  slack: (hex: Digits) => ["xoxb", hex(12), hex(24)].join("-"),
  google: (hex: Digits) => `AIza${hex(35)}`,
  "private-key": (hex: Digits) => {
    const line = (edge: string) => `-----${edge} PRIVATE KEY-----`;
    return [line("BEGIN"), base64url(hex(48)), base64url(hex(32)), line("END")].join("\n");
  },
} as const;

/** Hexadecimal digits that depend on the label only; the first is a number, so that every shape holds one. */
function digits(label: string, length: number): string {
  let text = "";
  for (let round = 0; text.length < length; round += 1) text += createHash("sha256").update(`corpus ${label} ${round}`).digest("hex");
  return `7${text}`.slice(0, length);
}
