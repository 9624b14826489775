import { findCredentials, mayBeCredential } from "../canonical/credentials.ts";
import { formatPath, pathPattern, type FieldPath } from "../diff/field-path.ts";
import { isPrompt, replaceIn } from "./content-strings.ts";
import type { LiveMember } from "./live-member.ts";

/** A text that must not get into the repository, or must not be taken for a reference there. */
export interface SecretPlace {
  readonly path: FieldPath;
  readonly value: string;
  /** `typed-reference`: the console's text looks like one of the suite's references. */
  readonly kind: "credential" | "typed-reference";
}

/** The places that become `secret://` references, by `formatPath`; or the first field in which a credential cannot become one. */
export type FoundSecrets = { readonly places: ReadonlyMap<string, SecretPlace> } | { readonly fault: string };

/** Looks through one agent's content for credentials and for texts that look like references. */
export function findSecrets({ content }: Pick<LiveMember, "content">): FoundSecrets {
  const places = new Map<string, SecretPlace>();
  let fault: string | undefined;
  replaceIn(content, {
    object: (object, path) => {
      const key = Object.keys(object).find((name) => findCredentials(name).length > 0);
      if (key !== undefined) fault ??= `a key in ${shown(path)} looks like a credential, and a key cannot be a reference to a secret`;
      return object;
    },
    text: (value, path) => {
      if (isPrompt(path)) {
        const [found] = findCredentials(value);
        if (found !== undefined) fault ??= `${shown(path)} holds what looks like a ${found.kind}, and a prompt cannot refer to a secret. Take it out of the prompt in the console, pass it to tools in their headers, and revoke it`;
        else if (looksLikeReference(value)) fault ??= `${shown(path)} is a text that looks like a reference of these files, which a prompt cannot say. Write it differently in the console`;
        return value;
      }
      const kind = looksLikeReference(value) ? "typed-reference" : isCredential(value, path) ? "credential" : undefined;
      if (kind !== undefined) places.set(formatPath(path), { path, value, kind });
      return value;
    },
  });
  return fault === undefined ? { places } : { fault };
}

function isCredential(value: string, path: FieldPath): boolean {
  return mayBeCredential(pathPattern(path), value) || findCredentials(value).length > 0;
}

/** Texts that the build, or a later version of it, takes for a reference. */
function looksLikeReference(text: string): boolean {
  return /^(?:agent|secret|knowledge|component):\/\//.test(text) || /secret:\/\/[A-Z]/.test(text);
}

/** A path for people in which no credential is shown. */
function shown(path: FieldPath): string {
  return formatPath(path);
}
