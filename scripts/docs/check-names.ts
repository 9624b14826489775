import { REASON_CODES } from "@retell-actions/core/outcome";
import type { ActionMetadata } from "./action-metadata.ts";
import type { Finding } from "./finding.ts";
import type { MarkdownPage } from "./markdown-page.ts";
import { OUTCOMES_BY_ACTION } from "./outcome-meanings.ts";

/** Hyphenated names of code spans that are nobody's input, output, outcome or reason. */
const OTHER_NAMES: Readonly<Record<string, readonly string[]>> = {
  "GitHub Actions": ["pull-requests", "runs-on", "fetch-depth", "persist-credentials", "cancel-in-progress", "ubuntu-latest", "retell-validate", "timeout-minutes"],
  "classes of agents and fields": ["in-sync", "in-sync-not-read", "local-change", "not-deployed", "removed-from-git"],
  "Retell's routes and words": ["get-agent", "get-api-key-info", "custom-llm", "retell-llm", "conversation-flow"],
  "kinds of repositories": ["single-production", "multi-production"],
  "values of Retell's fields": ["system-presets"],
  "values of inputs": ["pull-request"],
  "commands of comments": ["use-git", "use-console"],
  "names in examples": ["my-agent", "prod-eu", "prod-us", "prod-us-east", "sales-eu", "voice-agents", "retell-read"],
  "templates of agents": ["customer-service", "chat-support"],
  "keys of the matrix": ["api-key-env", "read-key-env"],
  "tools": ["commit-tree", "retell-sdk"],
  "options of the command line tool": ["use-local", "use-remote"],
};

/** Every name of one kind, for one action or for all. */
interface Vocabulary {
  readonly input: ReadonlySet<string>;
  readonly output: ReadonlySet<string>;
  readonly outcome: ReadonlySet<string>;
  readonly reason: ReadonlySet<string>;
}
type Kind = keyof Vocabulary;

/**
 * Names in prose that do not exist. A page of an action may only name its own. Checked are code spans beside the words
 * "input", "output", "outcome" and "reason code", and all code spans with a hyphen, such as `on-console-edit: keep`.
 */
export function checkNames(pages: ReadonlyMap<string, MarkdownPage>, actions: readonly ActionMetadata[], problemCodes: ReadonlySet<string>): Finding[] {
  return [...pages].flatMap(([file, page]) => {
    const own = actions.filter((action) => file === `actions/${action.folder}/README.md`);
    const words = vocabularyOf(own.length > 0 ? own : actions);
    const others = new Set([...Object.values(OTHER_NAMES).flat(), ...problemCodes, ...actions.map((action) => action.folder)]);
    return [
      ...page.texts.flatMap(({ text, line }) => namedKinds(text).flatMap(({ kind, name }) => (words[kind].has(name) ? [] : [{ file, line, message: `There is no ${kind} "${name}"${place(own)}.` }]))),
      ...page.codeSpans.flatMap(({ text, line }) => {
        const name = hyphenated(text);
        if (name === undefined || others.has(name) || Object.values(words).some((set) => set.has(name))) return [];
        return [{ file, line, message: `"${name}" is no input, output, outcome or reason code${place(own)}. Correct it, or add it to OTHER_NAMES in scripts/docs/check-names.ts.` }];
      }),
    ];
  });
}

function place(own: readonly ActionMetadata[]): string {
  return own[0] === undefined ? "" : ` of ${own[0].folder}`;
}

function vocabularyOf(actions: readonly ActionMetadata[]): Vocabulary {
  return {
    input: new Set(actions.flatMap((action) => [...action.inputs.keys()])),
    output: new Set(actions.flatMap((action) => [...action.outputs.keys()])),
    outcome: new Set(actions.flatMap((action) => OUTCOMES_BY_ACTION.get(action.folder)?.names ?? [])),
    reason: new Set(Object.keys(REASON_CODES)),
  };
}

const KIND = "(input|output|outcome|reason)(?: code)?s?";
const LIST = "((?:`[^`]+`(?:, (?:and |or )?| and | or )?)+)";
const BEFORE = new RegExp(`\\b${KIND} ${LIST}`, "gi");
const BEHIND = new RegExp(`${LIST} ${KIND}\\b`, "gi");

/** Code spans that stand beside the word that says what they are. */
function namedKinds(text: string): { kind: Kind; name: string }[] {
  const found = [
    ...[...text.matchAll(BEFORE)].map(([, kind = "", list = ""]) => ({ kind, list })),
    ...[...text.matchAll(BEHIND)].map(([, list = "", kind = ""]) => ({ kind, list: lastSpan(list) })),
  ];
  return found.flatMap(({ kind, list }) =>
    [...list.matchAll(/`([^`]+)`/g)].map(([, span = ""]) => ({ kind: kind.toLowerCase() as Kind, name: span.replace(/[:=].*$/s, "").trim() })),
  );
}

/** In "`a` or the `b` input" only `b` is called an input. */
function lastSpan(list: string): string {
  return /`[^`]+`\s*$/.exec(list)?.[0] ?? "";
}

function hyphenated(span: string): string | undefined {
  return /^([a-z][a-z0-9]+(?:-[a-z0-9]+)+)(?:: .*)?$/s.exec(span)?.[1];
}
